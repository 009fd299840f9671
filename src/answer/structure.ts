/** What an answer says: a number or formula, several in any order or in one, an interval, a matrix, words, or nothing. */

import { exactValue } from './exact.ts';
import type { Expression } from './expression.ts';
import { Refusal, type RefusalReason } from './limits.ts';
import type { Rational } from './rational.ts';

/** One number or formula, `x=2` and `5 cm` included. */
export interface Scalar {
  readonly kind: 'scalar';
  readonly expression: Expression;
  /** Where the expression is a fraction. */
  readonly value?: Rational;
  /** With its subscript: `x`, `x_1`; or a function, `f(x)`. */
  readonly variable?: string;
  readonly unit?: string;
}

export type Sign = '=' | '<' | '≤' | '≠';

export type Structure =
  | Scalar
  | {
      readonly kind: 'set';
      /** As written, repetitions included; where `isNumbered`, in the order of their numbers. */
      readonly items: readonly Structure[];
      readonly variable?: string;
      /** Written as `x_1=2, x_2=3`: between two such answers the order counts. */
      readonly isNumbered: boolean;
    }
  /** In brackets, hence in order: a point, a vector, a list; with two items also an interval. */
  | { readonly kind: 'tuple'; readonly items: readonly Structure[]; readonly brackets: Brackets }
  /** Written as an inequality. */
  | {
      readonly kind: 'interval';
      readonly ends: readonly [Scalar, Scalar];
      readonly brackets: Brackets;
      readonly variable: string;
    }
  | { readonly kind: 'union'; readonly items: readonly Structure[] }
  | { readonly kind: 'matrix'; readonly rows: readonly (readonly Structure[])[] }
  /** An equation or inequality between formulas; > and ≥ are turned round. */
  | { readonly kind: 'relation'; readonly sign: Sign; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'ratio'; readonly terms: readonly Expression[] }
  /** Digits with a base, `204_5`. */
  | { readonly kind: 'based'; readonly digits: string; readonly base: string }
  /** There is no solution. */
  | { readonly kind: 'none' }
  /** Words, in a normal form that compares as a string. */
  | { readonly kind: 'text'; readonly text: string }
  /** Beyond the limits, arithmetic without a value, or notation that is not known here. */
  | { readonly kind: 'unreadable'; readonly reason: RefusalReason; readonly text: string };

/** Opening and closing: `[)`. */
export type Brackets = `${'(' | '['}${')' | ']'}`;

/** A scalar of an expression, with its exact value where it has one. @throws Refusal where arithmetic goes wrong. */
export function scalarOf(expression: Expression): Scalar {
  try {
    return { kind: 'scalar', expression, value: exactValue(expression) };
  } catch (error) {
    if (error instanceof Refusal && (error.reason === 'not-numeric' || error.reason === 'not-exact')) {
      return { kind: 'scalar', expression };
    }
    throw error;
  }
}
