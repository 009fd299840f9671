/**
 * Answer, without an expected one: the answer is put into the problem. As it shares no key with `mathAnswer`, it is an
 * independent second judge, and their disagreements show whose key is wrong.
 */

import {
  countRealRoots,
  excerpt,
  numbersIn,
  ProofstillError,
  parseAnswer,
  polynomialAt,
  Rational,
  type Sample,
  type Structure,
  type Verifier,
} from 'proofstill';
import { answerVerifier, fail, PASS, versionOf } from './answer-rule.ts';
import { assignmentAnswer } from './assignments.ts';
import { relationsJudge } from './relations.ts';

/**
 * Judges an answer, parsed and as it was written: `'pass'`, or the kebab-case reason why it fails. Throwing makes the
 * output unscored.
 */
export type Constraint = (sample: Sample, answer: Structure, text: string) => string;

export interface SatisfiesOptions {
  /** Name of the check. */
  readonly name: string;
  /** Raise it whenever the constraint changes. @default '1' */
  readonly version?: string;
  /** A checker: any function of the sample and its answer. */
  readonly constraint?: Constraint;
  /** Equations and inequalities, the same for all samples; see {@link relationsJudge} for what they may say. */
  readonly relations?: readonly string[];
}

/**
 * A verifier from a constraint on the answer; see {@link polynomialRoots} for the most common one. With `relations`
 * instead, the answer gives each letter in them a value, and they must all hold.
 * @throws ProofstillError `config` with neither or both; `suite` for a relation that is none.
 */
export function satisfies({ name, version = '1', constraint, relations }: SatisfiesOptions): Verifier {
  if (relations && !constraint) {
    const judge = relationsJudge(relations, name);
    return answerVerifier({
      name,
      version: versionOf(version, relations),
      read: assignmentAnswer,
      judgeOf: () => judge,
    });
  }
  if (!constraint || relations) {
    throw new ProofstillError('config', `expected a constraint or relations, got ${constraint ? 'both' : 'neither'}`, {
      place: name,
      hint: "Write for example satisfies({ name: 'sum', relations: ['x + y = 5', 'x < y'] }).",
    });
  }
  return answerVerifier({
    name,
    version,
    judgeOf: (sample) => (answer) => {
      const structure = parseAnswer(answer);
      const reason = structure.kind === 'unreadable' ? 'unreadable' : constraint(sample, structure, answer);
      return reason === 'pass' ? PASS : fail(reason, `got ${excerpt(answer)}`);
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
