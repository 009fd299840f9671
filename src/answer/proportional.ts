/** Whether one formula is a multiple of another by a number other than zero. */

import { type Complex, complex, divide, isReal, multiply } from './complex.ts';
import { approximatePairs, exactPairs, isNear } from './equivalent.ts';
import { type Expression, symbolsOf } from './expression.ts';
import { Rational } from './rational.ts';

/** @param isPositive the number must be above zero too. */
export function areProportional(left: Expression, right: Expression, isPositive: boolean): boolean {
  const names = [...new Set([...symbolsOf(left), ...symbolsOf(right)])];
  const exact = exactPairs(left, right, names);
  if (exact) return isExactMultiple(exact, isPositive);
  const approximate = approximatePairs(left, right, names);
  return approximate !== undefined && isApproximateMultiple(approximate, isPositive);
}

function isExactMultiple(pairs: readonly (readonly [Rational, Rational])[], isPositive: boolean): boolean {
  const anchor = pairs.find(([left, right]) => !left.isZero && !right.isZero);
  if (!anchor) return false;
  const factor = anchor[1].dividedBy(anchor[0]);
  if (isPositive && factor.compare(Rational.ZERO) < 0) return false;
  return pairs.every(([left, right]) => left.times(factor).equals(right));
}

function isApproximateMultiple(pairs: readonly (readonly [Complex, Complex])[], isPositive: boolean): boolean {
  const anchor = pairs.find(([left, right]) => !isNear(left, complex(0)) && !isNear(right, complex(0)));
  if (!anchor) return false;
  const factor = divide(anchor[1], anchor[0]);
  if (isPositive && !(isReal(factor) && factor.re > 0)) return false;
  return pairs.every(([left, right]) => isNear(multiply(left, factor), right));
}
