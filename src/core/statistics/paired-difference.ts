/** Two-sided intervals of the difference of two models on the same samples, Δ = (fixed − broken)/n. For reading; gates use the exact test. */

import { requireBetween, requireCount, requirePassed } from './boundary.ts';
import { type Interval, wilson, Z95 } from './proportion.ts';

/** Samples of which one model alone was right, among `n`: newly right, newly wrong. */
export interface DiscordantPairs {
  readonly fixed: number;
  readonly broken: number;
  readonly n: number;
}

/**
 * Tango's score interval (T. Tango, Stat. Med. 17, 1998, 891–908): every Δ whose score is at most `z`.
 * @param z normal quantile of the wanted two-sided level. @default 95%
 * @returns `null` when n is 0.
 */
export function tangoInterval(pairs: DiscordantPairs, z: number = Z95): Interval | null {
  requirePairs(pairs);
  if (pairs.n === 0) return null;
  return { low: scoreRoot(pairs, z), high: -scoreRoot({ ...pairs, fixed: pairs.broken, broken: pairs.fixed }, z) };
}

/**
 * Newcombe's method 10 (R. G. Newcombe, Stat. Med. 17, 1998, 2635–2650): the Wilson intervals of both models, squared and added,
 * with their correlation corrected for continuity.
 * @param both samples that both models have right.
 * @param z normal quantile of the wanted two-sided level. @default 95%
 * @returns `null` when n is 0.
 */
export function newcombeInterval(pairs: DiscordantPairs & { readonly both: number }, z: number = Z95): Interval | null {
  requirePairs(pairs);
  const { fixed, broken, both, n } = pairs;
  requirePassed(fixed + broken + both, n);
  const after = wilson(both + fixed, n, z);
  const before = wilson(both + broken, n, z);
  if (!after || !before) return null;
  const afterShare = (both + fixed) / n;
  const beforeShare = (both + broken) / n;
  const correlation = correlationOf(pairs);
  const difference = (fixed - broken) / n;
  const down = distance(afterShare - after.low, before.high - beforeShare, correlation);
  const up = distance(after.high - afterShare, beforeShare - before.low, correlation);
  return { low: difference - down, high: difference + up };
}

/**
 * Tango's score: the distance of the seen difference from `difference` in standard errors under the restricted maximum likelihood.
 * It is antisymmetric, and free of cancellation where `difference` is not negative.
 */
export function tangoScore(fixed: number, broken: number, n: number, difference: number): number {
  if (difference < 0) return -tangoScore(broken, fixed, n, -difference);
  const distance = fixed - broken - n * difference;
  if (distance === 0) return 0;
  const linear = (2 * n - fixed + broken) * difference - fixed - broken;
  const root = Math.sqrt(linear * linear + 8 * n * broken * difference * (1 - difference));
  const brokenRate =
    linear > 0 ? (2 * broken * difference * (1 - difference)) / (linear + root) : (root - linear) / (4 * n);
  return distance / Math.sqrt(n * (2 * brokenRate + difference * (1 - difference)));
}

/** @throws `config` error unless fixed and broken are counts, together at most n. */
export function requirePairs({ fixed, broken, n }: DiscordantPairs): void {
  requireCount('fixed', fixed);
  requireCount('broken', broken);
  requirePassed(fixed + broken, n);
}

/** The Δ below the estimate at which the score is z; the score falls as Δ rises. */
function scoreRoot({ fixed, broken, n }: DiscordantPairs, z: number): number {
  requireBetween('z', z, [0, Number.POSITIVE_INFINITY]);
  let low = -1;
  let high = (fixed - broken) / n;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (tangoScore(fixed, broken, n, middle) > z) low = middle;
    else high = middle;
  }
  return low;
}

function correlationOf({ fixed, broken, both, n }: DiscordantPairs & { readonly both: number }): number {
  const neither = n - fixed - broken - both;
  const product = (both + fixed) * (both + broken) * (neither + fixed) * (neither + broken);
  if (product === 0) return 0;
  const excess = both * neither - fixed * broken;
  return (excess > 0 ? Math.max(0, excess - n / 2) : excess) / Math.sqrt(product);
}

function distance(left: number, right: number, correlation: number): number {
  return Math.sqrt(left * left - 2 * correlation * left * right + right * right);
}
