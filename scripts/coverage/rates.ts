/** Intervals of a rate, and bounds of a quantile: every outcome is enumerated. */

import { binomialMass } from '../../src/core/statistics/beta.ts';
import {
  clopperPearson,
  lowerBound,
  midPLowerBound,
  midPUpperBound,
  upperBound,
} from '../../src/core/statistics/binomial.ts';
import { type Interval, wilson } from '../../src/core/statistics/proportion.ts';
import { measurementsFor, quantileLowerBound, quantileUpperBound } from '../../src/core/statistics/quantile-bounds.ts';
import { ALPHA, covers, type Row, sum } from './row.ts';

const SIZES = [10, 20, 50, 100, 200, 500, 1000, 2000];
const RATES = [0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];

export function rateRows(): Row[] {
  const bounds: [string, Row['use'], (passed: number, n: number) => Interval | null][] = [
    ['Wilson, two-sided', 'reading', (passed, n) => wilson(passed, n)],
    ['Clopper–Pearson, two-sided', 'reading', (passed, n) => clopperPearson(passed, n)],
    ['Clopper–Pearson, lower', 'gate', (passed, n) => ({ low: lowerBound(passed, n, 1 - ALPHA)!, high: 1 })],
    ['Clopper–Pearson, upper', 'gate', (passed, n) => ({ low: 0, high: upperBound(passed, n, 1 - ALPHA)! })],
    ['mid-p, lower', 'reading', (passed, n) => ({ low: midPLowerBound(passed, n, 1 - ALPHA)!, high: 1 })],
    ['mid-p, upper', 'reading', (passed, n) => ({ low: 0, high: midPUpperBound(passed, n, 1 - ALPHA)! })],
  ];
  return bounds.map(([name, use, bound]) => ({
    name: `rate: ${name}`,
    use,
    how: 'enumerated',
    cells: SIZES.flatMap((n) => {
      const intervals = Array.from({ length: n + 1 }, (_, passed) => bound(passed, n)!);
      return RATES.map((rate) => ({
        cell: `n ${n}, rate ${rate}`,
        share: intervals.reduce((sum, at, passed) => sum + (covers(at, rate) ? binomialMass(passed, n, rate) : 0), 0),
      }));
    }),
  }));
}

/** Of a continuous distribution: the k-th smallest of n covers like a binomial tail, and the values 1 to n are their own ranks. */
export function quantileRows(): Row[] {
  const cells = [0.5, 0.95, 0.99].flatMap((q) =>
    [59, 100, 200, 299, 500, 1000, 2000].filter((n) => n >= measurementsFor(q, 1 - ALPHA)).map((n) => ({ n, q })),
  );
  const ranks = (n: number) => Array.from({ length: n }, (_, index) => index + 1);
  const below = (n: number, q: number, rank: number) => sum(ranks(rank).map((k) => binomialMass(k - 1, n, q)));
  const upper = cells.map(({ n, q }) => ({
    cell: `n ${n}, quantile ${q}`,
    share: below(n, q, quantileUpperBound(ranks(n), q, 1 - ALPHA)!),
  }));
  const lower = cells.flatMap(({ n, q }) => {
    const rank = quantileLowerBound(ranks(n), q, 1 - ALPHA);
    return rank === null ? [] : [{ cell: `n ${n}, quantile ${q}`, share: 1 - below(n, q, rank) }];
  });
  return [
    { name: 'quantile: order statistic, upper', use: 'gate', how: 'enumerated', cells: upper },
    { name: 'quantile: order statistic, lower', use: 'gate', how: 'enumerated', cells: lower },
  ];
}
