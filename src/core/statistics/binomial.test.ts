import { describe, expect, it } from 'vitest';
import { regularizedBeta } from './beta.ts';
import {
  atLeastP,
  atMostP,
  clopperPearson,
  lowerBound,
  midPLowerBound,
  midPUpperBound,
  upperBound,
} from './binomial.ts';

// Tails and quantiles by SciPy 1.x: stats.binom.sf(k - 1, n, p), stats.binom.cdf(k, n, p), stats.beta.ppf(q, a, b), special.betainc(a, b, x).
describe('binomial tails', () => {
  it('agree with SciPy to 12 digits, from 20 to 100,000 draws', () => {
    expect(atLeastP(18, 20, 0.7)).toBeCloseTo(0.035483132298468646, 14);
    expect(atLeastP(1990, 2000, 0.99) / 0.010522510740821934).toBeCloseTo(1, 12);
    expect(atLeastP(99_500, 100_000, 0.995) / 0.5118911590484919).toBeCloseTo(1, 12);
    expect(atMostP(4, 50, 0.2) / 0.018496015060209363).toBeCloseTo(1, 12);
    expect(atMostP(3, 100_000, 1e-5) / 0.98101245625727).toBeCloseTo(1, 12);
    expect(atMostP(940, 1000, 0.99) / 1.8438279840122913e-27).toBeCloseTo(1, 12);
    expect(regularizedBeta(0.9, 0.5, 2.5) / 0.9988855624584926).toBeCloseTo(1, 12);
    expect(regularizedBeta(0.9, 0.5, 0.5) / 0.7951672353008665).toBeCloseTo(1, 12);
  });

  it('add to one, with what was seen counted once', () => {
    for (const [k, n, p] of [
      [1, 1, 0.3],
      [7, 10, 0.7],
      [400, 1000, 0.37],
    ] as const) {
      expect(atLeastP(k, n, p) + atMostP(k - 1, n, p)).toBeCloseTo(1, 13);
    }
  });

  it('are certain or impossible at rates of 0 and 1', () => {
    expect([atLeastP(0, 5, 0), atLeastP(1, 5, 0), atMostP(4, 5, 1), atMostP(5, 5, 1)]).toEqual([1, 0, 0, 1]);
  });
});

describe('Clopper–Pearson bounds', () => {
  it('agree with beta quantiles of SciPy', () => {
    expect(lowerBound(7, 10, 0.95)).toBeCloseTo(0.39337578389458766, 13);
    expect(upperBound(7, 10, 0.95)).toBeCloseTo(0.9127355660858496, 13);
    expect(lowerBound(1990, 2000, 0.95)).toBeCloseTo(0.9915336517944815, 13);
    expect(lowerBound(99_999, 100_000, 0.95)).toBeCloseTo(0.9999525622428261, 13);
  });

  it('of a perfect score are the n-th root of α: 0.05^(1/59) = 0.95049', () => {
    expect(lowerBound(59, 59, 0.95)).toBeCloseTo(0.05 ** (1 / 59), 14);
    expect(upperBound(0, 59, 0.95)).toBeCloseTo(1 - 0.05 ** (1 / 59), 14);
    expect(upperBound(59, 59, 0.95)).toBe(1);
  });

  it('give the published interval of Newcombe (Stat. Med. 17, 1998, 857–872, Table I): 81 of 263 is 0.2527 to 0.3676', () => {
    const interval = clopperPearson(81, 263)!;
    expect(interval.low.toFixed(4)).toBe('0.2527');
    expect(interval.high.toFixed(4)).toBe('0.3676');
  });

  it('refute a rate exactly where its p-value is at most 1 − confidence', () => {
    const bound = lowerBound(18, 20, 0.95)!;
    expect(atLeastP(18, 20, bound)).toBeCloseTo(0.05, 12);
    expect(atMostP(18, 20, upperBound(18, 20, 0.95)!)).toBeCloseTo(0.05, 12);
  });

  it('of nothing are null, and what no sample can give is refused', () => {
    expect([lowerBound(0, 0, 0.95), upperBound(0, 0, 0.95), clopperPearson(0, 0)]).toEqual([null, null, null]);
    expect(() => lowerBound(3, 2, 0.95)).toThrow('at most n = 2, got 3');
    expect(() => lowerBound(1, 2, Number.NaN)).toThrow('got NaN');
    expect(() => atLeastP(1.5, 2, 0.5)).toThrow('got 1.5');
    expect(() => atMostP(1, 2, Number.NaN)).toThrow('got NaN');
  });
});

describe('mid-p bounds', () => {
  it('give the published interval of Newcombe (as above, method 6): 81 of 263 is 0.2544 to 0.3658, 0 of 20 is up to 0.1391', () => {
    expect(midPLowerBound(81, 263, 0.975)?.toFixed(4)).toBe('0.2544');
    expect(midPUpperBound(81, 263, 0.975)?.toFixed(4)).toBe('0.3658');
    expect(midPUpperBound(0, 20, 0.975)?.toFixed(4)).toBe('0.1391');
  });
});
