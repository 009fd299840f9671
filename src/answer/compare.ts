/** Whether two answers say the same, structure by structure. */

import { isConstant, realValue } from './approximate.ts';
import { areEquivalent } from './equivalent.ts';
import { type Expression, formOf, symbolsOf } from './expression.ts';
import { LIMITS } from './limits.ts';
import { parseAnswer } from './parse.ts';
import { areProportional } from './proportional.ts';
import type { Rational } from './rational.ts';
import { sameScalar } from './same-scalar.ts';
import type { Scalar, Structure } from './structure.ts';

/** Why an answer is not the expected one. */
export type Difference =
  | 'unreadable'
  | 'wrong-kind'
  | 'wrong-count'
  | 'wrong-variable'
  | 'wrong-unit'
  | 'wrong-brackets'
  | 'wrong-answer';

type Of<Kind extends Structure['kind']> = Extract<Structure, { kind: Kind }>;

/**
 * What sets `given` apart from `expected`; `undefined` where they say the same. Sets compare without order, a missing
 * variable or unit fits any (`x=2` is `2`), and what is unreadable is the same as its own text only.
 * Reflexive. Symmetric, save that a given number may be more exact than a rounded expected one ({@link sameScalar}).
 */
export function differenceBetween(expected: Structure, given: Structure): Difference | undefined {
  if (expected.kind === 'unreadable' || given.kind === 'unreadable') {
    const isSame = expected.kind === 'unreadable' && given.kind === 'unreadable' && expected.text === given.text;
    return isSame ? undefined : 'unreadable';
  }
  switch (expected.kind) {
    case 'text':
      return ofText(expected.text, given);
    case 'scalar':
      return ofScalar(expected, given);
    case 'set':
    case 'none':
      return ofSet(setOf(expected), given);
    case 'tuple':
    case 'interval':
      return ofTuple(expected, given);
    case 'union':
      return given.kind === 'union' ? ofItems(expected.items, given.items) : 'wrong-kind';
    case 'matrix':
      return given.kind === 'matrix' ? ofRows(expected.rows, given.rows) : 'wrong-kind';
    case 'relation':
      return ofRelation(expected, given);
    case 'ratio':
      return ofRatio(expected, given);
    case 'based':
      if (given.kind !== 'based') return 'wrong-kind';
      return expected.base === given.base && expected.digits === given.digits ? undefined : 'wrong-answer';
  }
}

/** Whether two parsed answers say the same. */
export function sameAnswer(left: Structure, right: Structure): boolean {
  return differenceBetween(left, right) === undefined;
}

/** The fractions that an answer gives, as written: none for `no solution`, `undefined` where it gives anything else. */
export function numbersIn(answer: Structure): readonly Rational[] | undefined {
  const { items } = setOf(answer) ?? {};
  const values = items?.map((item) => (item.kind === 'scalar' && !item.unit ? item.value : undefined));
  return values?.every((value) => value !== undefined) ? values : undefined;
}

/** The real number that an answer is, whatever its notation, variable and unit; `undefined` for anything else. */
export function numberIn(text: string): number | undefined {
  const answer = parseAnswer(text);
  return answer.kind === 'scalar' ? (answer.value?.toNumber() ?? realValue(answer.expression)) : undefined;
}

/** A single number is a set of one, and `no solution` the empty one. */
function setOf(answer: Structure): Of<'set'> | undefined {
  if (answer.kind === 'set') return answer;
  if (answer.kind === 'none') return { kind: 'set', items: [], isNumbered: false };
  if (answer.kind !== 'scalar') return undefined;
  const { variable, ...bare } = answer;
  return { kind: 'set', items: [bare], isNumbered: false, ...(variable ? { variable } : {}) };
}

function ofText(text: string, given: Structure): Difference | undefined {
  if (given.kind === 'text') return given.text === text ? undefined : 'wrong-answer';
  return isLetter(given, text) ? undefined : 'wrong-kind';
}

/** A lone letter may be a choice as well as a variable. */
function isLetter(answer: Structure, letter: string): boolean {
  return (
    answer.kind === 'scalar' && answer.expression.kind === 'symbol' && answer.expression.name.toLowerCase() === letter
  );
}

function ofScalar(expected: Scalar, given: Structure): Difference | undefined {
  switch (given.kind) {
    case 'scalar':
      return expected.variable && given.variable && expected.variable !== given.variable
        ? ofEquations(expected, given)
        : sameScalar(expected, given);
    case 'set':
    case 'none':
      return 'wrong-count';
    case 'text':
      return isLetter(expected, given.text) ? undefined : 'wrong-kind';
    case 'relation':
    case 'ratio':
      return differenceBetween(given, expected);
    default:
      return 'wrong-kind';
  }
}

/** y=2x and x=y/2 are one line; x=1 and y=1 are two. */
function ofEquations(expected: Scalar, given: Scalar): Difference | undefined {
  const isLine = [expected, given].every(({ expression }) => symbolsOf(expression).some((name) => !isConstant(name)));
  const [wanted, found] = [equationOf(expected), equationOf(given)];
  return isLine && wanted && found && ofRelation(wanted, found) === undefined ? undefined : 'wrong-variable';
}

function ofSet(expected: Of<'set'> | undefined, answer: Structure): Difference | undefined {
  const given = setOf(answer);
  if (!expected || !given) return 'wrong-kind';
  if (isNamed(expected) !== isNamed(given) && expected.items.length > 0 && given.items.length > 0) return 'wrong-kind';
  if (expected.items.length !== given.items.length) return 'wrong-count';
  if (expected.variable && given.variable && expected.variable !== given.variable) return 'wrong-variable';
  return expected.isNumbered && given.isNumbered
    ? inOrder(expected.items, given.items)
    : ofItems(expected.items, given.items);
}

/** Whether the items say themselves what they are values of, as in `x=2, y=3`. */
function isNamed({ items }: Of<'set'>): boolean {
  return items.some((item) => item.kind === 'scalar' && item.variable !== undefined);
}

function inOrder(expected: readonly Structure[], given: readonly Structure[]): Difference | undefined {
  const isSame = expected.every((item, index) => sameAnswer(item, given[index] as Structure));
  return isSame ? undefined : 'wrong-answer';
}

/** Without order: fractions by sorting, anything else by an assignment of each item to another one. */
function ofItems(expected: readonly Structure[], given: readonly Structure[]): Difference | undefined {
  if (expected.length !== given.length) return 'wrong-count';
  const [wanted, found] = [fractionsOf(expected), fractionsOf(given)];
  if (wanted && found && wanted.every((value, index) => value.equals(found[index] as Rational))) return undefined;
  if (expected.length > LIMITS.items) return inOrder(expected, given);
  const takenBy: (number | undefined)[] = given.map(() => undefined);
  const assign = (item: number, seen: Set<number>): boolean =>
    given.some((candidate, place) => {
      if (seen.has(place) || !sameAnswer(expected[item] as Structure, candidate)) return false;
      seen.add(place);
      const other = takenBy[place];
      if (other !== undefined && !assign(other, seen)) return false;
      takenBy[place] = item;
      return true;
    });
  return expected.every((_, item) => assign(item, new Set())) ? undefined : 'wrong-answer';
}

function fractionsOf(items: readonly Structure[]): readonly Rational[] | undefined {
  const values = items.map((item) => (item.kind === 'scalar' && !item.unit && !item.variable ? item.value : undefined));
  if (!values.every((value) => value !== undefined)) return undefined;
  return values.sort((left, right) => left.compare(right));
}

/** Points and lists in order; of two items also the brackets count, for they may be an interval. */
function ofTuple(expected: Of<'tuple' | 'interval'>, given: Structure): Difference | undefined {
  if (given.kind !== 'tuple' && given.kind !== 'interval') return 'wrong-kind';
  const [wanted, found] = [endsOf(expected), endsOf(given)];
  if (wanted.length !== found.length) return 'wrong-count';
  if (wanted.length === 2 && expected.brackets !== given.brackets) return 'wrong-brackets';
  const variables = [expected, given].flatMap((answer) => (answer.kind === 'interval' ? answer.variable : []));
  if (new Set(variables).size > 1) return 'wrong-variable';
  return inOrder(wanted, found);
}

function endsOf(answer: Of<'tuple' | 'interval'>): readonly Structure[] {
  return answer.kind === 'tuple' ? answer.items : answer.ends;
}

function ofRows(expected: Of<'matrix'>['rows'], given: Of<'matrix'>['rows']): Difference | undefined {
  const isShaped = expected.length === given.length && expected.every((row, at) => row.length === given[at]?.length);
  return isShaped ? inOrder(expected.flat(), given.flat()) : 'wrong-count';
}

/** Both sides may be multiplied by a number; `x=y+2` is an equation as well as a value of x. */
function ofRelation(expected: Of<'relation'>, answer: Structure): Difference | undefined {
  const given = answer.kind === 'scalar' ? equationOf(answer) : answer;
  if (given?.kind !== 'relation' || given.sign !== expected.sign) return 'wrong-kind';
  if (formOf(differenceOf(expected)) === formOf(differenceOf(given))) return undefined;
  const isSigned = expected.sign === '<' || expected.sign === '≤';
  return areProportional(differenceOf(expected), differenceOf(given), isSigned) ? undefined : 'wrong-answer';
}

function equationOf({ variable, expression }: Scalar): Of<'relation'> | undefined {
  if (!variable) return undefined;
  return { kind: 'relation', sign: '=', left: { kind: 'symbol', name: variable }, right: expression };
}

function differenceOf({ left, right }: Of<'relation'>): Expression {
  return { kind: 'subtract', left, right };
}

/** 3:2 is 6:4 and 3/2. */
function ofRatio({ terms }: Of<'ratio'>, given: Structure): Difference | undefined {
  const [first, second] = terms as [Expression, Expression];
  if (given.kind === 'scalar' && terms.length === 2) {
    const quotient: Expression = { kind: 'divide', left: first, right: second };
    return areEquivalent(quotient, given.expression) ? undefined : 'wrong-answer';
  }
  if (given.kind !== 'ratio') return 'wrong-kind';
  if (given.terms.length !== terms.length) return 'wrong-count';
  const [other] = given.terms as [Expression];
  const isSame = terms.every((term, index) =>
    areEquivalent(
      { kind: 'multiply', left: term, right: other },
      { kind: 'multiply', left: given.terms[index] as Expression, right: first },
    ),
  );
  return isSame ? undefined : 'wrong-answer';
}
