/** What `passed` of `n` says about a rate: exact tails, p-values and bounds. Their coverage is at least nominal at every rate. */

import { betaQuantile, regularizedBeta } from './beta.ts';
import { requireBetween, requirePassed, requireShare } from './boundary.ts';
import type { Interval } from './proportion.ts';

/** P(X ≥ passed) of a binomial with `n` draws at `rate`: the p-value against "the rate is at most `rate`". */
export function atLeastP(passed: number, n: number, rate: number): number {
  requirePassed(passed, n);
  requireShare('rate', rate);
  return passed === 0 ? 1 : regularizedBeta(rate, passed, n - passed + 1);
}

/** P(X ≤ passed) of a binomial with `n` draws at `rate`: the p-value against "the rate is at least `rate`". */
export function atMostP(passed: number, n: number, rate: number): number {
  requirePassed(passed, n);
  requireShare('rate', rate);
  return passed === n ? 1 : regularizedBeta(1 - rate, n - passed, passed + 1, rate);
}

/**
 * One-sided lower bound of a rate (Clopper & Pearson, Biometrika 26, 1934): the rate below which `passed` or more would
 * be seen with probability at most 1 − confidence. 59 of 59 at 95% gives 0.9505.
 * @returns `null` when n is 0.
 */
export function lowerBound(passed: number, n: number, confidence: number): number | null {
  requirePassed(passed, n);
  requireBetween('confidence', confidence);
  if (n === 0) return null;
  return passed === 0 ? 0 : betaQuantile(1 - confidence, passed, n - passed + 1);
}

/**
 * One-sided upper bound of a rate, the mirror image of {@link lowerBound}: 0 of 59 at 95% gives 0.0495.
 * @returns `null` when n is 0.
 */
export function upperBound(passed: number, n: number, confidence: number): number | null {
  const failed = lowerBound(n - passed, n, confidence);
  return failed === null ? null : 1 - failed;
}

/**
 * Two-sided Clopper–Pearson interval, half of 1 − confidence on each side.
 * @returns `null` when n is 0.
 */
export function clopperPearson(passed: number, n: number, confidence = 0.95): Interval | null {
  const oneSided = (1 + confidence) / 2;
  const low = lowerBound(passed, n, oneSided);
  const high = upperBound(passed, n, oneSided);
  return low === null || high === null ? null : { low, high };
}

/**
 * One-sided lower bound that counts half of the probability of what was seen (Lancaster, JASA 56, 1961). Shorter than
 * {@link lowerBound}; its coverage is nominal in the mean only, so that no gate stands on it.
 * @returns `null` when n is 0.
 */
export function midPLowerBound(passed: number, n: number, confidence: number): number | null {
  requirePassed(passed, n);
  requireBetween('confidence', confidence);
  if (n === 0) return null;
  if (passed === 0) return 0;
  const alpha = 1 - confidence;
  const midP = (rate: number) => (atLeastP(passed, n, rate) + (passed === n ? 0 : atLeastP(passed + 1, n, rate))) / 2;
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (midP(middle) > alpha) high = middle;
    else low = middle;
  }
  return low;
}

/** The mirror image of {@link midPLowerBound}. */
export function midPUpperBound(passed: number, n: number, confidence: number): number | null {
  const failed = midPLowerBound(n - passed, n, confidence);
  return failed === null ? null : 1 - failed;
}
