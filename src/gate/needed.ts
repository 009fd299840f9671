/** How many samples would decide a rule, if what was seen so far is how it is. */

import { atLeastP, atMostP } from '../core/statistics/binomial.ts';
import { MeanBounds } from '../core/statistics/bounded-mean.ts';
import { notWorseP, worseP } from '../core/statistics/exact-difference.ts';
import { normalQuantile } from '../core/statistics/normal.ts';
import type { DiscordantPairs } from '../core/statistics/paired-difference.ts';

/** Nobody evaluates more: beyond this, no number is named. */
const MOST = 10_000_000;
/** Beyond this, an exact test is not worth the wait for a forecast: the normal approximation has come close to it. */
const MOST_EXACT = 20_000;
/** Values that are bet on in search of an answer: some milliseconds. */
const MOST_BETS = 50_000;

/** Errors at which a rule is believed to hold, and to be broken. */
export interface Errors {
  readonly alpha: number;
  readonly failAlpha: number;
}

/**
 * Samples after which the same share shows that it is above, or below, a limit. Right answers are whole: where they do not
 * come out even, they are rounded to what shows less.
 * @param seen so many did not
 * @returns `null` where it is at the limit
 */
export function neededForShare(
  share: number,
  limit: number,
  { alpha, failAlpha, seen }: Errors & { readonly seen: number },
): number | null {
  if (share === limit) return null;
  const isDecided = (n: number): boolean =>
    share > limit
      ? atLeastP(Math.floor(share * n), n, limit) <= alpha
      : atMostP(Math.min(n, Math.ceil(share * n)), n, limit) <= failAlpha;
  let [few, enough] = [seen, Math.max(1, 2 * seen)];
  while (enough <= MOST && !isDecided(enough)) [few, enough] = [enough, 2 * enough];
  if (enough > MOST) return null;
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (isDecided(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}

/** Pairs after which the same rates show a loss below, or above, a margin. @returns `null` where it is at the margin */
export function neededForMargin({ fixed, broken, n }: DiscordantPairs, margin: number, errors: Errors): number | null {
  const difference = (fixed - broken) / n;
  const isWithin = difference > -margin;
  const error = isWithin ? errors.alpha : errors.failAlpha;
  const variance = Math.max((fixed + broken) / n - difference ** 2, 1 / n);
  const roughly = variance * (normalQuantile(1 - error) / (difference + margin)) ** 2;
  if (!(roughly <= MOST)) return null;
  const isDecided = (total: number): boolean => {
    const better = Math.round((fixed / n) * total);
    const pairs = { fixed: better, broken: Math.min(total - better, Math.round((broken / n) * total)), n: total };
    return (isWithin ? notWorseP(pairs, margin) : worseP(pairs, margin)) <= error;
  };
  // The exact test asks for a little more than the normal approximation.
  let total = Math.max(n + 1, Math.ceil(roughly));
  while (total <= MOST_EXACT && !isDecided(total)) total = Math.ceil(1.03 * total);
  return total;
}

/** Values after which the same ones, over and over, win the bet on their mean. @returns `null` where that takes too long */
export function neededForMean(values: readonly number[], limit: number, { alpha, failAlpha }: Errors): number | null {
  if (values.length === 0) return null;
  const bounds = new MeanBounds([limit]);
  for (let n = 1; n <= MOST_BETS; n++) {
    bounds.add(values[(n - 1) % values.length]!);
    if (n > values.length && (bounds.aboveP(limit) <= alpha || bounds.belowP(limit) <= failAlpha)) return n;
  }
  return null;
}
