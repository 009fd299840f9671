/**
 * Bounds of a mean of values from 0 to 1 by betting: whoever bets on the mean being larger than a limit cannot get rich
 * while it is not. Nothing is assumed of the distribution, the bounds hold at every n, and one may look after every value.
 */

import { ProofstillError } from '../errors.ts';
import { requireBetween, requireShare } from './boundary.ts';

/**
 * Fixed bets, an octave apart: whatever the variance, one is near Kelly's (effect ÷ variance). Being fixed, they make the
 * capital independent of the order of the values and a falling function of the limit.
 */
const BETS = Float64Array.from({ length: 10 }, (_, octave) => 0.05 * 2 ** octave);
/** Most on the bets that suit rates of 90 to 99% and pairs of which about one in ten differs. */
const STAKES = stakesOf(BETS);
/** Halvings of [0, 1], down to a double's own grain. */
const HALVINGS = 50;

/** The capital against one limit, and the most that it ever was: by Ville's inequality that may decide at any time. */
interface Wager {
  readonly limit: number;
  readonly shares: Float64Array;
  logCapital: number;
  logPeak: number;
}

/**
 * One-sided bounds of the mean of values from 0 to 1, fed one after another (Waudby-Smith & Ramdas, Estimating means of
 * bounded random variables by betting, JRSS-B 86, 2024, arXiv 2010.09686, sections 4 and B.7: the one-sided capital process,
 * with a mixture of fixed bets). Map a difference d of −1 to 1 to (d + 1)/2.
 *
 * Each bound, and each limit's test, spends its whole 1 − confidence alone. Given independent values, or any whose mean
 * given the past is constant, they hold at all n together: one may stop when one likes.
 * **Units**: confidence is 0 to 1, above 0 and below 1. Memory: one entry for each different value.
 * @throws ProofstillError `record` for a value outside 0 to 1, `config` for a limit or confidence that is none.
 */
export class MeanBounds {
  readonly #counts = new Map<number, number>();
  readonly #above: readonly Wager[];
  readonly #below: readonly Wager[];
  #n = 0;

  /** @param limits those that {@link isAbove} and {@link isBelow} will be asked about. */
  constructor(limits: readonly number[] = []) {
    for (const limit of limits) requireShare('limit', limit);
    this.#above = limits.map(openWager);
    this.#below = limits.map((limit) => openWager(1 - limit));
  }

  /** Values added so far. */
  get n(): number {
    return this.#n;
  }

  /** Takes the next value, in an order that was fixed before any was seen. Cost: 20 multiplications for each limit. */
  add(value: number): void {
    if (!(value >= 0 && value <= 1)) {
      throw new ProofstillError('record', `expected a value from 0 to 1, got ${value}`, { place: `value ${this.#n}` });
    }
    this.#n++;
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    for (const wager of this.#above) place(wager, value);
    for (const wager of this.#below) place(wager, 1 - value);
  }

  /** Whether the values so far, or any first part of them, show a mean above the limit. */
  isAbove(limit: number, confidence: number): boolean {
    return hasWon(this.#above, limit, confidence);
  }

  /** Whether the values so far, or any first part of them, show a mean below the limit. */
  isBelow(limit: number, confidence: number): boolean {
    return hasWon(this.#below, 1 - limit, confidence);
  }

  /** p-value of "the mean is at most the limit", which holds whenever one looks: one over the most capital. */
  aboveP(limit: number): number {
    return Math.exp(-wagerOn(this.#above, limit).logPeak);
  }

  /** p-value of "the mean is at least the limit", which holds whenever one looks. */
  belowP(limit: number): number {
    return Math.exp(-wagerOn(this.#below, 1 - limit).logPeak);
  }

  /**
   * The mean is at least this, by all values so far in whatever order: it is a bound for a fixed n too, but may lag
   * {@link isAbove}, which remembers the best moment. Cost: 500 logarithms for each different value.
   * @returns `null` for no values.
   */
  lower(confidence: number): number | null {
    const toWin = logToWin(confidence);
    return this.#n === 0 ? null : boundOf([...this.#counts], toWin);
  }

  /** The mean is at most this; otherwise as {@link lower}. */
  upper(confidence: number): number | null {
    const toWin = logToWin(confidence);
    return this.#n === 0
      ? null
      : 1 -
          boundOf(
            [...this.#counts].map(([value, count]) => [1 - value, count]),
            toWin,
          );
  }
}

/** A bet above 1/limit could lose more than all: it is not placed, and its stake stays unused. */
function openWager(limit: number): Wager {
  const shares = STAKES.map((stake, index) => (BETS[index]! * limit <= 1 ? stake : 0));
  return { limit, shares, logCapital: 0, logPeak: 0 };
}

/** The shares are kept near 1 in sum, so that neither long luck nor long losses leave the range of a double. */
function place(wager: Wager, value: number): void {
  const { shares, limit } = wager;
  let sum = 0;
  for (let index = 0; index < shares.length; index++) {
    shares[index]! *= 1 + BETS[index]! * (value - limit);
    sum += shares[index]!;
  }
  for (let index = 0; index < shares.length; index++) shares[index]! /= sum;
  wager.logCapital += Math.log(sum);
  wager.logPeak = Math.max(wager.logPeak, wager.logCapital);
}

function hasWon(wagers: readonly Wager[], limit: number, confidence: number): boolean {
  return wagerOn(wagers, limit).logPeak >= logToWin(confidence);
}

function wagerOn(wagers: readonly Wager[], limit: number): Wager {
  const wager = wagers.find((candidate) => candidate.limit === limit);
  if (wager) return wager;
  throw new ProofstillError('config', `expected one of the limits that are watched, got ${limit}`, {
    hint: 'Name every limit to the constructor: the capital against it is kept from the first value on.',
  });
}

function logToWin(confidence: number): number {
  requireBetween('confidence', confidence);
  return -Math.log(1 - confidence);
}

/** The largest limit that is beaten. Every bet's capital falls as the limit rises, so that halving finds it. */
function boundOf(counts: readonly (readonly [number, number])[], toWin: number): number {
  let beaten = 0;
  let unbeaten = 1;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const limit = (beaten + unbeaten) / 2;
    if (logCapitalOf(counts, limit) >= toWin) beaten = limit;
    else unbeaten = limit;
  }
  return beaten;
}

function logCapitalOf(counts: readonly (readonly [number, number])[], limit: number): number {
  const logs: number[] = [];
  for (const [index, bet] of BETS.entries()) {
    if (bet * limit > 1) break;
    let log = Math.log(STAKES[index]!);
    for (const [value, count] of counts) log += count * Math.log1p(bet * (value - limit));
    logs.push(log);
  }
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0));
}

function stakesOf(bets: Float64Array): Float64Array {
  const weights = bets.map((bet) => Math.min(1, Math.sqrt(bet / 0.4), (0.8 / bet) ** 2));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
