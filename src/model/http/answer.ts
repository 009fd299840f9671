/** From what servers send to one form of text: `<think>…</think>` and the rest, wherever the reasoning came. */

import { countPieces } from '../pieces.ts';

const OPEN = '<think>';
const CLOSE = '</think>';

/** Part of a chunk's delta, or a whole message, with all the names that reasoning goes by. */
export interface Fields {
  readonly content?: string | null;
  /** DeepSeek, vLLM before 0.12, llama.cpp. */
  readonly reasoning_content?: string | null;
  /** vLLM since, OpenRouter, Ollama, Groq. */
  readonly reasoning?: string | null;
  /** OpenRouter, beside `reasoning`. */
  readonly reasoning_details?: readonly { readonly text?: unknown; readonly summary?: unknown }[] | null;
}

/** The reasoning in a delta or message: of fields that say the same, the first that says anything. */
export function reasoningIn(fields: Fields): string {
  const { reasoning_content, reasoning, reasoning_details } = fields;
  for (const said of [reasoning_content, reasoning]) if (typeof said === 'string' && said !== '') return said;
  if (!Array.isArray(reasoning_details)) return '';
  return reasoning_details
    .map(({ text, summary }) => text ?? summary)
    .filter((part) => typeof part === 'string')
    .join('');
}

/**
 * The whole text in the template: one think block, trimmed, then the content, trimmed. Reasoning comes apart, or inline
 * with both tags, or with the closing tag alone (servers that put the opening one into the prompt). Tags that are doubled
 * at a block's edges become one; tags inside of reasoning are left to whoever judges the text. Reasoning that was cut off
 * stays open, and a text without reasoning has no block.
 */
export function textOf(reasoning: string, content: string, isCutOff: boolean): string {
  const inline = cutInline(content);
  const apart = trimTags(reasoning);
  // A server may send the same reasoning both apart and inline.
  const parts = [apart, inline.think === apart ? '' : (inline.think ?? '')].filter((part) => part !== '');
  if (inline.think === undefined && parts.length === 0) return inline.rest;
  const think = parts.join('\n');
  const isOpen = inline.isOpen || (isCutOff && inline.rest === '' && inline.think === undefined);
  return isOpen ? `${OPEN}${think}` : `${OPEN}${think}${CLOSE}${inline.rest}`;
}

interface Cut {
  readonly think?: string;
  readonly rest: string;
  readonly isOpen: boolean;
}

function cutInline(content: string): Cut {
  const text = content.trim();
  const open = text.indexOf(OPEN);
  const close = text.indexOf(CLOSE);
  const isHeaded = open === 0;
  const isHeadless = close >= 0 && (open < 0 || close < open);
  if (!isHeaded && !isHeadless) return { rest: text, isOpen: false };
  if (close < 0) return { think: trimTags(text), rest: '', isOpen: true };
  let rest = text.slice(close + CLOSE.length).trim();
  while (rest.startsWith(CLOSE)) rest = rest.slice(CLOSE.length).trim();
  return { think: trimTags(text.slice(0, close)), rest, isOpen: false };
}

function trimTags(text: string): string {
  let trimmed = text.trim();
  while (trimmed.startsWith(OPEN)) trimmed = trimmed.slice(OPEN.length).trim();
  while (trimmed.endsWith(CLOSE)) trimmed = trimmed.slice(0, -CLOSE.length).trim();
  return trimmed;
}

/** A server's own count of what a call took; any of it may be missing or wrong. */
export interface Usage {
  readonly prompt_tokens?: unknown;
  readonly completion_tokens?: unknown;
  readonly prompt_tokens_details?: { readonly cached_tokens?: unknown } | null;
  readonly completion_tokens_details?: { readonly reasoning_tokens?: unknown } | null;
  /** DeepSeek's. */
  readonly prompt_cache_hit_tokens?: unknown;
}

export interface Tokens {
  readonly in: number;
  readonly out: number;
  /** Of `in`. */
  readonly cached?: number;
  /** Of `out`. */
  readonly reasoning?: number;
}

/** What a count cannot exceed: beyond it, it is an error of the server's. */
export interface TokenBounds {
  readonly promptAtMost: number;
  readonly maxTokens: number;
}

/** Hidden system prompts and templates of the server, at most. */
const HIDDEN_PROMPT = 20_000;
/** Some servers do not count reasoning against the limit. */
const BEYOND_LIMIT = 4;

/** Tokens as the server counts them where that can be true, else the pieces of prompt and text. */
export function tokensOf(
  usage: Usage | null | undefined,
  { prompt, text }: { readonly prompt: string; readonly text: string },
  { promptAtMost, maxTokens }: TokenBounds,
): Tokens {
  const within = (count: unknown, low: number, high: number): count is number =>
    Number.isInteger(count) && (count as number) >= low && (count as number) <= high;
  const { prompt_tokens, completion_tokens } = usage ?? {};
  const input = within(prompt_tokens, 1, promptAtMost + HIDDEN_PROMPT) ? prompt_tokens : countPieces(prompt);
  const isCounted = within(completion_tokens, text === '' ? 0 : 1, maxTokens * BEYOND_LIMIT);
  const output = isCounted ? completion_tokens : countPieces(text);
  const cached = usage?.prompt_tokens_details?.cached_tokens ?? usage?.prompt_cache_hit_tokens;
  const reasoning = usage?.completion_tokens_details?.reasoning_tokens;
  return {
    in: input,
    out: output,
    ...(within(cached, 0, input) ? { cached } : {}),
    ...(within(reasoning, 0, output) ? { reasoning } : {}),
  };
}
