/** Whether two numbers or formulas are the same, with their units and as far as their digits go. */

import { realValue } from './approximate.ts';
import { complex } from './complex.ts';
import { areEquivalent, isNear } from './equivalent.ts';
import { decimalsOf, type Expression, hasDecimals } from './expression.ts';
import type { Scalar } from './structure.ts';
import { conversion } from './unit.ts';

/** Fewer digits than these are no rounded number: 0.3 is not 1/3. */
const LEAST_DIGITS = 3;
/** How many digits more than the expected number a given decimal must show to count as more exact, and not as mistaken. */
const MORE_DIGITS = 2;

/**
 * `undefined` where both are the same. Exact, save for an expected decimal of three digits or more: a given value that
 * is exact, or shows at least two digits more, is the same where it rounds to it. Units are converted; one that is
 * missing on either side fits any.
 */
export function sameScalar(expected: Scalar, given: Scalar): 'wrong-unit' | 'wrong-answer' | undefined {
  if (expected.unit && given.unit && expected.unit !== given.unit) {
    return sameQuantity(expected, given);
  }
  if (isSame(expected, given) || isSame(...withLetters(expected, given))) return undefined;
  return roundsTo(expected.expression, given.expression) ? undefined : 'wrong-answer';
}

function isSame(expected: Scalar, given: Scalar): boolean {
  if (expected.value && given.value) return expected.value.equals(given.value);
  return areEquivalent(expected.expression, given.expression) === true;
}

/** In `5 m`, m may be an unknown: where the other side has no unit, it is read as one. */
function withLetters(expected: Scalar, given: Scalar): [Scalar, Scalar] {
  if (expected.unit && given.unit) return [expected, given];
  return [asProduct(expected), asProduct(given)];
}

function asProduct(scalar: Scalar): Scalar {
  if (!scalar.unit || !/^\p{L}$/u.test(scalar.unit)) return scalar;
  const right: Expression = { kind: 'symbol', name: scalar.unit };
  return { kind: 'scalar', expression: { kind: 'multiply', left: scalar.expression, right } };
}

function sameQuantity(expected: Scalar, given: Scalar): 'wrong-unit' | 'wrong-answer' | undefined {
  const convert = conversion(given.unit as string, expected.unit as string);
  const [wanted, found] = [realValue(expected.expression), realValue(given.expression)];
  if (!convert || wanted === undefined || found === undefined) return 'wrong-unit';
  return isNear(complex(wanted), complex(convert(found))) ? undefined : 'wrong-answer';
}

function roundsTo(expected: Expression, given: Expression): boolean {
  const decimals = decimalsOf(expected);
  if (decimals === undefined || significantDigits(expected) < LEAST_DIGITS) return false;
  const shown = decimalsOf(given);
  const isExact = shown === undefined ? !hasDecimals(given) : shown >= decimals + MORE_DIGITS;
  const [wanted, found] = [realValue(expected), realValue(given)];
  if (!isExact || wanted === undefined || found === undefined) return false;
  // A hair more than half of the last digit, for both are doubles.
  return Math.abs(wanted - found) <= 0.5 * 10 ** -decimals * (1 + 1e-9);
}

function significantDigits(expression: Expression): number {
  if (expression.kind === 'negate') return significantDigits(expression.operand);
  if (expression.kind !== 'number') return 0;
  return Math.abs(expression.value.toNumber() * 10 ** (expression.decimals ?? 0)).toFixed(0).length;
}
