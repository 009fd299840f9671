/** Whether a relation between two numbers in a trace holds, by the measure that its writing asks for. */

import type { ChainSign } from './chain.ts';
import { decimalsOf, type Expression, hasDecimals, isComputed } from './expression.ts';
import { unlessRefused } from './limits.ts';
import { Rational } from './rational.ts';
import { isInOrder } from './relation.ts';
import { realValueOf, type StepSide, valueAt } from './step-side.ts';

export interface NumberRelation {
  readonly kind: 'arithmetic' | 'approximation' | 'remainder';
  /** `undefined` where it cannot be told what is meant. */
  readonly holds: boolean | undefined;
}

/** The largest relative error that ≈ may hide, and from where on it is false. */
const NEAR = 0.02;
const FAR = 0.1;

/**
 * Decides a relation: exactly where both sides are fractions, a decimal by the digits that it shows, a division whose
 * remainder is named by that.
 * @param remainder 2 of "42 ÷ 8 = 5 with a remainder of 2".
 */
export function decideNumbers(
  left: StepSide,
  right: StepSide,
  { sign, remainder }: { readonly sign: ChainSign; readonly remainder?: Rational | undefined },
): NumberRelation {
  if (sign === '≈') return { kind: 'approximation', holds: isNearly(left, right) };
  const holds = isTrue(left, right, sign);
  if (holds !== false || !isEqual(sign)) return { kind: 'arithmetic', holds };
  if (remainder && left.expression.kind === 'divide' && right.value?.isWhole) {
    return { kind: 'remainder', holds: isDivision(left.expression, right.value, remainder) };
  }
  if (showsDigitsOf(left, right) || showsDigitsOf(right, left)) return { kind: 'approximation', holds: true };
  return { kind: 'arithmetic', holds: isRough(left, right) || isSameAngle(left, right) ? undefined : false };
}

export function isEqual(sign: ChainSign): boolean {
  return sign === '=' || sign === 'is';
}

function isTrue(left: StepSide, right: StepSide, sign: ChainSign): boolean | undefined {
  const asked = sign === 'is' || sign === '≡' || sign === '≈' ? '=' : sign;
  if (left.value && right.value) return isInOrder(left.value.compare(right.value), asked);
  const [first, second] = [realValueOf(left), realValueOf(right)];
  if (first === undefined || second === undefined) return undefined;
  // sin π is 1e-16 in doubles.
  const isSame = Math.abs(first - second) <= 1e-11 * Math.max(Math.abs(first), Math.abs(second), 0.001);
  return isInOrder(isSame ? 0 : first - second, asked);
}

function isNearly(left: StepSide, right: StepSide): boolean | undefined {
  const error = relativeError(left, right);
  if (error === undefined) return undefined;
  if (showsDigitsOf(left, right) || error <= NEAR) return true;
  return error >= FAR ? false : undefined;
}

function relativeError(left: StepSide, right: StepSide): number | undefined {
  const [first, second] = [realValueOf(left), realValueOf(right)];
  if (first === undefined || second === undefined) return undefined;
  return Math.abs(first - second) / Math.max(Math.abs(first), Math.abs(second), Number.MIN_VALUE);
}

/** A decimal that shows a value to its digits, rounded or cut off; a value with no more digits must be met exactly. */
function showsDigitsOf(side: StepSide, shown: StepSide): boolean {
  const digit = lastDigitOf(shown.expression);
  const [value, number] = [realValueOf(side), realValueOf(shown)];
  if (digit === undefined || value === undefined || number === undefined) return false;
  const { value: exact } = side;
  if (exact && unlessRefused(() => exact.dividedBy(digit).isWhole)) return false;
  const missing = (Math.abs(value) - Math.abs(number)) / digit.toNumber();
  return value * number >= 0 && missing >= -0.5 - 1e-9 && missing < 1;
}

/** The worth of the last digit written: 0.01 of 3.14, and 10^6 of 3.14·10^8; `undefined` for other formulas. */
function lastDigitOf(expression: Expression): Rational | undefined {
  const isScaled = expression.kind === 'multiply' && expression.right.kind === 'power';
  const scale = isScaled ? valueAt(expression.right) : Rational.ONE;
  const decimals = decimalsOf(isScaled ? expression.left : expression);
  if (!scale || decimals === undefined || decimals > 30) return undefined;
  return unlessRefused(() => scale.dividedBy(Rational.of(10n ** BigInt(decimals))));
}

/** Near each other, and computed from decimals where no decimal says the value exactly: "544/4048 = 1/7.45". */
function isRough(left: StepSide, right: StepSide): boolean {
  if ([left, right].every(isDecimal)) return false;
  const error = relativeError(left, right);
  const isFromDecimals = [left, right].some(({ expression }) => isComputed(expression) && hasDecimals(expression));
  return error !== undefined && error <= NEAR && isFromDecimals;
}

/** Whether a value can be written out in digits. */
function isDecimal({ value }: StepSide): boolean {
  return unlessRefused(() => value?.times(Rational.of(10n ** 12n)).isWhole) === true;
}

/** Apart by whole turns, in terms of π. */
function isSameAngle(left: StepSide, right: StepSide): boolean {
  if (left.value || right.value) return false;
  const turns = ((realValueOf(left) ?? 0) - (realValueOf(right) ?? 0)) / (2 * Math.PI);
  return Math.round(turns) !== 0 && Math.abs(turns - Math.round(turns)) < 1e-9;
}

function isDivision(quotient: Expression, whole: Rational, remainder: Rational): boolean | undefined {
  if (quotient.kind !== 'divide') return undefined;
  const [dividend, divisor] = [valueAt(quotient.left), valueAt(quotient.right)];
  return dividend && divisor && unlessRefused(() => divisor.times(whole).plus(remainder).equals(dividend));
}
