/** How many samples would decide a rule, if what was seen so far is how it is. */

import { atLeastP, atMostP } from '../core/statistics/binomial.ts';
import { normalQuantile } from '../core/statistics/normal.ts';

/** Nobody evaluates more: beyond this, no number is named. */
const MOST = 10_000_000;

/** Errors at which a rule is believed to hold, and to be broken. */
export interface Errors {
  readonly alpha: number;
  readonly failAlpha: number;
}

/** Samples after which the same share shows that it is above, or below, a limit. @returns `null` where it is at the limit */
export function neededForShare(share: number, limit: number, { alpha, failAlpha }: Errors): number | null {
  const isDecided = (n: number): boolean => {
    const passed = Math.round(share * n);
    return share > limit ? atLeastP(passed, n, limit) <= alpha : atMostP(passed, n, limit) <= failAlpha;
  };
  if (share === limit) return null;
  let enough = 1;
  while (enough <= MOST && !isDecided(enough)) enough *= 2;
  if (enough > MOST) return null;
  let few = Math.floor(enough / 2);
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (isDecided(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}

/**
 * Values after which the same mean shows that it is above, or below, a limit: the normal approximation.
 * @param variance of one value
 * @returns `null` where it is at the limit
 */
export function neededForMean(
  mean: number,
  limit: number,
  { variance, alpha, failAlpha }: Errors & { readonly variance: number },
): number | null {
  const error = mean > limit ? alpha : failAlpha;
  const n = variance * (normalQuantile(1 - error) / (mean - limit)) ** 2;
  return n <= MOST ? Math.ceil(n) : null;
}
