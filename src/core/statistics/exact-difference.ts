/**
 * Whether one model is worse than another by more than a margin, on the same samples, exactly. The difference is
 * Δ = P(fixed) − P(broken). Of `n` samples `fixed` and `broken` follow a trinomial; samples are ordered by Tango's score
 * statistic, and a p-value is the largest probability, over all rates of discordance, of samples at least as extreme as the one seen.
 * Unlike the score test itself it keeps its level at every n.
 * @see Hsueh, Liu & Chen, Biometrics 57, 2001, 478–483; Tango, Stat. Med. 17, 1998, 891–908; Berger & Boos, JASA 89, 1994.
 */

import { binomialMass, regularizedBeta } from './beta.ts';
import { lowerBound, upperBound } from './binomial.ts';
import { requireBetween } from './boundary.ts';
import { type DiscordantPairs, requirePairs, tangoScore } from './paired-difference.ts';
import type { Interval } from './proportion.ts';

/** Rates of discordance that the pairs refute at this level are left out of the search; the level is added to p. */
const REFUTED = 1e-6;
/** Scores that differ by rounding only are ties, and ties are as extreme. */
const TIE = 1e-9;
/** Distance of the rates searched, in standard errors of the rate of discordance. */
const SEARCH_STEP = 0.35;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** p-value of "the model is worse by `margin` or more": small where non-inferiority is shown. */
export function notWorseP(pairs: DiscordantPairs, margin: number): number {
  return aboveP(pairs, -margin);
}

/** p-value of "the model is not worse by more than `margin`": small where a loss above the margin is shown. */
export function worseP(pairs: DiscordantPairs, margin: number): number {
  return aboveP(mirrored(pairs), margin);
}

/**
 * One-sided lower and upper bounds of Δ, each at `confidence`: the ends of what {@link notWorseP} and {@link worseP} do not refute.
 * Without discordant pairs they are ±(1 − α^(1/n)), to a relative 2e-5.
 * @returns `null` when n is 0.
 */
export function differenceBounds(pairs: DiscordantPairs, confidence: number): Interval | null {
  requireBetween('confidence', confidence);
  requirePairs(pairs);
  if (pairs.n === 0) return null;
  return { low: lowerDifference(pairs, confidence), high: -lowerDifference(mirrored(pairs), confidence) };
}

/** p-value of Δ ≤ `difference`. Its supremum over that hypothesis is on Δ = `difference`, for the region is closed under fixing more and breaking less. */
function aboveP(pairs: DiscordantPairs, difference: number): number {
  requirePairs(pairs);
  requireBetween('margin', difference, [-1, 1]);
  if (pairs.n === 0) return 1;
  const search = discordanceRange(pairs, difference);
  if (search === null) return REFUTED;
  const region = rejectionRegion(pairs, difference, search);
  return Math.min(1, REFUTED + supremum((rate) => region.probability(rate), search, pairs.n));
}

/** Rates of discordance that could be true: at least |Δ|, and not refuted by the pairs. */
function discordanceRange({ fixed, broken, n }: DiscordantPairs, difference: number): Interval | null {
  const low = Math.max(Math.abs(difference), lowerBound(fixed + broken, n, 1 - REFUTED / 2) ?? 0);
  const high = upperBound(fixed + broken, n, 1 - REFUTED / 2) ?? 1;
  return low <= high ? { low, high } : null;
}

/**
 * The samples that speak at least as strongly against Δ ≤ `difference` as the one seen: for each count of fixed, the largest
 * count of broken. The probability sums a binomial mass times a binomial tail over the counts of fixed that have any mass.
 */
function rejectionRegion(pairs: DiscordantPairs, difference: number, search: Interval) {
  const { n } = pairs;
  const first = massRange(n, (search.low + difference) / 2).low;
  const last = massRange(n, (search.high + difference) / 2).high;
  const seen = tangoScore(pairs.fixed, pairs.broken, n, difference) - TIE;
  const mostBroken = new Int32Array(last - first + 1);
  let broken = firstBroken(first, n, difference, seen);
  for (let fixed = first; fixed <= last; fixed++) {
    broken = Math.min(broken, n - fixed);
    while (broken < n - fixed && tangoScore(fixed, broken + 1, n, difference) >= seen) broken++;
    mostBroken[fixed - first] = broken;
  }
  return {
    probability(discordance: number): number {
      const fixedRate = Math.max(0, (discordance + difference) / 2);
      const brokenRate = Math.max(0, (discordance - difference) / 2);
      const range = massRange(n, fixedRate);
      const tail = new SlidingTail(brokenRate / (1 - fixedRate));
      let mass = binomialMass(range.low, n, fixedRate);
      let sum = 0;
      for (let fixed = range.low; fixed <= range.high; fixed++) {
        sum += mass * tail.atMost(mostBroken[fixed - first] ?? -1, n - fixed);
        mass *= ((n - fixed) * fixedRate) / ((fixed + 1) * (1 - fixedRate));
      }
      return sum;
    },
  };
}

/** Largest count of broken in the region beside `fixed`, or −1: the score falls as more are broken. */
function firstBroken(fixed: number, n: number, difference: number, seen: number): number {
  let inside = -1;
  let outside = n - fixed + 1;
  while (outside - inside > 1) {
    const middle = (inside + outside) >> 1;
    if (tangoScore(fixed, middle, n, difference) >= seen) inside = middle;
    else outside = middle;
  }
  return inside;
}

/** Counts outside of which a binomial has less than 1e-13 of its mass. */
function massRange(n: number, rate: number): Interval {
  const spread = 8 * Math.sqrt(n * Math.max(0, rate) * Math.max(0, 1 - rate)) + 20;
  return { low: Math.max(0, Math.floor(n * rate - spread)), high: Math.min(n, Math.ceil(n * rate + spread)) };
}

/** P(X ≤ k) of a binomial whose draws fall by one from call to call while k does not: each step adds, so no digits are lost. */
class SlidingTail {
  readonly #rate: number;
  #k = -1;
  #n = -1;
  #mass = 0;
  #tail = 0;

  constructor(rate: number) {
    this.#rate = Math.min(1, rate);
  }

  atMost(k: number, n: number): number {
    if (k < 0) return 0;
    if (k >= n) return 1;
    const slides = this.#n === n + 1 && this.#mass > 1e-250 && k >= this.#k && this.#k < n;
    if (slides) this.#slide(k, n);
    else this.#anchor(k, n);
    return this.#tail;
  }

  #anchor(k: number, n: number): void {
    this.#k = k;
    this.#n = n;
    this.#mass = binomialMass(k, n, this.#rate);
    this.#tail = regularizedBeta(1 - this.#rate, n - k, k + 1, this.#rate);
  }

  #slide(k: number, n: number): void {
    const rest = 1 - this.#rate;
    this.#mass *= (n + 1 - this.#k) / ((n + 1) * rest);
    this.#n = n;
    this.#tail += this.#rate * this.#mass;
    while (this.#k < k) {
      this.#mass *= ((n - this.#k) * this.#rate) / ((this.#k + 1) * rest);
      this.#k++;
      this.#tail += this.#mass;
    }
  }
}

/**
 * Largest value over the rates of discordance: on a grid even in the arcsine of the root, refined around every near-best point.
 * What it may fall short by, less than 1e-6 of itself, is far below the level that is added to p.
 */
function supremum(probability: (rate: number) => number, search: Interval, n: number): number {
  const from = Math.asin(Math.sqrt(search.low));
  const to = Math.asin(Math.sqrt(Math.min(1, search.high)));
  const steps = Math.max(8, Math.ceil(((to - from) * 2 * Math.sqrt(n)) / SEARCH_STEP));
  const width = (to - from) / steps;
  const at = (angle: number) => probability(Math.min(search.high, Math.max(search.low, Math.sin(angle) ** 2)));
  const values = Array.from({ length: steps + 1 }, (_, step) => at(from + step * width));
  const best = Math.max(...values);
  let largest = best;
  values.forEach((value, step) => {
    const left = values[step - 1] ?? -1;
    const right = values[step + 1] ?? -1;
    if (value < left || value < right || value < 0.95 * best) return;
    largest = Math.max(
      largest,
      peak(at, from + Math.max(0, step - 1) * width, Math.min(to, from + (step + 1) * width)),
    );
  });
  return largest;
}

/** Golden-section search for the largest value between two angles. */
function peak(at: (angle: number) => number, low: number, high: number): number {
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let leftValue = at(left);
  let rightValue = at(right);
  for (let step = 0; step < 10; step++) {
    if (leftValue > rightValue) {
      [high, right, rightValue] = [right, left, leftValue];
      left = high - GOLDEN * (high - low);
      leftValue = at(left);
    } else {
      [low, left, leftValue] = [left, right, rightValue];
      right = low + GOLDEN * (high - low);
      rightValue = at(right);
    }
  }
  return Math.max(leftValue, rightValue);
}

/**
 * The smallest Δ that is not refuted. On the lattice a p-value may dip on its way up, so the search goes down from the estimate
 * until all of two standard errors are refuted.
 */
function lowerDifference(pairs: DiscordantPairs, confidence: number): number {
  const { fixed, broken, n } = pairs;
  if (broken === n) return -1;
  const isRefuted = (difference: number) => aboveP(pairs, difference) <= 1 - confidence;
  const step = Math.sqrt(fixed + broken + 1) / n / 4;
  let high = Math.min((fixed - broken) / n, 1 - 1e-12);
  for (let at = high - step, refuted = 0; at > -1 && refuted < 8; at -= step) {
    if (isRefuted(at)) refuted++;
    else [high, refuted] = [at, 0];
  }
  let low = Math.max(-1, high - step);
  for (let halving = 0; halving < 40 && high - low > 1e-9; halving++) {
    const middle = (low + high) / 2;
    if (isRefuted(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function mirrored({ fixed, broken, n }: DiscordantPairs): DiscordantPairs {
  return { fixed: broken, broken: fixed, n };
}
