/** Floors and margins: what a model scores, alone and beside the baseline on the same samples. */

import type { Pair } from '../core/pairing.ts';
import { atLeastP, atMostP, lowerBound, upperBound } from '../core/statistics/binomial.ts';
import { MeanBounds } from '../core/statistics/bounded-mean.ts';
import { differenceBounds, notWorseP, worseP } from '../core/statistics/exact-difference.ts';
import type { DiscordantPairs } from '../core/statistics/paired-difference.ts';
import { rateOf, type Tally } from '../core/tallies.ts';
import type { Score } from '../core/verdict.ts';
import type { Finding } from './finding.ts';
import { neededForMargin, neededForMean, neededForShare } from './needed.ts';
import { percent, points } from './words.ts';

export interface RuleScope {
  readonly suite: string;
  /** `null`: all areas together. */
  readonly area: string | null;
  readonly score: Score;
  /** Of each bound. */
  readonly confidence: number;
  /** Decided at a moment that hangs on the figures: bounds must hold at every moment. */
  readonly isSequential: boolean;
}

/** "The rate is at least `floor`." **Shapes**: `tallies` of the area, in the order in which they were drawn. */
export function floorFinding(tallies: readonly Tally[], floor: number, scope: RuleScope): Finding {
  const scored = tallies.filter((tally) => tally.scored > 0);
  const rates = scored.map(rateOf);
  const n = rates.length;
  const passed = rates.reduce((sum, rate) => sum + rate, 0);
  const value = n === 0 ? null : passed / n;
  const { confidence } = scope;
  const isExact = isSingle(scored) && !scope.isSequential;
  const evidence = isExact ? exactShare(passed, n, { floor, confidence }) : boundedMean(rates, floor, confidence);
  return {
    ...named(scope, 'floor', `${claimOf(scope)} at least ${percent(floor)}`),
    limit: floor,
    value,
    n,
    ...evidence,
    found: ({ low, high }) => `${percent(value)} was found, between ${percent(low)} and ${percent(high)} (n=${n})`,
  };
}

/** "The rate is not worse than the baseline's by `margin` or more." **Shapes**: pairs of the area, in the order of drawing. */
export function marginFinding(pairs: readonly Pair[], margin: number, scope: RuleScope): Finding {
  const differences = pairs.map(({ before, after }) => rateOf(after) - rateOf(before));
  const n = differences.length;
  const sum = differences.reduce((total, difference) => total + difference, 0);
  const value = n === 0 ? null : sum / n;
  const { confidence } = scope;
  const isExact = pairs.every(({ before, after }) => isSingle([before, after])) && !scope.isSequential;
  const fixed = differences.filter((difference) => difference > 0).length;
  const broken = differences.filter((difference) => difference < 0).length;
  const evidence = isExact
    ? exactDifference({ fixed, broken, n }, margin, confidence)
    : boundedDifference(differences, margin, confidence);
  return {
    ...named(scope, 'margin', `${claimOf(scope)} not worse than the baseline by ${points(margin)} points`),
    limit: margin,
    value,
    n,
    ...evidence,
    found: ({ low, high }) =>
      `${fixed} samples got better and ${broken} worse: ${signed(value)} points, between ${signed(low)} and ${signed(high)} (n=${n})`,
  };
}

type Evidence = Pick<Finding, 'passP' | 'failP' | 'bounds' | 'needed'>;

function exactShare(
  passed: number,
  n: number,
  { floor, confidence }: { readonly floor: number; readonly confidence: number },
): Evidence {
  return {
    passP: atLeastP(passed, n, floor),
    failP: atMostP(passed, n, floor),
    bounds: () => ({ low: lowerBound(passed, n, confidence), high: upperBound(passed, n, confidence) }),
    needed: (failAlpha) =>
      n === 0 ? null : neededForShare(passed / n, floor, { alpha: 1 - confidence, failAlpha, seen: n }),
  };
}

function exactDifference(pairs: DiscordantPairs, margin: number, confidence: number): Evidence {
  return {
    passP: notWorseP(pairs, margin),
    failP: worseP(pairs, margin),
    bounds: () => differenceBounds(pairs, confidence) ?? { low: null, high: null },
    needed: (failAlpha) =>
      pairs.n === 0 ? null : neededForMargin(pairs, margin, { alpha: 1 - confidence, failAlpha }),
  };
}

/** A difference of −1 to 1 as a value of 0 to 1. */
function boundedDifference(differences: readonly number[], margin: number, confidence: number): Evidence {
  const halved = differences.map((difference) => (1 + difference) / 2);
  const { bounds, ...evidence } = boundedMean(halved, (1 - margin) / 2, confidence);
  const spread = (bound: number | null): number | null => (bound === null ? null : 2 * bound - 1);
  return {
    ...evidence,
    bounds: () => {
      const { low, high } = bounds();
      return { low: spread(low), high: spread(high) };
    },
  };
}

function boundedMean(values: readonly number[], limit: number, confidence: number): Evidence {
  const bounds = new MeanBounds([limit]);
  for (const value of values) bounds.add(value);
  return {
    passP: bounds.aboveP(limit),
    failP: bounds.belowP(limit),
    bounds: () => ({ low: bounds.lower(confidence), high: bounds.upper(confidence) }),
    needed: (failAlpha) => neededForMean(values, limit, { alpha: 1 - confidence, failAlpha }),
  };
}

/** Of each sample one attempt was judged: what comes out is a count, and its tests are exact. */
export function isSingle(tallies: readonly Tally[]): boolean {
  return tallies.every(({ judged }) => judged === 1);
}

function named(
  { suite, area, score, confidence }: RuleScope,
  rule: Finding['rule'],
  claim: string,
): Pick<Finding, 'rule' | 'suite' | 'area' | 'score' | 'claim' | 'alpha'> {
  return { rule, suite, area, score, claim, alpha: 1 - confidence };
}

function claimOf({ area, score }: RuleScope): string {
  return area === null ? score : `${score} in ${area}`;
}

function signed(difference: number | null): string {
  if (difference === null) return 'unknown';
  return `${difference < 0 ? '−' : '+'}${points(Math.abs(difference))}`;
}
