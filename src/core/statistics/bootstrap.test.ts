import { describe, expect, it } from 'vitest';
import { randomStream } from '../seed.ts';
import { clusterBootstrap } from './bootstrap.ts';

describe('against scipy 1.17.1', () => {
  // scipy.stats.bootstrap((x,), np.mean, n_resamples=1000000, method='percentile' and 'BCa', random_state=1)
  it('means of few different values', () => {
    const x = [0.5, -0.25, 0, 0, 1, 0.25, -0.5, 0, 0.75, 0.25, 0, -0.25, 1, 0.5, 0, 0];
    const { percentile, bca } = clusterBootstrap(x, randomStream(1), { resamples: 1_000_000 })!;
    // The means are multiples of 1/64: of a million resamples either gives the same one
    expect(percentile).toEqual({ low: 0, high: 0.421875 });
    expect(bca).toEqual({ low: 0.015625, high: 0.4375 });
  });

  it('means of many different values', () => {
    const skewed = Array.from({ length: 100 }, (_, index) => Math.exp((index + 1) / 25)); // np.exp(np.arange(1, 101)/25)
    const { percentile, bca } = clusterBootstrap(skewed, randomStream(1), { resamples: 100_000 })!;
    // A quantile's own error at 100,000 resamples: √(0.025·0.975/100,000)/0.058 of a deviation of 1.42, 0.012; four of them
    const isNear = (value: number, published: number): void => expect(Math.abs(value - published)).toBeLessThan(0.05);
    isNear(percentile.low, 10.9836);
    isNear(percentile.high, 16.5345);
    isNear(bca.low, 11.1394);
    isNear(bca.high, 16.7335);
  });
});

it.each([
  // The resampled mean of n shares is Bin(n, p)/n exactly: scipy.stats.binom.ppf([.025, .975], n, p)/n
  [100, 20, 0.12, 0.28],
  [10_000, 300, 0.0267, 0.0334],
])('of %i zeros and ones with %i ones, the quantiles of the binomial', (n, ones, low, high) => {
  const values = Array.from({ length: n }, (_, index) => (index < ones ? 1 : 0));
  const { percentile } = clusterBootstrap(values, randomStream(2))!;
  // A tail's share of 10,000 draws is right to ±0.0016, less than the next step's share of n = 100, three steps of 10,000
  expect(Math.abs(percentile.low - low)).toBeLessThanOrEqual(3 / 10_000);
  expect(Math.abs(percentile.high - high)).toBeLessThanOrEqual(3 / 10_000);
});

it('counts and single draws have one distribution', () => {
  // 65 values and more are drawn singly: a negligible spread moves the same data from one way to the other
  const values = Array.from({ length: 200 }, (_, index) => (index % 10 === 0 ? 1 : index % 7 === 0 ? -1 : 0));
  const spread = values.map((value, index) => value + index * 1e-9);
  const counted = clusterBootstrap(values, randomStream(5), { resamples: 100_000 })!;
  const single = clusterBootstrap(spread, randomStream(6), { resamples: 100_000 })!;
  for (const end of ['low', 'high'] as const) {
    // One step of 1/200 either way, and the spread
    expect(Math.abs(counted.percentile[end] - single.percentile[end])).toBeLessThan(0.0051);
  }
});

it('equal values have no spread', () => {
  const { percentile, bca } = clusterBootstrap([0.25, 0.25, 0.25], randomStream(1))!;
  expect(percentile).toEqual({ low: 0.25, high: 0.25 });
  expect(bca).toEqual({ low: 0.25, high: 0.25 });
});

it('same seed, same interval; no values, no interval', () => {
  const values = Array.from({ length: 90 }, (_, index) => Math.sin(index));
  expect(clusterBootstrap(values, randomStream(3))).toEqual(clusterBootstrap(values, randomStream(3)));
  expect(clusterBootstrap([], randomStream(3))).toBeNull();
});

it('many different values get fewer resamples, and the result says how many', () => {
  const values = Array.from({ length: 100_000 }, (_, index) => Math.sin(index));
  expect(clusterBootstrap(values, randomStream(3))!.resamples).toBe(2000);
});

it('what is no number is refused', () => {
  expect(() => clusterBootstrap([0, Number.NaN], randomStream(1))).toThrow(
    expect.objectContaining({ code: 'record', place: 'value 1' }),
  );
  for (const options of [{ confidence: 1 }, { confidence: Number.NaN }, { resamples: 0 }]) {
    expect(() => clusterBootstrap([0, 1], randomStream(1), options)).toThrow(
      expect.objectContaining({ code: 'config' }),
    );
  }
});
