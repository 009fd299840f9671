/** How high a quantile of what was measured may truly be, whatever its distribution: order statistics as bounds. */

import { ProofstillError } from '../errors.ts';
import { atMostP } from './binomial.ts';
import { requireBetween } from './boundary.ts';

/**
 * One-sided upper bound of the `q`-quantile: the smallest order statistic that lies below the quantile with probability at most
 * 1 − confidence. Of 59 measurements the largest bounds p95 at 95%; of 299 it bounds p99.
 * @returns the bound, in the unit of the values; `null` where there are too few, see {@link measurementsFor}.
 * @throws `config` error on NaN.
 * @see David & Nagaraja, Order Statistics, 3rd ed. 2003, section 7.1.
 */
export function quantileUpperBound(values: readonly number[], q: number, confidence: number): number | null {
  const sorted = ascending(values, q, confidence);
  const rank = upperRank(sorted.length, q, confidence);
  return rank === null ? null : sorted[rank - 1]!;
}

/**
 * One-sided lower bound of the `q`-quantile: the largest order statistic that lies above it with probability at most 1 − confidence.
 * @returns the bound, in the unit of the values; `null` where there are too few.
 * @throws `config` error on NaN.
 */
export function quantileLowerBound(values: readonly number[], q: number, confidence: number): number | null {
  const sorted = ascending(values, q, confidence);
  const rank = upperRank(sorted.length, 1 - q, confidence);
  return rank === null ? null : sorted[sorted.length - rank]!;
}

/** Fewest measurements whose largest bounds the `q`-quantile from above: 59 for p95 and 299 for p99 at 95%. */
export function measurementsFor(q: number, confidence: number): number {
  requireBetween('q', q);
  requireBetween('confidence', confidence);
  return Math.ceil(Math.log1p(-confidence) / Math.log(q));
}

/** The smallest rank r, from 1, with P(Bin(n, q) ≥ r) ≤ 1 − confidence. */
function upperRank(n: number, q: number, confidence: number): number | null {
  if (n < measurementsFor(q, confidence)) return null;
  let below = 0;
  let rank = n;
  while (rank - below > 1) {
    const middle = (rank + below) >> 1;
    if (atMostP(middle - 1, n, q) >= confidence) rank = middle;
    else below = middle;
  }
  return rank;
}

function ascending(values: readonly number[], q: number, confidence: number): number[] {
  requireBetween('q', q);
  requireBetween('confidence', confidence);
  if (values.some(Number.isNaN)) throw new ProofstillError('config', 'values: expected numbers, got NaN');
  return [...values].sort((left, right) => left - right);
}
