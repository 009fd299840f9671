/** The suite's notation of answers: `x=2, x=3` ascending, `x=3` for a repeated root, `no real solution`. */

import { greatestCommonDivisor } from './equation.ts';

/** A rational number in lowest terms; `denominator` is positive. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

export const NO_REAL_SOLUTION = 'no real solution';

/** Brings a quotient to lowest terms. `denominator` must not be 0. */
export function fraction(numerator: number, denominator = 1): Fraction {
  const divisor = Math.sign(denominator) * greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor + 0, denominator: denominator / divisor };
}

/** `-3/2`, or `4` for a whole number. */
export function fractionText({ numerator, denominator }: Fraction): string {
  return denominator === 1 ? `${numerator}` : `${numerator}/${denominator}`;
}

/** The answer with these roots, in any order and repeated or not; none gives `no real solution`. */
export function answerText(roots: readonly Fraction[]): string {
  const ascending = [...roots].sort(compare);
  const distinct = new Set(ascending.map((root) => `x=${fractionText(root)}`));
  return distinct.size === 0 ? NO_REAL_SOLUTION : [...distinct].join(', ');
}

/** Negative when `left` is smaller; denominators are positive. */
function compare(left: Fraction, right: Fraction): number {
  return left.numerator * right.denominator - right.numerator * left.denominator;
}
