/** Reads what has a sign of comparison in it: an assignment, a chain of equals, an equation, an interval. */

import { isConstant, realValue } from './approximate.ts';
import { areEquivalent } from './equivalent.ts';
import { decimalsOf, type Expression, symbolsOf } from './expression.ts';
import { parseFormula } from './formula.ts';
import { Refusal, unlessRefused } from './limits.ts';
import { cutAtTop } from './split.ts';
import { type Brackets, type Scalar, type Sign, type Structure, scalarOf } from './structure.ts';

const COMPARISON = /<=|>=|!=|==|[=<>≤≥≠≈]/y;
const SPELLINGS: Readonly<Record<string, string>> = { '<=': '≤', '>=': '≥', '!=': '≠', '==': '=' };
const TURNED: Readonly<Record<string, '<' | '≤'>> = { '>': '<', '≥': '≤' };

/** What an assignment gives a value: x, x_1, x1, f(x), or a label: `area` or `AB`, not `ab`. */
const HEAD =
  /^(?:(\p{L})(?:_\{?(\d{1,3}|\p{L})\}?|(\d{1,3}))?|(\p{L}\(\p{L}\))|((?=[\p{L} ]*\p{L}{4})[\p{L} ]{4,40}|\p{Lu}{2,3}))$/u;
/** Labels that say only that a value follows. */
const ANSWER = /\b(?:answers?|results?|solutions?|values?|total)\b/i;

/**
 * A text with a comparison at its top; `undefined` for one without.
 * @param readItem reads a side.
 * @throws Refusal for a side that cannot be read, and for a chain that says two things at once.
 */
export function readRelation(text: string, readItem: (side: string) => Structure): Structure | undefined {
  const cuts = cutAtTop(text, COMPARISON);
  if (cuts.length < 2) return undefined;
  const sides = cuts.map(({ part }) => part.trim());
  const signs = cuts.slice(0, -1).map(({ separator }) => SPELLINGS[separator] ?? separator);
  if (signs.every((sign) => sign === '=' || sign === '≈')) return readEquals(sides, signs, readItem);
  if (signs.length === 1 && signs[0] === '≠') return relation('≠', sides);
  return readInequality(sides, signs);
}

function readEquals(
  sides: readonly string[],
  signs: readonly string[],
  readItem: (side: string) => Structure,
): Structure {
  // What stands behind ≈ repeats what stands in front of it, rounded.
  const rounded = signs.indexOf('≈');
  const exact = rounded < 0 ? sides : sides.slice(0, rounded + 1);
  const [first = '', ...rest] = exact;
  const head = HEAD.exec(first);
  if (rest.length === 0) {
    if (!head) {
      checkRounding(first, sides[1] as string);
      return readItem(first);
    }
    return assigned(head, [readItem(sides[1] as string)]);
  }
  if (rounded >= 0) checkRounding(exact.at(-1) as string, sides[rounded + 1] as string);
  const tuple = pointOf(first, rest, readItem);
  if (tuple) return tuple;
  if (head && !rest.some((side) => mentions(side, head))) return assigned(head, rest.map(readItem));
  const reversed = HEAD.exec(exact.at(-1) as string);
  if (exact.length === 2 && reversed?.[1] && !mentions(first, reversed)) return assigned(reversed, [readItem(first)]);
  const expressions = exact.map((side) => parseFormula(side));
  const isNumeric = expressions.every((expression) => symbolsOf(expression).every(isConstant));
  if (isNumeric) return same(exact.map(readItem));
  if (exact.length > 2) throw new Refusal('ambiguous');
  return relation('=', exact);
}

/** @throws Refusal where the rounded value of a number is off by more than a hundredth: the text says two things. */
function checkRounding(exact: string, rounded: string): void {
  const [value, shown] = [exact, rounded].map((side) => parseFormula(side)) as [Expression, Expression];
  const [left, right] = [realValue(value), realValue(shown)];
  if (left === undefined || right === undefined) return;
  if (Math.abs(left - right) > Math.max(10 ** -(decimalsOf(shown) ?? 0), 0.01 * Math.abs(left)))
    throw new Refusal('ambiguous');
}

function mentions(side: string, head: RegExpExecArray): boolean {
  const name = nameOf(head);
  const formula = unlessRefused(() => parseFormula(side));
  return name !== undefined && formula !== undefined && symbolsOf(formula).includes(name);
}

/** `x`, `x_1`, `f(x)`, or a label in lower case; `undefined` for a label that names nothing. */
function nameOf([, letter, subscript, digits, call, label]: RegExpExecArray): string | undefined {
  if (letter) return [letter, ...(subscript || digits ? [subscript ?? digits] : [])].join('_');
  return call ?? (label && !ANSWER.test(label) ? label.toLowerCase() : undefined);
}

function assigned(head: RegExpExecArray, values: readonly Structure[]): Structure {
  const value = same(values);
  if (value.kind === 'set') return head[1] && !value.variable ? { ...value, variable: head[1] } : value;
  return value.kind === 'scalar' ? named(value, head) : value;
}

function named(value: Scalar, head: RegExpExecArray): Scalar {
  const name = nameOf(head);
  return name ? { ...value, variable: name } : value;
}

/** The first of sides that all say the same. @throws Refusal `not-numeric` where they do not. */
function same(values: readonly Structure[]): Structure {
  const [first, ...others] = values as [Structure, ...Structure[]];
  for (const other of others) {
    const isSame =
      first.kind === 'scalar' && other.kind === 'scalar' && areEquivalent(first.expression, other.expression) === true;
    if (!isSame) throw new Refusal('not-numeric');
  }
  const units = values.flatMap((value) => (value.kind === 'scalar' ? (value.unit ?? []) : []));
  return first.kind === 'scalar' && units[0] ? { ...first, unit: units[0] } : first;
}

/** (x,y)=(2,3) is x=2, y=3. */
function pointOf(first: string, rest: readonly string[], readItem: (side: string) => Structure): Structure | undefined {
  const names = /^\(\s*(\p{L}(?:\s*,\s*\p{L})+)\s*\)$/u.exec(first)?.[1]?.split(/\s*,\s*/);
  if (!names || rest.length !== 1) return undefined;
  const value = readItem(rest[0] as string);
  if (value.kind !== 'tuple' || value.items.length !== names.length) throw new Refusal('not-numeric');
  const items = value.items.map((item, index): Structure => {
    if (item.kind !== 'scalar') throw new Refusal('not-numeric');
    return { ...item, variable: names[index] as string };
  });
  return { kind: 'set', items, isNumbered: false };
}

function relation(sign: Sign, [left = '', right = '']: readonly string[]): Structure {
  return { kind: 'relation', sign, left: parseFormula(left), right: parseFormula(right) };
}

/** x>3, 3<x, 1≤x<3 as intervals; anything else as it stands, the smaller side first. */
function readInequality(sides: readonly string[], signs: readonly string[]): Structure {
  const isDownward = signs.every((sign) => sign in TURNED);
  if (!isDownward && !signs.every((sign) => sign === '<' || sign === '≤')) throw new Refusal('ambiguous');
  const rising = isDownward ? [...sides].reverse() : sides;
  const rises = isDownward ? [...signs].reverse().map((sign) => TURNED[sign] as '<' | '≤') : signs;
  const expressions = rising.map((side) => parseFormula(side));
  const interval = intervalOf(expressions, rises);
  if (interval) return interval;
  if (expressions.length > 2) throw new Refusal('ambiguous');
  const [left, right] = expressions as [Expression, Expression];
  return { kind: 'relation', sign: rises[0] as Sign, left, right };
}

const INFINITE: Expression = { kind: 'symbol', name: '∞' };
const LOWEST: Scalar = { kind: 'scalar', expression: { kind: 'negate', operand: INFINITE } };
const HIGHEST: Scalar = { kind: 'scalar', expression: INFINITE };

function intervalOf(rising: readonly Expression[], signs: readonly string[]): Structure | undefined {
  const at = rising.findIndex((expression) => expression.kind === 'symbol' && !isConstant(expression.name));
  const unknown = rising[at];
  if (unknown?.kind !== 'symbol' || (rising.length === 3 && at !== 1) || rising.length > 3) return undefined;
  const ends = rising.filter((_, index) => index !== at);
  if (ends.some((end) => !symbolsOf(end).every(isConstant))) return undefined;
  const low = at === 0 ? LOWEST : scalarOf(rising[at - 1] as Expression);
  const high = at === rising.length - 1 ? HIGHEST : scalarOf(rising[at + 1] as Expression);
  const open = at > 0 && signs[at - 1] === '≤' ? '[' : '(';
  const close = at < rising.length - 1 && signs[at] === '≤' ? ']' : ')';
  return { kind: 'interval', ends: [low, high], brackets: `${open}${close}` as Brackets, variable: unknown.name };
}
