/** Reads answers that give several names a value each: `A=knight, B=knave`, one a line, a pair of tuples, or JSON. */

import { type Extracted, extractAnswer, LIMITS, type Output, type Policy } from 'proofstill';
import { wholeAnswer } from './answer-rule.ts';
import { textForm } from './exact.ts';
import { readJson } from './json-text.ts';

/** **Shapes**: name and value as written, in the order of writing; a name may come twice. */
export type Assignments = readonly (readonly [name: string, value: string])[];

/**
 * The whole answer where it is assignments. Policy `score` takes what {@link extractAnswer} finds in it instead, where that
 * gives no fewer: "The answer is A=1, B=2".
 */
export function assignmentAnswer(output: Output, policy: Policy): Extracted {
  const whole = wholeAnswer(output, policy);
  if (policy === 'select' || 'reason' in whole) return whole;
  const extracted = extractAnswer(output, policy);
  const count = 'answer' in extracted ? (readAssignments(extracted.answer)?.length ?? 0) : 0;
  return count >= (readAssignments(whole.answer)?.length ?? 0) ? extracted : whole;
}

const FENCE = /^```[a-z]*\n([\s\S]*?)\n?```$/;
const MARKUP = /\\text\{([^{}]*)\}|\\[()[\]]|\\(?:quad|[,;! ])|\*\*|[`$]/g;
const TUPLES = /^\(([^()]*)\)\s*=\s*\(([^()]*)\)$/;
const LIST_MARK = /^(?:[-*•]|\d{1,3}[.)])\s+/;
const PAIR = /^([^=:]+?)\s*(?:=|:=?)\s*([^=:]+)$/;

/** Strictly: all of the text is assignments, or `undefined`. So is an empty text, and one beyond the limits. */
export function readAssignments(text: string): Assignments | undefined {
  if (text.length > LIMITS.characters) return undefined;
  const bare = text.replace(FENCE, '$1').trim();
  if (bare.startsWith('{')) return membersOf(bare);
  const plain = bare
    .replace(MARKUP, (_mark, words: string | undefined) => words ?? ' ')
    .trim()
    .replace(/\.$/, '');
  const [, names, values] = TUPLES.exec(plain) ?? [];
  if (names !== undefined && values !== undefined) return zipped(names.split(','), values.split(','));
  const items = plain
    .split(/[,;\n]|\s+and\s+/)
    .map((item) => textForm(item).replace(LIST_MARK, ''))
    // "A=1, and B=2" and a line's final comma leave a word and a blank behind.
    .map((item) => item.replace(/^and\s+/, ''))
    .filter((item) => item !== '');
  const pairs = items.map((item) => PAIR.exec(item));
  if (pairs.length === 0 || pairs.includes(null)) return undefined;
  return pairs.map((pair) => [pair?.[1] as string, pair?.[2] as string]);
}

/** Duplicate keys make JSON unreadable. */
function membersOf(text: string): Assignments | undefined {
  const reading = readJson(text);
  const value = 'value' in reading ? reading.value : undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const members = Object.entries(value);
  const isFlat = members.every(([, member]) => ['string', 'number', 'boolean'].includes(typeof member));
  return isFlat && members.length > 0
    ? members.map(([name, member]) => [textForm(name), textForm(String(member))])
    : undefined;
}

function zipped(names: readonly string[], values: readonly string[]): Assignments | undefined {
  if (names.length !== values.length) return undefined;
  return names.map((name, index) => [textForm(name), textForm(values[index] as string)]);
}
