import { describe, expect, it } from 'vitest';
import { clusteredProportion, clusteredStandardError, standardError } from './clustered.ts';
import { proportion, wilson } from './proportion.ts';

describe('a mean of per-sample means', () => {
  it('with one attempt each is exactly Wilson', () => {
    expect(clusteredProportion([1, 1, 0, 1], 1, 2)).toEqual(proportion(3, 4, 2));
  });

  it('with attempts that always agree counts samples: 16 of 20 samples, four attempts each, is Wilson of 16 of 20', () => {
    // p(1−p)·n(n−1)/Σ(m−p)² = 0.16·380/3.2 = 19, below n = 20, so n it is.
    const means = Array.from({ length: 20 }, (_, sample) => (sample < 16 ? 1 : 0));
    const { low, high } = clusteredProportion(means, 4);
    expect(low).toBeCloseTo(wilson(16, 20)!.low, 14);
    expect(high).toBeCloseTo(wilson(16, 20)!.high, 14);
  });

  it('of a perfect score counts samples: four of four, whatever the attempts', () => {
    expect(clusteredProportion([1, 1, 1, 1], 8)).toEqual(proportion(4, 4));
  });

  it('lies between samples and attempts as its variance says', () => {
    // Means 1, ½, ¼, 1, 1, ½, ½, ¾: mean 0.6875; Σ(m−p)² = 4.375 − 8·0.6875² = 0.59375; 0.6875·0.3125·56/0.59375 = 20.26316;
    // (1.959964/2.364624)² = 0.687020; so 13.9212, between 8 and 32. Wilson of the share 0.6875 at that size follows.
    const means = [1, 0.5, 0.25, 1, 1, 0.5, 0.5, 0.75];
    const found = clusteredProportion(means, 4);
    const size = 13.9212;
    expect(found.low).toBeCloseTo(wilson(0.6875 * size, size)!.low, 5);
    expect(found.high).toBeCloseTo(wilson(0.6875 * size, size)!.high, 5);
  });

  it('of nothing is null, and NaN or no attempts are refused', () => {
    expect(clusteredProportion([], 4, 3)).toEqual({ value: null, n: 0, low: null, high: null, unscored: 3 });
    expect(() => clusteredProportion([Number.NaN], 4)).toThrow('got NaN');
    expect(() => clusteredProportion([1], 0)).toThrow('at least 1, got 0');
  });
});

describe('standard errors', () => {
  const values = [1, 1, 0, 1, 0, 0, 1, 1, 1, 0];

  it('of ten values, six of them 1, is √(0.26667/10) = 0.16330', () => {
    expect(standardError(values)).toBeCloseTo(0.1632993161855452, 12);
  });

  it('with clusters follows equation 4 of Miller (arXiv 2411.00640)', () => {
    // Deviations from 0.6 sum to 0.2, −0.8, 0.8 and −0.2 in the clusters, their squares to 1.36; single squares to 2.4.
    // 2.4/(10·9) + (1.36 − 2.4)/10² = 0.0162667, whose root is 0.127541.
    expect(clusteredStandardError(values, [0, 0, 0, 1, 1, 1, 2, 2, 3, 3])).toBeCloseTo(0.127541, 6);
  });

  it('with clusters of one is the plain one', () => {
    expect(clusteredStandardError(values, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toBeCloseTo(standardError(values)!, 14);
  });

  it('of one value or one cluster is null, and lists of two lengths are refused', () => {
    expect([standardError([1]), clusteredStandardError([1, 0], ['a', 'a'])]).toEqual([null, null]);
    expect(() => clusteredStandardError([1, 0], ['a'])).toThrow('got 1 for 2');
    expect(() => standardError([1, Number.NaN])).toThrow('got NaN');
  });
});
