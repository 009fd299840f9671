/** What models of known hosts cost. */

import type { Endpoint } from '../core/endpoint.ts';
import { hostOf, isLocal } from './http/keys.ts';

/** US dollars for a million tokens. */
export interface Prices {
  readonly input: number;
  readonly output: number;
  /** Of input that the server had in its cache. @default input's */
  readonly cachedInput?: number;
}

/** When the table was last held against its sources. */
export const PRICES_OF = '2026-11-28';

/**
 * List prices of a request at once, without batch or off-peak discounts: a ceiling on spend may be reached early, never
 * late. Models whose price could not be confirmed are left out.
 */
const TABLE: Readonly<Record<string, Readonly<Record<string, Prices>>>> = {
  // https://api-docs.deepseek.com/quick_start/pricing, peak hours (off-peak is half); V4-Flash is served and billed as Flash
  'api.deepseek.com': {
    'deepseek-flash': { input: 0.3, cachedInput: 0.006, output: 1.2 },
    'deepseek-v4-flash': { input: 0.3, cachedInput: 0.006, output: 1.2 },
    'deepseek-v4-pro': { input: 1.32, cachedInput: 0.044, output: 3.96 },
  },
  // https://developers.openai.com/api/docs/pricing, standard tier
  'api.openai.com': {
    'gpt-5.5': { input: 5, cachedInput: 0.5, output: 30 },
    'gpt-5.4': { input: 2.5, cachedInput: 0.25, output: 15 },
    'gpt-5.4-mini': { input: 0.75, cachedInput: 0.075, output: 4.5 },
    'gpt-5.4-nano': { input: 0.2, cachedInput: 0.02, output: 1.25 },
    'gpt-5-mini': { input: 0.25, cachedInput: 0.025, output: 2 },
    'gpt-4.1': { input: 2, cachedInput: 0.5, output: 8 },
    'gpt-4o': { input: 2.5, cachedInput: 1.25, output: 10 },
    'gpt-4o-mini': { input: 0.15, cachedInput: 0.075, output: 0.6 },
  },
};

const FREE: Prices = { input: 0, output: 0 };

/**
 * Prices of an endpoint: its own, else those of the table, where a dated name (`gpt-4o-2024-08-06`) has its model's; this
 * machine's models cost nothing. `undefined` where none is known.
 */
export function pricesOf(endpoint: Endpoint): Prices | undefined {
  const { model, prices } = endpoint;
  if (prices) return { ...prices };
  if (isLocal(endpoint)) return FREE;
  return TABLE[hostOf(endpoint)]?.[model.replace(/-\d{4}-\d{2}-\d{2}$/, '')];
}

/** US dollars for the tokens of a call. */
export function usdOf(
  prices: Prices,
  tokens: { readonly in: number; readonly out: number; readonly cached?: number },
): number {
  const { cached = 0 } = tokens;
  const { input, output, cachedInput = input } = prices;
  return ((tokens.in - cached) * input + cached * cachedInput + tokens.out * output) / 1e6;
}
