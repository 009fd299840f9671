/** Where in an output its answer is. What stands inside a think block is never one. */

import type { Output } from '../core/output.ts';
import { partsOf } from '../core/output.ts';
import type { Policy, Status } from '../core/verdict.ts';

/** Why no answer could be read; `truncated` and `cancelled` outputs are incomplete, whatever they hold. */
export type NoAnswer = 'truncated' | 'cancelled' | 'no-answer' | 'several-answers' | 'hedged';

/** An answer as the model wrote it, trimmed and not empty, or why there is none. */
export type Extracted = { readonly answer: string } | { readonly reason: NoAnswer };

const HEDGE =
  /\?|\b(?:or maybe|maybe|perhaps|possibly|probably|either|alternatively|not sure|unsure|(?:might|could|may) be|i (?:think|guess|believe)|approximately|about)\b/i;
const THINK = /<\/?think>/i;
const THINK_END = /<\/think>/i;
const PHRASE = /\banswers?(?:\s+(?:is|are)\b\s*:?|\s*:)/gi;

/**
 * Reads the answer out of an output. Policy `score` takes the last answer tag, and in it (or, without one, in the text
 * after the think block) the last `\boxed{}`, else what follows "answer is" or "answer:", else the tag's content, else,
 * where the output has no think block at all, its last line. Policy `select` takes the single answer tag, unhedged.
 */
export function extractAnswer(output: Output, policy: Policy): Extracted {
  const incomplete = incompleteness(output);
  if (incomplete) return { reason: incomplete.reason };
  const visible = visibleText(output.text);
  const hasTrace = Boolean(output.think) || THINK.test(output.text);
  return policy === 'select' ? strictAnswer(visible) : lenientAnswer(visible, hasTrace);
}

/** What the harness must say of an output that did not end by itself; `undefined` where it did. */
export function incompleteness(
  output: Output,
): { readonly status: Status; readonly reason: 'truncated' | 'cancelled' } | undefined {
  if (output.finishReason === 'length') return { status: 'fail', reason: 'truncated' };
  return output.finishReason === 'cancelled' ? { status: 'unscored', reason: 'cancelled' } : undefined;
}

/** The trace of an output: the think block in its text, else the reasoning that its model delivered apart from it. */
export function traceOf(output: Output): string | undefined {
  return partsOf(output.text).think ?? output.think;
}

/** What stands after the last think block; nothing where one is left open. */
function visibleText(text: string): string {
  const rest = text.split(THINK_END).at(-1) as string;
  return THINK.test(rest) ? '' : rest;
}

function strictAnswer(visible: string): Extracted {
  const opened = visible.split('<answer>').length - 1;
  const closed = visible.split('</answer>').length - 1;
  if (opened > 1 || closed > 1) return { reason: 'several-answers' };
  const found = nonEmpty(between(visible, '<answer>', '</answer>'));
  if ('answer' in found && HEDGE.test(found.answer)) return { reason: 'hedged' };
  return found;
}

function lenientAnswer(visible: string, hasTrace: boolean): Extracted {
  const open = visible.lastIndexOf('<answer>');
  const tagged = open < 0 ? undefined : (visible.slice(open + '<answer>'.length).split('</answer>', 1)[0] as string);
  const scope = tagged ?? visible;
  return nonEmpty(lastBox(scope) ?? lastPhrase(scope) ?? tagged ?? (hasTrace ? undefined : lastLine(visible)));
}

function nonEmpty(answer: string | undefined): Extracted {
  const trimmed = answer?.trim();
  return trimmed ? { answer: trimmed } : { reason: 'no-answer' };
}

function between(text: string, opening: string, closing: string): string | undefined {
  const start = text.indexOf(opening);
  const end = text.indexOf(closing, start + opening.length);
  return start < 0 || end < 0 ? undefined : text.slice(start + opening.length, end);
}

/** The content of the last `\boxed{…}` whose braces balance. */
function lastBox(text: string): string | undefined {
  const start = text.lastIndexOf('\\boxed{');
  if (start < 0) return undefined;
  const open = start + '\\boxed{'.length;
  let depth = 1;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return text.slice(open, at);
  }
  return undefined;
}

/** The rest of the sentence after the last "answer is" or "answer:", on the same or the next line. */
function lastPhrase(text: string): string | undefined {
  const match = [...text.matchAll(PHRASE)].at(-1);
  if (!match) return undefined;
  const rest = text.slice(match.index + match[0].length).replace(/^[\s*]+/, '');
  const sentence = rest.split(/\n|[.。](?=\s|$)/, 1)[0] as string;
  return sentence.replace(/[\s*]+$/, '');
}

function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '');
}
