/** Exact values: of arithmetic between numbers, and of formulas whose letters are given fractions. */

import type { Expression } from './expression.ts';
import { LIMITS, Refusal } from './limits.ts';
import { Rational } from './rational.ts';

/** Fractions for letters. */
export type RationalPoint = ReadonlyMap<string, Rational>;

const NOWHERE: RationalPoint = new Map();

/**
 * The value of an expression at a point.
 * @throws Refusal `not-numeric` for a letter without a value, `not-exact` for an irrational value, `undefined`,
 * `division-by-zero`, `too-large`.
 */
export function exactValue(expression: Expression, point: RationalPoint = NOWHERE): Rational {
  const of = (operand: Expression): Rational => exactValue(operand, point);
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'symbol': {
      const value = point.get(expression.name);
      if (!value) throw new Refusal('not-numeric');
      return value;
    }
    case 'negate':
      return of(expression.operand).negated();
    case 'root':
      return of(expression.operand).squareRoot();
    case 'add':
      return of(expression.left).plus(of(expression.right));
    case 'subtract':
      return of(expression.left).minus(of(expression.right));
    case 'multiply':
      return of(expression.left).times(of(expression.right));
    case 'divide':
      return of(expression.left).dividedBy(of(expression.right));
    case 'power':
      return of(expression.left).power(of(expression.right));
    case 'call':
      return exactCall(expression.name, expression.operands.map(of));
  }
}

function exactCall(name: Extract<Expression, { kind: 'call' }>['name'], operands: readonly Rational[]): Rational {
  const [first = Rational.ZERO, second = Rational.ZERO] = operands;
  switch (name) {
    case 'absolute':
      return first.sign < 0 ? first.negated() : first;
    case 'floor':
      return first.floor();
    case 'ceiling':
      return first.negated().floor().negated();
    case 'factorial':
      return Rational.of(product(1n, naturalOf(first)));
    case 'binomial':
      return binomial(naturalOf(first), naturalOf(second));
    case 'nth-root':
      return second.root(naturalOf(first));
    default:
      throw new Refusal('not-exact');
  }
}

/** @throws Refusal `undefined` for a fraction or a negative number, `too-large` for one whose factorial would be. */
function naturalOf(value: Rational): bigint {
  if (!value.isWhole || value.sign < 0) throw new Refusal('undefined');
  if (value.numerator > BigInt(LIMITS.factorial)) throw new Refusal('too-large');
  return value.numerator;
}

function binomial(n: bigint, k: bigint): Rational {
  if (k > n) return Rational.ZERO;
  const smaller = k * 2n > n ? n - k : k;
  return Rational.of(product(n - smaller + 1n, n) / product(1n, smaller));
}

/** low·(low+1)·…·high, halved into products of about equal size; 1 where there is none. */
function product(low: bigint, high: bigint): bigint {
  if (high < low) return 1n;
  if (high - low < 16n) {
    let value = low;
    for (let factor = low + 1n; factor <= high; factor++) value *= factor;
    return value;
  }
  const middle = (low + high) / 2n;
  return product(low, middle) * product(middle + 1n, high);
}
