/** One side of a relation in a trace, as a formula with its value. */

import { realValue } from './approximate.ts';
import type { ChainSide } from './chain.ts';
import { exactValue, type RationalPoint } from './exact.ts';
import { type Expression, symbolsOf } from './expression.ts';
import { parseFormula } from './formula.ts';
import { unlessRefused } from './limits.ts';
import type { Rational } from './rational.ts';
import { isAffordable } from './size.ts';

export interface StepSide {
  readonly expression: Expression;
  /** Its letters, sorted. π is none: it is a number. */
  readonly names: readonly string[];
  /** Absent for a formula with letters, and for an irrational number. */
  readonly value?: Rational;
}

/** f(2) is no product, P(A) neither. */
const FUNCTION_CALL = /(?:^|[^\p{L}])[fghFGHPQ](?:_\w+|\d)?['’′]*\(/u;

/** `undefined` for what is no formula, has two readings, or is beyond what a step may cost. */
export function readStepSide({ text, isOpaque }: ChainSide): StepSide | undefined {
  const plain = text.trim().replaceAll('[', '(').replaceAll(']', ')');
  if (isOpaque || plain === '' || FUNCTION_CALL.test(plain)) return undefined;
  const expression = unlessRefused(() => parseFormula(plain));
  if (!expression || !isAffordable(expression)) return undefined;
  const names = symbolsOf(expression).filter((name) => name !== 'π');
  const value = names.length > 0 ? undefined : valueAt(expression);
  return { expression, names, ...(value ? { value } : {}) };
}

/** The exact value at a point, `undefined` where there is none. */
export function valueAt(expression: Expression, point?: RationalPoint): Rational | undefined {
  return unlessRefused(() => exactValue(expression, point));
}

/** The value as a double, of irrational numbers too; `undefined` for letters and for what is not real. */
export function realValueOf({ expression, value }: StepSide): number | undefined {
  return value ? value.toNumber() : realValue(expression);
}
