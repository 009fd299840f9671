/** The exact value of arithmetic between numbers, read from text. */

import { exactValue } from './exact.ts';
import { type Expression, symbolsOf } from './expression.ts';
import { parseFormula } from './formula.ts';
import { LIMITS, Refusal, type RefusalReason } from './limits.ts';
import { plainNotation } from './notation.ts';
import type { Rational } from './rational.ts';

/** An expression with its exact value, or why there is none. */
export type Numeric =
  | { readonly value: Rational; readonly expression: Expression }
  | { readonly reason: RefusalReason };

/**
 * Reads and computes `(5-1)/(2*3)`, `-5^2` (which is -25), `\frac{1}{2}`, `2(3)`, `1\frac{1}{2}`, `2 2/3`, `√9`, `5!` and
 * the like. Never throws on text and never takes long: limits are checked before the work.
 */
export function evaluateNumeric(text: string): Numeric {
  return text.length > LIMITS.characters ? { reason: 'too-long' } : evaluatePlain(plainNotation(text));
}

/** The same of a text that is in plain notation already. */
function evaluatePlain(plain: string): Numeric {
  try {
    const expression = parseFormula(plain);
    if (symbolsOf(expression).length > 0) return { reason: 'not-numeric' };
    return { value: exactValue(expression), expression };
  } catch (error) {
    if (error instanceof Refusal) return { reason: error.reason };
    throw error;
  }
}
