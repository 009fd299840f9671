/** Whether two answers say the same, exactly: no rounding, no credit for a part. */

import type { Rational } from './rational.ts';
import type { Structure } from './structure.ts';

/** In what way an answer is not the expected one. */
export type Difference = 'unreadable' | 'wrong-kind' | 'wrong-count' | 'wrong-variable' | 'wrong-answer';

/**
 * What sets `given` apart from `expected`; `undefined` where they say the same. Numbers compare as a multiset, a missing
 * variable fits any (`x=2` is `2`), and nothing unreadable is the same as anything. Symmetric.
 */
export function differenceBetween(expected: Structure, given: Structure): Difference | undefined {
  if (expected.kind === 'unreadable' || given.kind === 'unreadable') return 'unreadable';
  if (expected.kind === 'text' && given.kind === 'text')
    return expected.text === given.text ? undefined : 'wrong-answer';
  if (expected.kind === 'text' || given.kind === 'text') return 'wrong-kind';
  const wanted = comparable(expected);
  const found = comparable(given);
  if (wanted.values.length !== found.values.length) return 'wrong-count';
  if (wanted.variable && found.variable && wanted.variable !== found.variable) return 'wrong-variable';
  const inOrder = wanted.isNumbered && found.isNumbered;
  const left = inOrder ? wanted.values : sorted(wanted.values);
  const right = inOrder ? found.values : sorted(found.values);
  return left.every((value, index) => value.equals(right[index] as Rational)) ? undefined : 'wrong-answer';
}

/** Whether two parsed answers say the same. */
export function sameAnswer(left: Structure, right: Structure): boolean {
  return differenceBetween(left, right) === undefined;
}

/** The numbers that an answer gives, as written: none for `no solution`, `undefined` for text and what is unreadable. */
export function numbersIn(answer: Structure): readonly Rational[] | undefined {
  if (answer.kind === 'text' || answer.kind === 'unreadable') return undefined;
  return comparable(answer).values;
}

interface Comparable {
  readonly values: readonly Rational[];
  readonly variable?: string;
  readonly isNumbered: boolean;
}

function comparable(answer: Extract<Structure, { kind: 'scalar' | 'set' | 'none' }>): Comparable {
  if (answer.kind === 'set') return answer;
  if (answer.kind === 'none') return { values: [], isNumbered: false };
  return { values: [answer.value], isNumbered: false, ...(answer.variable ? { variable: answer.variable } : {}) };
}

function sorted(values: readonly Rational[]): readonly Rational[] {
  return [...values].sort((left, right) => left.compare(right));
}
