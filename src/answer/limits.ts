/**
 * Static limits on what is read and computed. Hostile text is refused by its size before any work is done, never by a
 * clock: the same text gets the same verdict on every machine.
 */

import { ProofstillError } from '../core/errors.ts';

export const LIMITS = {
  /** Characters of one answer or one expression. */
  characters: 4_096,
  /** Characters of one trace: a 32k-token trace of a reasoning model is about 100,000. */
  traceCharacters: 262_144,
  /** Brackets, signs and exponents inside one another. */
  depth: 64,
  /** Items of a set that is compared without order, unless all are fractions. */
  items: 64,
  /** Digits of one number as it is written. */
  digits: 1_000,
  /** Bits of any number that is computed: 19,728 decimal digits. */
  bits: 65_536,
  /** Of what is at most a factorial taken: 5,000! has 54,233 bits. */
  factorial: 5_000,
  /**
   * Bits of a radicand, and of the smaller of numerator and denominator before they are reduced: the cost of roots and of
   * greatest common divisors grows with its square.
   */
  fractionBits: 1_024,
} as const;

/** Why a text has no exact value. The first three are limits, the others are mathematics or notation. */
export type RefusalReason =
  | 'too-long'
  | 'too-deep'
  | 'too-large'
  | 'division-by-zero'
  | 'undefined'
  | 'not-exact'
  | 'ambiguous'
  | 'not-numeric';

const MESSAGES: Readonly<Record<RefusalReason, string>> = {
  'too-long': `expected at most ${LIMITS.characters} characters and ${LIMITS.digits} digits a number, got more`,
  'too-deep': `expected at most ${LIMITS.depth} levels of nesting, got more`,
  'too-large': `expected numbers of at most ${LIMITS.bits} bits, got a larger one`,
  'division-by-zero': 'expected a divisor other than zero, got zero',
  undefined: 'expected a defined real operation, got one that has no value',
  'not-exact': 'expected a value that is a fraction, got an irrational one',
  ambiguous: 'expected one reading, got a notation with several',
  'not-numeric': 'expected arithmetic between numbers only, got something else',
};

/** Exact arithmetic that cannot be done. {@link evaluateNumeric} turns it into a value; arithmetic on rationals throws it. */
export class Refusal extends ProofstillError {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    // Most texts are refused by some reader before one takes them, and nobody looks at where: a stack takes most of the time.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super('verifier', MESSAGES[reason], { hint: 'Check the operands first, or read text with evaluateNumeric.' });
    Error.stackTraceLimit = stackTraceLimit;
    this.reason = reason;
  }
}

/** The result of some work, `undefined` where it is refused; any other error goes on. */
export function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The start of a text, on one line, short enough for a check's `detail`. */
export function excerpt(text: string): string {
  const line = text.slice(0, 200).replace(/\s+/g, ' ').trim();
  return line.length > 120 || text.length > 200 ? `${line.slice(0, 119)}…` : line;
}
