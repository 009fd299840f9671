/**
 * Rewriting a verified long trace shorter: R1's 5,000 tokens are no good on a phone, and small students learn better from
 * shorter traces (arXiv:2502.12143). The rewriting is the teacher's own, and is judged like any other output.
 */

import { type Output, partsOf } from '../core/output.ts';

/** Rewritings asked for of each trace. */
export const REWRITINGS = 2;

/**
 * What a teacher is asked. The steps have a tag of their own: what a reasoning model thinks about the request comes between
 * think tags, and must not be taken for the rewritten trace.
 */
export function condensingPrompt(prompt: string, text: string): string {
  const { think = text, answer = '' } = partsOf(text);
  return `Here are a problem and the reasoning that solves it. Write the same reasoning shorter, as one who knows the way from the start: keep every step that the answer needs, with its computation, in the same order; leave out detours, repetitions, checks and remarks. Add nothing, and do not mention that this is a rewriting. Write the steps between <steps> and </steps>, then the answer, unchanged, between <answer> and </answer>, and nothing else.

Problem:
${prompt}

Reasoning:
${think.trim()}

Answer:
${answer.trim()}`;
}

/** A rewriting as a candidate's output, or why it is none. */
export interface Rewriting {
  readonly output: Output;
  /** The reply has one block of steps and then an answer. */
  readonly isWhole: boolean;
}

/**
 * Reads the reply: steps become the think block, and what the model thought for itself is dropped, from the text as from
 * its output tokens (by the server's count of them, else in proportion to the characters).
 */
export function rewritingOf(output: Output): Rewriting {
  const { text, tokens, think: _, answer: __, ...rest } = output;
  const said = text.split('</think>').at(-1) ?? '';
  const reply = said.trim();
  const steps = REPLY.exec(reply);
  const isWhole = steps !== null && TAGS.every((tag) => reply.split(tag).length === 2);
  const written = isWhole ? `<think>${steps[1]}</think>\n<answer>${steps[2]}</answer>` : reply;
  const thought =
    output.served?.reasoningTokens ?? Math.round((tokens.out * (text.length - said.length)) / text.length);
  const out = text === '' ? 0 : Math.max(0, tokens.out - thought);
  return { output: { ...rest, text: written, tokens: { ...tokens, out }, ...partsOf(written) }, isWhole };
}

const REPLY = /^<steps>([\s\S]*)<\/steps>\s*<answer>([\s\S]*)<\/answer>$/;
const TAGS = ['<steps>', '</steps>', '<answer>', '</answer>'];
