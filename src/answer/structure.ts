/** What an answer says: one number, several in any order, that there is none, or words. */

import { evaluatePlain } from './expression.ts';
import { LIMITS, type RefusalReason } from './limits.ts';
import { joinThousands, plainNotation } from './notation.ts';
import type { Rational } from './rational.ts';

export type Structure =
  | { readonly kind: 'scalar'; readonly value: Rational; readonly variable?: string }
  | {
      readonly kind: 'set';
      /** As written, repetitions included; where `isNumbered`, in the order of their numbers. */
      readonly values: readonly Rational[];
      readonly variable?: string;
      /** Written as `x_1=2, x_2=3`: between two such answers the order counts. */
      readonly isNumbered: boolean;
    }
  /** There is no solution. */
  | { readonly kind: 'none' }
  /** Anything else, in a normal form that compares as a string. */
  | { readonly kind: 'text'; readonly text: string }
  /** Beyond the limits, or arithmetic without a value. */
  | { readonly kind: 'unreadable'; readonly reason: RefusalReason };

/** An assignment's head: `x=`, `x_1=`, `x1 =`. */
const HEAD = /^(\p{L})(?:_?\{?(\d{1,3})\}?)?\s*=(?!=)/u;
const NONE =
  /^(?:none|(?:there (?:is|are) |has |have )?(?:no|zero)(?: real)? (?:solutions?|roots?)(?: exists?| (?:in|over) (?:the )?reals?(?: numbers)?)?)$/i;
const EMPTY = /^(?:∅|\{\s*\}|[a-z]\s*∈\s*(?:∅|\{\s*\}))$/i;
const BRACED = /^(?:([a-z])\s*∈\s*)?\{([^{}]*)\}$/i;
/** Refusals that say "this is not a rational number", not "this is arithmetic gone wrong". */
const NOT_A_FRACTION: ReadonlySet<RefusalReason> = new Set(['not-numeric', 'not-exact', 'ambiguous']);

/**
 * Reads an answer: `2`, `x=2`, `\frac{1}{2}`, `x=3 or x=2`, `\{2,3\}`, `2 and 3`, `±2`, `4/2=2`, `no real solution`.
 * Never throws. The empty text is the text ''.
 */
export function parseAnswer(answer: string): Structure {
  if (answer.length > LIMITS.characters) return { kind: 'unreadable', reason: 'too-long' };
  const plain = unwrapped(plainNotation(answer));
  if (NONE.test(plain) || EMPTY.test(plain)) return { kind: 'none' };
  const [, element, braced] = BRACED.exec(plain) ?? [];
  // In braces, commas part elements: {4,100} has two.
  const items = (braced ?? joinThousands(plain)).split(/\s*[,;]\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+/i).map(readItem);
  const refused = items.find((item) => 'reason' in item && !NOT_A_FRACTION.has(item.reason));
  if (refused && 'reason' in refused) return { kind: 'unreadable', reason: refused.reason };
  const read = items.filter((item) => 'values' in item);
  return (read.length === items.length ? numbersOf(read, element) : undefined) ?? { kind: 'text', text: textOf(plain) };
}

interface Item {
  readonly letter?: string;
  readonly number?: string;
  readonly values: readonly Rational[];
}

function readItem(text: string): Item | { readonly reason: RefusalReason } {
  const head = HEAD.exec(text);
  const parts = (head ? text.slice(head[0].length) : text).split('=').map(readValues);
  const first = parts[0] as (typeof parts)[number];
  for (const part of parts) {
    if ('reason' in part) return part;
    // A chain whose sides differ says two things at once.
    if (!('reason' in first) && !isSame(part, first)) return { reason: 'not-numeric' };
  }
  if ('reason' in first) return first;
  const [, letter, number] = head ?? [];
  return { values: first, ...(letter ? { letter } : {}), ...(number ? { number } : {}) };
}

/** One number, or two where the text has a `±`. */
function readValues(text: string): readonly Rational[] | { readonly reason: RefusalReason } {
  const readings = text.includes('±') ? [text.replace('±', '+'), text.replace('±', '-')] : [text];
  const values: Rational[] = [];
  for (const reading of readings) {
    const result = evaluatePlain(reading);
    if ('reason' in result) return { reason: result.reason };
    if (!values.some((value) => value.equals(result.value))) values.push(result.value);
  }
  return values;
}

function isSame(left: readonly Rational[], right: readonly Rational[]): boolean {
  return left.length === right.length && left.every((value, index) => value.equals(right[index] as Rational));
}

/**
 * Items of one variable as a scalar or a set; `undefined` where they are not that, such as `x=2, y=3`.
 * @param element the variable of `x ∈ {2, 3}`.
 */
function numbersOf(items: readonly Item[], element: string | undefined): Structure | undefined {
  const letters = new Set(items.map((item) => item.letter ?? element));
  // "x=2, 3" names its variable once, at the front.
  if (items[0]?.letter !== undefined) letters.delete(undefined);
  if (letters.size > 1) return undefined;
  const [letter] = letters;
  const values = items.flatMap((item) => item.values);
  const numbers = items.flatMap((item) => item.number ?? []);
  if (values.length === 1) {
    const variable = letter && [letter, ...numbers].join('_');
    return { kind: 'scalar', value: values[0] as Rational, ...(variable ? { variable } : {}) };
  }
  const isNumbered = numbers.length > 0;
  if (isNumbered && (new Set(numbers).size < items.length || values.length > items.length)) return undefined;
  const ordered = isNumbered
    ? [...items].sort((left, right) => Number(left.number) - Number(right.number)).flatMap((item) => item.values)
    : values;
  return { kind: 'set', values: ordered, isNumbered, ...(letter ? { variable: letter } : {}) };
}

/** Takes off what is put round an answer: a box, quotes, a full stop. */
function unwrapped(text: string): string {
  const bare = text
    .trim()
    .replace(/^([`"'])(.*)\1$/, '$2')
    .replace(/(?<!\.)\.$/, '')
    .replace(/\s+/g, ' ')
    .trim();
  const boxed = /^\\boxed\s?\{(.*)\}$/.exec(bare);
  return boxed && isBalanced(boxed[1] as string) ? unwrapped(boxed[1] as string) : bare;
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '{') depth++;
    if (character === '}' && --depth < 0) return false;
  }
  return depth === 0;
}

/**
 * Words compare without regard to case, a bracketed letter as the letter, formulas without the spaces that part nothing:
 * those of `2 2/3 cm` stay.
 */
function textOf(plain: string): string {
  const inner = /^\((\p{L})\)$/u.exec(plain)?.[1] ?? plain;
  if (/^[\p{L}\p{M} '-]*$/u.test(inner)) return inner.toLowerCase();
  return inner.replace(/(?<![\p{L}\p{N}]) | (?![\p{L}\p{N}])|(?<=\d) (?=\p{L})/gu, '');
}
