/** Where in an output its answer is. What stands inside a think block is never one. */

import type { Output } from '../core/output.ts';
import { partsOf } from '../core/output.ts';
import type { Policy, Status } from '../core/verdict.ts';
import { LIMITS } from './limits.ts';

/** Why no answer could be read; `truncated` and `cancelled` outputs are incomplete, whatever they hold. */
export type NoAnswer = 'truncated' | 'cancelled' | 'no-answer' | 'several-answers' | 'hedged';

/** An answer as the model wrote it, trimmed and not empty, or why there is none. */
export type Extracted = { readonly answer: string } | { readonly reason: NoAnswer };

const HEDGE =
  /\?|\b(?:or maybe|maybe|perhaps|possibly|probably|either|alternatively|not sure|unsure|(?:might|could|may) be|i (?:think|guess|believe)|approximately|about)\b/i;
const THINK = /<\/?think>/i;
const THINK_END = /<\/think>/i;
/** English, French, Spanish, Portuguese, German, Italian, Russian, Chinese, Japanese, Arabic, Hindi. */
const PHRASE = new RegExp(
  [
    String.raw`\banswers?(?:\s+(?:is|are)\b\s*:?|\s*:)`,
    String.raw`\bréponse(?:\s+finale)?\s*(?:\best\b|:)`,
    String.raw`\b(?:respuesta|resposta|risposta)(?:\s+final[e]?)?\s*(?:(?:es|é|è)(?!\p{L})|:)`,
    String.raw`\bantwort\s*(?:\b(?:ist|lautet)\b|:)`,
    String.raw`ответ\s*[:—–-]`,
    String.raw`(?:答案|答え|答)\s*(?:[是为為は]|[:：])[:：]?`,
    String.raw`(?:الإجابة|الجواب)\s*(?:هي|هو|:)`,
    String.raw`उत्तर\s*(?:है|:)`,
  ].join('|'),
  'giu',
);
/** What takes back a number that stands in the same sentence. */
const NEGATION =
  /\b(?:not|never|cannot|isn't|can't|wrong|incorrect|no|unless|nicht|kein\w*|falsch)\b|\b(?:n'est|pas|faux)\b|不是|不能|错误/iu;
/** What makes a bound or a pair of it: "at least 5", "5 out of 6". */
const PARTIAL =
  /\b(?:at (?:least|most)|(?:more|less|fewer|greater|larger|smaller|other) than|up to|almost|nearly|between|below|above|over|under)\b|\d\s*(?:out of|of|in|to|per|by|versus|vs\.?)\s*\d/i;
/** A number, a fraction or a root in a sentence, with its sign and percent. */
const FORMULA =
  /(?<![a-z\d.])-?\s?(?:\d*\\[dt]?frac\s?\{[^{}]*\}\s?\{[^{}]*\}|\d*\\sqrt\s?\{[^{}]*\}|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:\s?\/\s?\d+)?|\.\d+)(?:\s?\\?%)?/giu;

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

/**
 * The last number or fraction in a sentence that a model gave as its answer: `18` of "She makes $18 a day." Nothing where the
 * sentence hedges, denies, or names a bound or a part.
 */
export function lastFormula(sentence: string): string | undefined {
  if (sentence.length > LIMITS.characters) return undefined;
  const last = sentence.split(/\n|[。！？]|[.!?](?=\s)/).findLast((part) => /[\p{L}\d]/u.test(part)) ?? '';
  if ([HEDGE, NEGATION, PARTIAL].some((pattern) => pattern.test(last))) return undefined;
  return [...last.matchAll(FORMULA)].at(-1)?.[0].trim();
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
  return nonEmpty(lastBox(scope) ?? lastPhrase(scope) ?? tagged ?? (hasTrace ? undefined : bareText(visible)));
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

/** Boxes further apart are two answers; so is the pattern's work bounded. */
const BOX_DISTANCE = 40;
/** Between boxes that are one answer together: `x=\boxed{2} or x=\boxed{3}`. */
const BOX_JOIN = /^[\s$\\).,;]*(?:and|or|,|;)[\s$\\(]*(?:\p{L}(?:_?\d)?\s*=\s*)?[\s$]*$/iu;

/** The content of the last `\boxed{…}` whose braces balance, and of those that are joined to it; parted by commas. */
export function lastBox(text: string): string | undefined {
  const boxes = boxesOf(text);
  const joined: string[] = [];
  for (let index = boxes.length - 1; index >= 0; index--) {
    const [box, next] = [boxes[index], boxes[index + 1]];
    if (!box || (next && !areJoined(text, box, next))) break;
    joined.unshift(box.content);
  }
  return joined.length === 0 ? undefined : joined.join(', ');
}

function areJoined(text: string, box: Box, next: Box): boolean {
  return next.start - box.end <= BOX_DISTANCE && BOX_JOIN.test(text.slice(box.end, next.start));
}

interface Box {
  readonly start: number;
  readonly end: number;
  readonly content: string;
}

/** In the order of their closing braces, in one pass. */
function boxesOf(text: string): readonly Box[] {
  const boxes: Box[] = [];
  const opened: number[] = [];
  for (let at = text.indexOf(BOX); at >= 0 && at < text.length; at++) {
    if (text[at] === '{') opened.push(at);
    if (text[at] !== '}') continue;
    const open = opened.pop();
    if (open === undefined || !text.startsWith(BOX, open - BOX.length)) continue;
    boxes.push({ start: open - BOX.length, end: at + 1, content: text.slice(open + 1, at) });
  }
  return boxes;
}

const BOX = '\\boxed';

/** The rest of the sentence after the last "answer is" or "answer:", on the same or the next line. */
function lastPhrase(text: string): string | undefined {
  const match = [...text.matchAll(PHRASE)].at(-1);
  if (!match) return undefined;
  const rest = text.slice(match.index + match[0].length).replace(/^[\s*]+/, '');
  const sentence = rest.split(/\n|[.。](?=\s|$)/, 1)[0] as string;
  // A longer one is beyond what is read as an answer, and trimming it by a pattern would be slow.
  return sentence.length > LIMITS.characters ? sentence : sentence.replace(/[\s*]+$/, '');
}

/** A text without prose is the answer itself, a matrix of several lines for one; of any other it is the last line. */
function bareText(text: string): string | undefined {
  const hasProse = /\p{L}{4}/u.test(text.replace(/\\(?:begin|end)\{[a-z]*\}|\\[a-z]+/gi, ' '));
  if (!hasProse) return text;
  return text
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '');
}
