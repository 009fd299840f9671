/** Whether an evaluation holds what its head says was asked: what is missing or there twice changes every figure. */

import type { EvaluationHead, ScoredAttempt } from './evaluated.ts';

type Named = Pick<ScoredAttempt, 'sample' | 'area' | 'attempt'>;

/**
 * What is wrong with the attempts of an evaluation, in words; `undefined` where each sample has each of its attempts once.
 * Where the head does not say how many attempts there were, one at each sample is enough.
 */
export function incompleteness(
  { samples, decoding, suite }: EvaluationHead,
  attempts: readonly Named[],
): string | undefined {
  const areas = new Set(suite.areas);
  const bySample = new Map<string, Set<number>>();
  for (const { sample, area, attempt } of attempts) {
    if (!areas.has(area)) return `sample ${sample} is of area "${area}", which the suite does not have`;
    const seen = bySample.get(sample) ?? new Set();
    bySample.set(sample, seen);
    if (seen.has(attempt)) return `attempt ${attempt} at sample ${sample} is there twice`;
    seen.add(attempt);
  }
  const each = decoding?.attempts;
  const asked = samples.n * (each ?? 1);
  const found = each === undefined ? bySample.size : attempts.length;
  if (found < asked) return `the evaluation is not complete: ${found} of ${asked} attempts`;
  if (bySample.size !== samples.n) return `there are ${bySample.size} samples, and ${samples.n} were asked`;
  if (each === undefined) return undefined;
  const [odd] = [...bySample].find(([, seen]) => seen.size !== each) ?? [];
  return odd === undefined
    ? undefined
    : `sample ${odd} has ${bySample.get(odd)!.size} attempts, and ${each} were asked`;
}
