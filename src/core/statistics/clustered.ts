/** Means over samples of which each was attempted several times: attempts at one sample are no independent evidence. */

import { ProofstillError } from '../errors.ts';
import { requireCount, requireShare } from './boundary.ts';
import { studentQuantile } from './normal.ts';
import { type Proportion, wilson, Z95 } from './proportion.ts';

/** Upper tail of the two-sided 95% level. */
const UPPER = 0.975;

/**
 * The mean of per-sample means with Wilson's interval on an effective sample size: p(1 − p) over the variance between samples,
 * kept from n to n·attempts, and shrunk by (z/t)² for that variance is itself an estimate.
 * @param means one for each sample, 0 to 1: its share of passed attempts.
 * @param attempts at each sample, or the largest number of disjoint groups of attempts that its mean rests on. With 1 this is `wilson`.
 * @param unscored samples left out.
 * @returns `value`, `low` and `high` are `null` for no means; `n` counts samples.
 * @see Korn & Graubard, Surv. Methodol. 24, 1998, 193–201; Franco et al., J. Surv. Stat. Methodol. 7, 2019, 334–364.
 */
export function clusteredProportion(means: readonly number[], attempts: number, unscored = 0): Proportion {
  requireCount('attempts', attempts, 1);
  for (const value of means) requireShare('mean', value);
  const n = means.length;
  if (n === 0) return { value: null, n, low: null, high: null, unscored };
  const value = Math.min(1, means.reduce((sum, mean) => sum + mean, 0) / n);
  const size = effectiveSize(means, value, attempts);
  // Wilson's formula needs the share and the size only, whole or not.
  const interval = wilson(value * size, size);
  return { value, n, low: interval?.low ?? null, high: interval?.high ?? null, unscored };
}

function effectiveSize(means: readonly number[], value: number, attempts: number): number {
  const n = means.length;
  // Where every attempt passed, or none, nothing is known of how alike attempts are: samples count.
  if (attempts === 1 || n === 1 || value === 0 || value === 1) return n;
  const squares = means.reduce((sum, mean) => sum + (mean - value) ** 2, 0);
  const size = squares === 0 ? n * attempts : (value * (1 - value) * n * (n - 1)) / squares;
  const corrected = size * (Z95 / studentQuantile(UPPER, n - 1)) ** 2;
  return Math.min(n * attempts, Math.max(n, corrected));
}

/**
 * Standard error of a mean of independent values, by the central limit theorem with n − 1 (E. Miller, arXiv 2411.00640, 2024, equation 1).
 * @returns `null` for fewer than two values.
 */
export function standardError(values: readonly number[]): number | null {
  return values.length < 2 ? null : Math.sqrt(squaredDeviations(values) / (values.length - 1) / values.length);
}

/**
 * Standard error of a mean of values that come in clusters, such as questions about one passage: the variance of
 * {@link standardError} and the products of deviations within each cluster over n² (Miller, as above, equation 4), from one sum
 * a cluster. With clusters of one it is `standardError`. Read it with 20 clusters or more.
 * @param clusters the cluster of each value, in the same order.
 * @returns `null` for fewer than two clusters.
 * @throws `config` error where the lists differ in length.
 */
export function clusteredStandardError(
  values: readonly number[],
  clusters: readonly (string | number)[],
): number | null {
  if (values.length !== clusters.length) {
    throw new ProofstillError('config', `expected one cluster a value, got ${clusters.length} for ${values.length}`);
  }
  const n = values.length;
  const centre = centreOf(values);
  const sums = new Map<string | number, number>();
  values.forEach((value, index) => {
    const cluster = clusters[index]!;
    sums.set(cluster, (sums.get(cluster) ?? 0) + value - centre);
  });
  if (sums.size < 2) return null;
  let within = 0;
  for (const sum of sums.values()) within += sum * sum;
  const alone = squaredDeviations(values);
  return Math.sqrt(Math.max(0, alone / (n * (n - 1)) + (within - alone) / (n * n)));
}

function squaredDeviations(values: readonly number[]): number {
  const centre = centreOf(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}

function centreOf(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (Number.isNaN(sum)) throw new ProofstillError('config', 'values: expected numbers, got NaN');
  return sum / values.length;
}
