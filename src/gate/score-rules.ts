/** Floors and margins: what a model scores, alone and beside the baseline on the same samples. */

import type { Pair } from '../core/pairing.ts';
import { atLeastP, atMostP, lowerBound, upperBound } from '../core/statistics/binomial.ts';
import { boundedMean } from '../core/statistics/bounded-mean.ts';
import { differenceBounds, notWorseP, worseP } from '../core/statistics/exact-difference.ts';
import { rateOf, type Tally } from '../core/tallies.ts';
import type { Score } from '../core/verdict.ts';
import type { Finding } from './finding.ts';
import { neededForMean, neededForShare } from './needed.ts';
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
  const evidence = isExact
    ? {
        passP: atLeastP(passed, n, floor),
        failP: atMostP(passed, n, floor),
        low: lowerBound(passed, n, confidence),
        high: upperBound(passed, n, confidence),
      }
    : boundedEvidence(rates, floor, confidence);
  return {
    ...named(scope, 'floor', `${claimOf(scope)} at least ${percent(floor)}`),
    limit: floor,
    value,
    n,
    ...evidence,
    found: `${percent(value)} was found, between ${percent(evidence.low)} and ${percent(evidence.high)} (n=${n})`,
    needed: () => (value === null ? null : neededForShare(value, floor, 1 - confidence)),
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
  const evidence = isExact
    ? exactEvidence(differences, margin, confidence)
    : differenceEvidence(differences, margin, confidence);
  const fixed = differences.filter((difference) => difference > 0).length;
  const broken = differences.filter((difference) => difference < 0).length;
  const squares = differences.reduce((total, difference) => total + difference ** 2, 0);
  return {
    ...named(scope, 'margin', `${claimOf(scope)} not worse than the baseline by ${points(margin)} points`),
    limit: margin,
    value,
    n,
    ...evidence,
    found: `${fixed} samples got better and ${broken} worse: ${signed(value)} points, between ${signed(evidence.low)} and ${signed(evidence.high)} (n=${n})`,
    needed: () =>
      value === null
        ? null
        : neededForMean(value, -margin, { variance: Math.max(squares / n - value ** 2, 1 / n), alpha: 1 - confidence }),
  };
}

type Evidence = Pick<Finding, 'passP' | 'failP' | 'low' | 'high'>;

function exactEvidence(differences: readonly number[], margin: number, confidence: number): Evidence {
  const n = differences.length;
  const fixed = differences.filter((difference) => difference > 0).length;
  const pairs = { fixed, broken: differences.filter((difference) => difference < 0).length, n };
  const bounds = differenceBounds(pairs, confidence);
  const [low, high] = [bounds?.low ?? null, bounds?.high ?? null];
  return { passP: notWorseP(pairs, margin), failP: worseP(pairs, margin), low, high };
}

/** A difference of −1 to 1 as a value of 0 to 1. */
function differenceEvidence(differences: readonly number[], margin: number, confidence: number): Evidence {
  const halved = differences.map((difference) => (1 + difference) / 2);
  const { low, high, ...ps } = boundedEvidence(halved, (1 - margin) / 2, confidence);
  const spread = (bound: number | null): number | null => (bound === null ? null : 2 * bound - 1);
  return { ...ps, low: spread(low), high: spread(high) };
}

function boundedEvidence(values: readonly number[], limit: number, confidence: number): Evidence {
  const { aboveP, belowP, low, high } = boundedMean(values, limit, confidence);
  return { passP: aboveP, failP: belowP, low, high };
}

function isSingle(tallies: readonly Tally[]): boolean {
  return tallies.every(({ judged }) => judged === 1);
}

function named(
  { suite, area, score }: RuleScope,
  rule: Finding['rule'],
  claim: string,
): Pick<Finding, 'rule' | 'suite' | 'area' | 'score' | 'claim'> {
  return { rule, suite, area, score, claim };
}

function claimOf({ area, score }: RuleScope): string {
  return area === null ? score : `${score} in ${area}`;
}

function signed(difference: number | null): string {
  if (difference === null) return 'unknown';
  return `${difference < 0 ? '−' : '+'}${points(Math.abs(difference))}`;
}
