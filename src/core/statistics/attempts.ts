/**
 * What several attempts at one sample say about k of them: the mean over all k-subsets of the n attempts, exactly. Taking
 * the first k throws attempts away, and powers of the pass rate are biased.
 */

import { ProofstillError } from '../errors.ts';
import { requireCount, requirePassed } from './boundary.ts';
import { mean } from './quantile.ts';

/** The scored attempts at one sample, counted by what they answered. Unscored ones are left out. */
export interface AttemptCounts {
  readonly right: number;
  /** How many attempts gave each wrong answer, one entry for each different answer. */
  readonly wrong: readonly number[];
  /** Attempts in which no answer was found: not right, and no vote. */
  readonly silent: number;
}

/** A metric over samples. */
export interface OverSamples {
  /** Mean of the values that are not `null`, 0 to 1; `null` where there is none. */
  readonly value: number | null;
  /** Samples that it rests on. */
  readonly n: number;
  /** One for each sample, in their order; `null` where the metric is undefined for lack of scored attempts. */
  readonly values: readonly (number | null)[];
}

export interface MetricsAtK {
  readonly k: number;
  /** At least one of k attempts is right. */
  readonly passAtK: OverSamples;
  /** All k attempts are right. */
  readonly passHatK: OverSamples;
  /** The most frequent answer of k attempts is right. */
  readonly majorityAtK: OverSamples;
}

export interface AttemptMetrics {
  /** Share of right attempts: every sample counts alike, however many attempts it had. */
  readonly mean: OverSamples;
  /** For k = 1, 2, … up to the k asked for. */
  readonly atK: readonly MetricsAtK[];
}

/** C(1000, 500) is 2.7e299: counts of subsets fit into a double up to here. */
const MAX_ATTEMPTS = 1000;

/**
 * Probability that at least one of k attempts is right: `1 − C(n−c, k)/C(n, k)` for c right of n
 * (Chen et al. 2021, arXiv 2107.03374, equation 1). Cost: k steps.
 * @returns `null` when k > n.
 * @throws ProofstillError `config` for a k below 1 or counts that are none.
 */
export function passAtK(n: number, c: number, k: number): number | null {
  requireCounts(n, c, k);
  return k > n ? null : 1 - shareOfSubsets(n, n - c, k);
}

/**
 * Probability that k attempts are all right: `C(c, k)/C(n, k)` for c right of n (Yao et al. 2024, τ-bench,
 * arXiv 2406.12045, section 3). Cost: k steps.
 * @returns `null` when k > n.
 * @throws ProofstillError `config` for a k below 1 or counts that are none.
 */
export function passHatK(n: number, c: number, k: number): number | null {
  requireCounts(n, c, k);
  return k > n ? null : shareOfSubsets(n, c, k);
}

/**
 * Probability that the most frequent answer of k attempts is the right one, over all k-subsets. A tie at the top counts
 * as one over the number of tied answers; where nobody answers, it is wrong. Cost: at most n·k² steps.
 * @returns `null` when k exceeds the scored attempts.
 * @throws ProofstillError `config` for a k below 1, counts that are none, or more than 1,000 attempts.
 */
export function majorityAtK(attempts: AttemptCounts, k: number): number | null {
  requireCounts(countOf(attempts), attempts.right, k);
  return k > countOf(attempts) ? null : majorityUpTo(attempts, k)[k - 1]!;
}

/**
 * Every metric for every k from 1 to `maxK`. Cost: at most n·k² steps for a sample of n attempts; samples whose counts
 * are alike are worked out once.
 * @returns for no samples, values that are `null` with n = 0.
 * @throws ProofstillError `config` as {@link majorityAtK}.
 */
export function attemptMetrics(samples: readonly AttemptCounts[], maxK: number): AttemptMetrics {
  requireCounts(0, 0, maxK);
  const curves = new Map<string, readonly number[]>();
  const majorities = samples.map((attempts) => {
    requireCounts(countOf(attempts), attempts.right, maxK);
    const wrong = [...attempts.wrong].sort((left, right) => left - right);
    const alike = `${attempts.right}|${wrong}|${attempts.silent}`;
    const curve = curves.get(alike) ?? majorityUpTo(attempts, Math.min(maxK, countOf(attempts)));
    curves.set(alike, curve);
    return curve;
  });
  const counts = samples.map(countOf);
  const overSamples = (metric: (sample: number) => number | null): OverSamples => {
    const values = samples.map((_, sample) => metric(sample));
    const defined = values.filter((value) => value !== null);
    return { value: mean(defined), n: defined.length, values };
  };
  return {
    mean: overSamples((sample) => (counts[sample] === 0 ? null : samples[sample]!.right / counts[sample]!)),
    atK: Array.from({ length: maxK }, (_, index) => ({
      k: index + 1,
      passAtK: overSamples((sample) => passAtK(counts[sample]!, samples[sample]!.right, index + 1)),
      passHatK: overSamples((sample) => passHatK(counts[sample]!, samples[sample]!.right, index + 1)),
      majorityAtK: overSamples((sample) => majorities[sample]![index] ?? null),
    })),
  };
}

function countOf(attempts: AttemptCounts): number {
  return attempts.wrong.reduce((sum, count) => sum + count, attempts.right + attempts.silent);
}

function requireCounts(n: number, c: number, k: number): void {
  requireCount('k', k, 1);
  requirePassed(c, n);
}

/** `C(part, k)/C(n, k)`: the share of k-subsets of n that lie within a part. As a product, so that nothing overflows. */
function shareOfSubsets(n: number, part: number, k: number): number {
  if (part < k) return 0;
  let share = 1;
  for (let drawn = 0; drawn < k; drawn++) share *= (part - drawn) / (n - drawn);
  return share;
}

/**
 * Majority at 1, 2, … k. For each number `votes` of right attempts drawn, it counts the ways to draw wrong ones so that
 * no answer has more votes and exactly t have as many. Answers given by fewer attempts than `votes` can do neither: they
 * are free, like silent attempts.
 */
function majorityUpTo(attempts: AttemptCounts, k: number): number[] {
  const n = countOf(attempts);
  if (n > MAX_ATTEMPTS) {
    throw new ProofstillError('config', `expected at most ${MAX_ATTEMPTS} attempts at a sample, got ${n}`, {
      hint: 'Evaluate with fewer --attempts.',
    });
  }
  for (const count of [...attempts.wrong, attempts.silent]) requireCounts(n, count, 1);
  const rightWays = binomials(attempts.right, k);
  const won = new Float64Array(k + 1);
  for (let votes = 1; votes <= Math.min(attempts.right, k); votes++) {
    const rivals = attempts.wrong.filter((count) => count >= votes);
    const rivalCount = rivals.reduce((sum, count) => sum + count, 0);
    const freeWays = binomials(n - attempts.right - rivalCount, k);
    const credit = creditAgainst(rivals, votes, k - votes);
    for (let drawn = 0; drawn < credit.length; drawn++) {
      const ways = rightWays[votes]! * credit[drawn]!;
      if (ways === 0) continue;
      for (let free = 0; votes + drawn + free <= k; free++) won[votes + drawn + free]! += ways * freeWays[free]!;
    }
  }
  const all = binomials(n, k);
  return Array.from({ length: k }, (_, index) => Math.min(1, won[index + 1]! / all[index + 1]!));
}

/**
 * Over all ways to draw at most `votes` of each rival answer, `1/(t + 1)` where t rivals have `votes` exactly.
 * **Shapes**: by the number of rival attempts drawn, 0 to at most `most`.
 */
function creditAgainst(rivals: readonly number[], votes: number, most: number): Float64Array {
  const maxTies = Math.min(rivals.length, Math.floor(most / votes));
  const width = maxTies + 1;
  let reach = 0;
  let ways = new Float64Array((most + 1) * width);
  ways[0] = 1;
  for (const count of rivals) {
    const own = binomials(count, votes);
    const next = new Float64Array(ways.length);
    for (let drawn = 0; drawn <= reach; drawn++) {
      for (let ties = 0; ties <= Math.min(maxTies, Math.floor(drawn / votes)); ties++) {
        const before = ways[drawn * width + ties]!;
        if (before === 0) continue;
        const longest = Math.min(votes - 1, most - drawn);
        for (let more = 0; more <= longest; more++) next[(drawn + more) * width + ties]! += before * own[more]!;
        if (drawn + votes <= most) next[(drawn + votes) * width + ties + 1]! += before * own[votes]!;
      }
    }
    reach = Math.min(most, reach + votes);
    ways = next;
  }
  return Float64Array.from({ length: most + 1 }, (_, drawn) => {
    let credit = 0;
    for (let ties = 0; ties <= maxTies; ties++) credit += ways[drawn * width + ties]! / (ties + 1);
    return credit;
  });
}

/** C(n, 0) to C(n, most). */
function binomials(n: number, most: number): Float64Array {
  const row = new Float64Array(most + 1);
  row[0] = 1;
  for (let k = 1; k <= Math.min(n, most); k++) row[k] = (row[k - 1]! * (n - k + 1)) / k;
  return row;
}
