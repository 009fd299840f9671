/** Two sets of evaluations, or two judges of one set, held against each other sample by sample. */

import { sameAnswer } from '../answer/compare.ts';
import { parseAnswer } from '../answer/parse.ts';
import { ProofstillError } from '../core/errors.ts';
import type { Evaluation, Summary } from '../core/records.ts';
import { mcnemarExact } from '../core/statistics/mcnemar.ts';
import { type Proportion, proportion } from '../core/statistics/proportion.ts';
import { statusOf } from '../core/verdict.ts';

/**
 * What changed on the answer score, paired on the same samples' first attempts. Pairs in which either side is unscored
 * are left out.
 * @returns samples that were wrong and are right, those that were right and are wrong, and McNemar's exact p.
 * @throws record error where the two sides are not of the same samples.
 */
export function pairedChange(before: readonly Evaluation[], after: readonly Evaluation[]): Summary['paired'] {
  const earlier = firstAttempts(before);
  const later = firstAttempts(after);
  const alone = [...earlier.keys()].find((id) => !later.has(id)) ?? [...later.keys()].find((id) => !earlier.has(id));
  if (alone !== undefined) {
    throw new ProofstillError('record', 'before and after were evaluated on different samples', {
      place: `sample ${alone}, on one side only`,
      hint: 'Evaluate both on the same version of the suite.',
    });
  }
  let fixed = 0;
  let broken = 0;
  for (const [id, { verdict }] of earlier) {
    const was = statusOf(verdict, 'answer');
    const is = statusOf((later.get(id) as Evaluation).verdict, 'answer');
    if (was === 'fail' && is === 'pass') fixed++;
    if (was === 'pass' && is === 'fail') broken++;
  }
  return { fixed, broken, p: mcnemarExact(fixed, broken) };
}

/** On how many of the samples that both answered (first attempts) the student gives the teacher's answer. */
export function agreement(student: readonly Evaluation[], teacher: readonly Evaluation[]): Proportion {
  const taught = firstAttempts(teacher);
  let both = 0;
  let same = 0;
  for (const [id, { verdict }] of firstAttempts(student)) {
    const theirs = taught.get(id)?.verdict.answer;
    if (verdict.answer === undefined || theirs === undefined) continue;
    both++;
    if (saySame(verdict.answer, theirs)) same++;
  }
  return proportion(same, both);
}

/**
 * Evaluations on which verifier and second judge contradict each other about the answer: one passes what the other
 * fails. A judge that could not score contradicts nobody.
 * @param name of the evaluation, as the report shows it.
 */
export function judgeDisagreements(name: string, evaluations: readonly Evaluation[]): Summary['judges'] {
  return evaluations.flatMap((evaluation) => {
    const verifier = statusOf(evaluation.verdict, 'answer');
    const judge = evaluation.judge && statusOf(evaluation.judge, 'answer');
    const isContradiction = (verifier === 'pass' && judge === 'fail') || (verifier === 'fail' && judge === 'pass');
    return isContradiction ? [{ evaluation: name, sample: evaluation.sample, verifier, judge }] : [];
  });
}

/** Identical words agree even where nobody can read them. */
function saySame(left: string, right: string): boolean {
  return left === right || sameAnswer(parseAnswer(left), parseAnswer(right));
}

function firstAttempts(evaluations: readonly Evaluation[]): Map<string, Evaluation> {
  return new Map(
    evaluations.filter(({ attempt }) => attempt === 0).map((evaluation) => [evaluation.sample, evaluation]),
  );
}
