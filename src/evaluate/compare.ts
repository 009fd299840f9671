/** What changed between two evaluations of the same samples, and whether it is more than chance: overall and area by area. */

import type { Evaluated } from '../core/evaluated.ts';
import { type Pair, type PairingOptions, pairingOf } from '../core/pairing.ts';
import { randomStream } from '../core/seed.ts';
import { clusterBootstrap } from '../core/statistics/bootstrap.ts';
import { holm } from '../core/statistics/holm.ts';
import { mcnemarExact } from '../core/statistics/mcnemar.ts';
import { tangoInterval } from '../core/statistics/paired-difference.ts';
import { detectableDifference } from '../core/statistics/power.ts';
import { signFlipTest } from '../core/statistics/sign-flip.ts';
import { rateOf, type Tally } from '../core/tallies.ts';
import { SCORES, type Score } from '../core/verdict.ts';

/** One score of both sides, on the samples that both could judge. Shares are 0 to 1, and `null` without pairs. */
export interface ScoreChange {
  readonly pairs: number;
  readonly before: number | null;
  readonly after: number | null;
  /** After less before, −1 to 1, with its 95% interval: Tango's, or of several attempts the paired cluster bootstrap (BCa). */
  readonly difference: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Samples that got better, and worse. */
  readonly fixed: number;
  readonly broken: number;
  /** Two-sided: McNemar's exact test, or of several attempts the sign-flip permutation test. */
  readonly p: number | null;
  /** Of an area's answers: adjusted by Holm for having looked at every area. */
  readonly adjustedP: number | null;
  /** Smallest difference that so many pairs show in four of five cases, at the discordance seen (10% where none was). */
  readonly detectable: number | null;
}

export type ScoreChanges = Readonly<Record<Score, ScoreChange>>;

/** A sample whose answers got better or worse. */
export interface Turn {
  readonly sample: string;
  readonly area: string;
  /** Share of its attempts that are right, before and after. */
  readonly before: number;
  readonly after: number;
}

export interface Comparison {
  readonly overall: ScoreChanges;
  readonly areas: readonly { readonly area: string; readonly scores: ScoreChanges }[];
  readonly common: number;
  /** Samples that only one side has. */
  readonly missing: readonly string[];
  readonly added: readonly string[];
  readonly fixed: readonly Turn[];
  readonly broken: readonly Turn[];
}

export interface CompareOptions extends PairingOptions {
  /** Of the permutation test and the bootstrap. @default 1 */
  readonly seed?: number;
}

/** Compares two evaluations. @throws record error where they cannot be paired, see {@link pairingOf} */
export function compare(before: Evaluated, after: Evaluated, options: CompareOptions = {}): Comparison {
  const { seed = 1 } = options;
  const { pairs, ...pairing } = pairingOf(before, after, options);
  const all = Object.fromEntries(SCORES.map((score) => [score, pairs(score)])) as Record<Score, Pair[]>;
  const areas = after.head.suite.areas.map((area) => ({ area, scores: changes(inArea(all, area), seed, area) }));
  const tested = areas.filter(({ scores }) => scores.answer.p !== null);
  const adjusted = holm(tested.map(({ scores }) => scores.answer.p!));
  const adjustedOf = new Map(tested.map(({ area }, index) => [area, adjusted[index]!]));
  const turns = all.answer.map(({ before: was, after: is }): Turn => {
    return { sample: is.sample, area: is.area, before: rateOf(was), after: rateOf(is) };
  });
  return {
    overall: changes(all, seed),
    areas: areas.map(({ area, scores }) => {
      const adjustedP = adjustedOf.get(area) ?? null;
      return { area, scores: { ...scores, answer: { ...scores.answer, adjustedP } } };
    }),
    ...pairing,
    fixed: turns.filter((turn) => turn.after > turn.before),
    broken: turns.filter((turn) => turn.after < turn.before),
  };
}

function inArea(all: Readonly<Record<Score, readonly Pair[]>>, area: string): Record<Score, Pair[]> {
  const own = (score: Score): Pair[] => all[score].filter(({ after }) => after.area === area);
  return { answer: own('answer'), format: own('format'), trace: own('trace') };
}

function changes(all: Readonly<Record<Score, readonly Pair[]>>, seed: number, area = 'all'): ScoreChanges {
  const of = (score: Score): ScoreChange => changeOf(all[score], seed, `${area} ${score}`);
  return { answer: of('answer'), format: of('format'), trace: of('trace') };
}

function changeOf(pairs: readonly Pair[], seed: number, purpose: string): ScoreChange {
  const n = pairs.length;
  const differences = pairs.map(({ before, after }) => rateOf(after) - rateOf(before));
  const fixed = differences.filter((difference) => difference > 0).length;
  const broken = differences.filter((difference) => difference < 0).length;
  const discordance = (fixed + broken) / Math.max(1, n);
  const isSingle = pairs.every(({ before, after }) => before.judged === 1 && after.judged === 1);
  const random = randomStream(seed, 'compare', purpose);
  // Where nothing differs a bootstrap has nothing to draw from, and would claim to be certain.
  const interval =
    isSingle || discordance === 0
      ? tangoInterval({ fixed, broken, n })
      : (clusterBootstrap(differences, random)?.bca ?? null);
  return {
    pairs: n,
    before: meanRate(pairs.map(({ before }) => before)),
    after: meanRate(pairs.map(({ after }) => after)),
    difference: n === 0 ? null : differences.reduce((sum, difference) => sum + difference, 0) / n,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    fixed,
    broken,
    p: n === 0 ? null : isSingle ? mcnemarExact(fixed, broken) : (signFlipTest(differences, random)?.p ?? null),
    adjustedP: null,
    detectable: n === 0 ? null : detectableDifference(n, discordance > 0 ? { discordance } : {}),
  };
}

function meanRate(tallies: readonly Tally[]): number | null {
  return tallies.length === 0 ? null : tallies.reduce((sum, tally) => sum + rateOf(tally), 0) / tallies.length;
}
