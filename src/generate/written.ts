/** What a teacher is told that is to write problems, and what is read of its answer: text that nobody vouches for. */

import { z } from 'zod';
import type { Random } from '../core/seed.ts';
import type { SteerSample } from './steer.ts';

/** Problems asked for at once: a longer list repeats itself. */
export const PROBLEMS_AT_ONCE = 10;
/** Failed problems shown at once; each request shows others. */
const EXAMPLES = 6;
/** Characters of a problem. */
const LONGEST = 4_000;

/** Asks for new problems like some of those that the student failed. */
export function writingPrompt(failing: readonly SteerSample[], random: Random): string {
  const examples = random.shuffle(failing).slice(0, EXAMPLES);
  return [
    'Here are problems of one kind, one JSON object a line:',
    '',
    ...examples.map(({ prompt }) => JSON.stringify({ problem: prompt })),
    '',
    `Write ${PROBLEMS_AT_ONCE} new problems of this kind, in the same language and the same form: a third of them easier, a third`,
    'as hard, a third harder. Each must be complete in itself and have exactly one right answer. None may repeat one of the',
    'above or differ from it by names alone. Do not solve them.',
    '',
    'Answer with one JSON object a line and nothing else: {"problem":"…"}',
  ].join('\n');
}

/** What else is said of a problem, its answer for one, is not read: nobody has verified it. */
const writtenSchema = z.object({ problem: z.string().max(LONGEST) }).transform(({ problem }) => problem.trim());

/** Control characters, marks of direction, and what would end a prompt in a chat template or begin an answer. */
const HARMFUL = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]|<\|.*?\|>|<\/?(?:think|answer)>/u;

export interface Written {
  readonly prompts: readonly string[];
  /** Items that are no problem, or one that is too long or holds what no prompt may. */
  readonly malformed: number;
}

/** Reads the problems in an answer: a JSON array, or a JSON object a line; a line that was cut off counts as malformed. */
export function writtenProblems(text: string): Written {
  const visible = text.split('</think>').at(-1) as string;
  const items = itemsOf(visible).slice(0, 4 * PROBLEMS_AT_ONCE);
  const read = items.map((item) => writtenSchema.safeParse(item));
  const prompts = read.flatMap(({ data }) => (data === undefined || data === '' || HARMFUL.test(data) ? [] : [data]));
  // An answer without any item is one thing that was asked for and did not come.
  return { prompts, malformed: Math.max(1, items.length) - prompts.length };
}

function itemsOf(text: string): readonly unknown[] {
  const whole = parsed(text.slice(Math.max(0, text.indexOf('[')), text.lastIndexOf(']') + 1));
  // Brackets may also belong to a problem: "on [0, 1]".
  if (Array.isArray(whole) && whole.some((item) => typeof item === 'object')) return whole;
  const lines = text.split('\n').map((line) => line.trim().replace(/,$/, ''));
  return lines.filter((line) => line.startsWith('{')).map(parsed);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
