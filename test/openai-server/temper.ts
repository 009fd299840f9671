/** The server's bad temper: what goes wrong with which request, by script or by a seeded stream. */

import { type Random, randomStream } from '../../src/core/seed.ts';
import type { ChatBody } from './answers.ts';

/** What spoils a reply: whoever asked must ask again. */
export const FAULTS = [
  '429-seconds',
  '429-date',
  '429',
  '500',
  '502',
  '503',
  'reset',
  'reset-midstream',
  'stall',
  'truncated',
  'malformed',
  'html',
  'duplicate',
  'reorder',
  'finish-early',
  'empty-choices',
  'no-finish',
  'overloaded',
] as const;
export type Fault = (typeof FAULTS)[number];

/** What no further asking mends. */
export const REFUSALS = ['400', '401', '402', '403', '404', '413', '422', 'quota', 'redirect', 'no-counting'] as const;
export type Refusal = (typeof REFUSALS)[number];

/** The same answer in another dress: whoever asked must read it all the same. */
export const FORMS = [
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'both-fields',
  'inline',
  'missing-open',
  'renamed-midstream',
  'no-usage',
  'wrong-usage',
  'not-streamed',
] as const;
export type Form = (typeof FORMS)[number];

export interface Mood {
  readonly fault?: Fault | Refusal;
  /** @default reasoning_content */
  readonly form?: Form;
  /** Before the first byte. @default 0 */
  readonly latencyMs?: number;
}

/** The mood in which the n-th request (from 0) is met. */
export type Temper = (request: { readonly n: number; readonly body: ChatBody }) => Mood | Promise<Mood>;

export interface TemperOptions {
  readonly seed: number;
  /** Share of the requests that are spoilt. */
  readonly rate: number;
  /** @default all of them but stall, which costs its client a stall's time */
  readonly faults?: readonly Fault[];
  /** @default reasoning_content alone */
  readonly forms?: readonly Form[];
  /** Log-uniform between the two: `[100, 30_000]` is a busy teacher. @default [0, 0] */
  readonly latencyMs?: readonly [number, number];
}

/** Draws each request's mood from one stream: what happens to the n-th request depends on n and the seed only. */
export function seededTemper(options: TemperOptions): (request: { readonly n: number }) => Mood {
  const { seed, rate, forms = ['reasoning_content'], latencyMs = [0, 0] } = options;
  const faults = options.faults ?? FAULTS.filter((fault) => fault !== 'stall');
  return ({ n }) => {
    const random = randomStream(seed, 'temper', n);
    const isSpoilt = random.next() < rate;
    return {
      form: random.pick(forms),
      latencyMs: latency(latencyMs, random),
      ...(isSpoilt ? { fault: random.pick(faults) } : {}),
    };
  };
}

function latency([low, high]: readonly [number, number], random: Random): number {
  return high === 0 ? 0 : Math.exp(Math.log(low) + random.next() * Math.log(high / low));
}
