/**
 * Answer, without an expected one: the answer is put into the problem. As it shares no key with `mathAnswer`, it is an
 * independent second judge, and their disagreements show whose key is wrong.
 */

import {
  type Check,
  countRealRoots,
  defineVerifier,
  excerpt,
  extractAnswer,
  numbersIn,
  ProofstillError,
  parseAnswer,
  polynomialAt,
  Rational,
  type Sample,
  type Structure,
  type Verifier,
  verdictOf,
} from 'proofstill';

/** Judges a parsed answer: `'pass'`, or the kebab-case reason why it fails. Throwing makes the output unscored. */
export type Constraint = (sample: Sample, answer: Structure) => string;

export interface SatisfiesOptions {
  /** Name of the check. */
  readonly name: string;
  /** Raise it whenever the constraint changes. @default '1' */
  readonly version?: string;
  readonly constraint: Constraint;
}

/** A verifier from a constraint on the answer; see {@link polynomialRoots} for the most common one. */
export function satisfies({ name, version = '1', constraint }: SatisfiesOptions): Verifier {
  return defineVerifier({
    name,
    version,
    verify: (sample, output, { policy }) => {
      const verdict = (part: Pick<Check, 'status' | 'reason' | 'detail'>, answer?: string) =>
        verdictOf([{ name, score: 'answer', ...part }], answer);
      const found = extractAnswer(output, policy);
      if ('reason' in found) {
        return verdict({ status: found.reason === 'cancelled' ? 'unscored' : 'fail', reason: found.reason });
      }
      const structure = parseAnswer(found.answer);
      const reason = structure.kind === 'unreadable' ? 'unreadable' : constraint(sample, structure);
      if (reason === 'pass') return verdict({ status: 'pass' }, found.answer);
      return verdict({ status: 'fail', reason, detail: `got ${excerpt(found.answer)}` }, found.answer);
    },
  });
}

/** A polynomial's coefficient: a whole number, or `-3/2` and the like. */
export type Coefficient = number | bigint | string;

/**
 * Judges whether an answer is exactly the set of real roots of a polynomial: each number put into it gives exactly 0, no
 * number comes twice, and there are as many as it has different real roots. A polynomial with an irrational root passes
 * no answer, for answers hold fractions.
 * **Shapes**: `coefficients` from the highest power to the constant.
 * @param variable the unknown's letter; an answer that names another is `wrong-variable`. @default 'x'
 * @throws ProofstillError `suite` for a coefficient that is no number, and for the zero polynomial.
 */
export function polynomialRoots(
  coefficients: readonly Coefficient[],
  variable = 'x',
): (answer: Structure) => 'pass' | 'wrong-kind' | 'wrong-variable' | 'not-a-root' | 'repeated-root' | 'wrong-count' {
  const polynomial = coefficients.map(readCoefficient);
  const count = countRealRoots(polynomial);
  return (answer) => {
    const roots = numbersIn(answer);
    if (!roots) return 'wrong-kind';
    if ('variable' in answer && answer.variable?.split('_')[0] !== variable) return 'wrong-variable';
    if (roots.some((root) => !polynomialAt(polynomial, root).isZero)) return 'not-a-root';
    if (new Set(roots.map(String)).size < roots.length) return 'repeated-root';
    return roots.length === count ? 'pass' : 'wrong-count';
  };
}

function readCoefficient(coefficient: Coefficient): Rational {
  const value = Rational.parse(String(coefficient));
  if (value) return value;
  throw new ProofstillError('suite', `expected a number as coefficient, got ${JSON.stringify(String(coefficient))}`, {
    hint: 'Write coefficients as whole numbers, decimals or fractions such as -3/2.',
  });
}
