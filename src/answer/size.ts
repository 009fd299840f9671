/** How large the numbers of a formula can get, before anything is computed. */

import { exactValue } from './exact.ts';
import { type Expression, symbolsOf } from './expression.ts';
import { Refusal } from './limits.ts';

/** Bits of any number on the way: 1,233 decimal digits, beyond what a trace works out. */
const LARGEST = 4_096;
/** What a letter, and an exponent with letters in it, counts as: both are given small whole numbers. */
const SYMBOL_BITS = 6;
const SYMBOLIC_EXPONENT = 64;

/** Bits of a numerator and of a denominator, upper bounds. */
interface Size {
  readonly top: number;
  readonly bottom: number;
}

const UNBOUNDED: Size = { top: Number.POSITIVE_INFINITY, bottom: Number.POSITIVE_INFINITY };

/**
 * Whether the work for a formula's exact value stays small. A trace holds thousands of formulas, so each may cost far less
 * than a single answer may.
 */
export function isAffordable(expression: Expression): boolean {
  const { top, bottom } = sizeOf(expression);
  return Math.max(top, bottom) <= LARGEST;
}

function sizeOf(expression: Expression): Size {
  switch (expression.kind) {
    case 'number':
      return { top: bitLength(expression.value.numerator), bottom: bitLength(expression.value.denominator) - 1 };
    case 'symbol':
      return { top: SYMBOL_BITS, bottom: 0 };
    case 'negate':
    case 'root':
      return sizeOf(expression.operand);
    case 'call':
      return callSize(expression);
    default:
      return combined(expression.kind, sizeOf(expression.left), sizeOf(expression.right), expression.right);
  }
}

function combined(
  operation: Extract<Expression, { left: Expression }>['kind'],
  left: Size,
  right: Size,
  exponent: Expression,
): Size {
  switch (operation) {
    case 'multiply':
      return { top: left.top + right.top, bottom: left.bottom + right.bottom };
    case 'divide':
      return { top: left.top + right.bottom, bottom: left.bottom + right.top };
    case 'power': {
      const times = exponentOf(exponent, right);
      const bits = Math.max(left.top, left.bottom) * times;
      return { top: bits, bottom: bits };
    }
    default:
      return {
        top: Math.max(left.top + right.bottom, right.top + left.bottom) + 1,
        bottom: left.bottom + right.bottom,
      };
  }
}

function exponentOf(exponent: Expression, { top, bottom }: Size): number {
  if (symbolsOf(exponent).length > 0) return SYMBOLIC_EXPONENT;
  if (Math.max(top, bottom) > 64) return Number.POSITIVE_INFINITY;
  try {
    return Math.max(1, Math.abs(exactValue(exponent).toNumber()));
  } catch (error) {
    // An exponent without a value leaves nothing to compute.
    if (error instanceof Refusal) return 1;
    throw error;
  }
}

function callSize({ name, operands }: Extract<Expression, { kind: 'call' }>): Size {
  const sizes = operands.map(sizeOf);
  const largest = {
    top: Math.max(0, ...sizes.map(({ top }) => top)),
    bottom: Math.max(0, ...sizes.map(({ bottom }) => bottom)),
  };
  if (name !== 'factorial' && name !== 'binomial') return largest;
  const [n] = operands;
  if (n && symbolsOf(n).length > 0) return { top: LARGEST / 8, bottom: 0 };
  // n! has fewer than n·log2(n) bits, and a binomial of n has n at most.
  return n?.kind === 'number' ? { top: n.value.toNumber() * Math.max(1, largest.top), bottom: 0 } : UNBOUNDED;
}

function bitLength(value: bigint): number {
  return (value < 0n ? -value : value).toString(2).length;
}
