/** What several attempts at each sample say: pass@k, pass^k and maj@k for every k, from one set of attempts. */

import { sameAnswer } from '../answer/compare.ts';
import { parseAnswer } from '../answer/parse.ts';
import type { ScoredAttempt } from '../core/evaluated.ts';
import { type AttemptCounts, attemptMetrics, type OverSamples } from '../core/statistics/attempts.ts';
import { clusteredProportion } from '../core/statistics/clustered.ts';
import type { Proportion } from '../core/statistics/proportion.ts';
import { statusOf } from '../core/verdict.ts';

/** Shares over samples, for k of the attempts at each. */
export interface AtK {
  readonly k: number;
  /** At least one of k is right (unbiased: Chen et al. 2021). */
  readonly pass: Proportion;
  /** All k are right (τ-bench, 2024). */
  readonly all: Proportion;
  /** The most frequent answer of k is right. */
  readonly majority: Proportion;
}

/** For k = 1 to the number of attempts. A sample with fewer than k scored attempts says nothing of k. */
export function atEveryK(attempts: readonly ScoredAttempt[], most: number): AtK[] {
  const samples = [...countsOf(attempts).values()];
  const { atK } = attemptMetrics(samples, most);
  return atK.map(({ k, passAtK, passHatK, majorityAtK }) => {
    const share = ({ values }: OverSamples): Proportion => {
      const known = values.filter((value) => value !== null);
      // k-subsets overlap: only disjoint ones are evidence of their own.
      return clusteredProportion(known, Math.max(1, Math.floor(most / k)), values.length - known.length);
    };
    return { k, pass: share(passAtK), all: share(passHatK), majority: share(majorityAtK) };
  });
}

/** Shares of outputs by what kept them from being right or wrong answers. Each sample's attempts count as one cluster. */
export interface OutcomeRates {
  /** No answer could be read. */
  readonly unparsed: Proportion;
  /** Cut off by the token limit. */
  readonly truncated: Proportion;
}

/** **Shapes**: attempts sample by sample, as an evaluation has them. */
export function outcomeRates(attempts: readonly ScoredAttempt[]): OutcomeRates {
  return {
    unparsed: shareOf(
      attempts,
      ({ answer, verdict }) => answer === undefined && statusOf(verdict, 'answer') === 'fail',
    ),
    truncated: shareOf(attempts, ({ isTruncated }) => isTruncated),
  };
}

function shareOf(attempts: readonly ScoredAttempt[], isCounted: (attempt: ScoredAttempt) => boolean): Proportion {
  const means: number[] = [];
  let most = 1;
  for (let start = 0; start < attempts.length; ) {
    const { sample } = attempts[start]!;
    let [end, counted] = [start, 0];
    for (; attempts[end]?.sample === sample; end++) if (isCounted(attempts[end]!)) counted++;
    means.push(counted / (end - start));
    most = Math.max(most, end - start);
    start = end;
  }
  return clusteredProportion(means, most);
}

/** Right attempts, wrong ones by what they answer, and silent ones, for each sample. */
function countsOf(attempts: readonly ScoredAttempt[]): Map<string, AttemptCounts> {
  const samples = new Map<string, { right: number; silent: number; said: Map<string, number> }>();
  for (const { sample, verdict, answer } of attempts) {
    const status = statusOf(verdict, 'answer');
    const counts = samples.get(sample) ?? { right: 0, silent: 0, said: new Map<string, number>() };
    samples.set(sample, counts);
    if (status === 'pass') counts.right++;
    else if (status === 'fail' && answer === undefined) counts.silent++;
    else if (status === 'fail') counts.said.set(answer!, (counts.said.get(answer!) ?? 0) + 1);
  }
  return new Map(
    [...samples].map(([sample, { right, silent, said }]) => [sample, { right, silent, wrong: votesOf(said) }]),
  );
}

/** Votes for each different answer, whatever the words that it is given in. */
function votesOf(said: ReadonlyMap<string, number>): number[] {
  const groups: { readonly answer: ReturnType<typeof parseAnswer>; votes: number }[] = [];
  for (const [text, votes] of said) {
    const answer = parseAnswer(text);
    const group = groups.find((other) => sameAnswer(other.answer, answer));
    if (group) group.votes += votes;
    else groups.push({ answer, votes });
  }
  return groups.map(({ votes }) => votes);
}
