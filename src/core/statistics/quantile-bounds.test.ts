import { expect, it } from 'vitest';
import { measurementsFor, quantileLowerBound, quantileUpperBound } from './quantile-bounds.ts';

const upTo = (n: number) => Array.from({ length: n }, (_, index) => n - index);

it('a 95% bound of p95 needs 59 measurements and of p99 299: 0.95^59 = 0.0485, 0.99^299 = 0.0495', () => {
  expect(measurementsFor(0.95, 0.95)).toBe(59);
  expect(measurementsFor(0.99, 0.95)).toBe(299);
  expect(quantileUpperBound(upTo(58), 0.95, 0.95)).toBeNull();
  expect(quantileUpperBound(upTo(59), 0.95, 0.95)).toBe(59);
  expect(quantileUpperBound(upTo(298), 0.99, 0.95)).toBeNull();
});

it('the 95% bounds of a median of 10 are the second and the ninth: P(Bin(10, ½) ≤ 1) = 11/1024, and with 2 it would be 56/1024', () => {
  expect(quantileUpperBound(upTo(10), 0.5, 0.95)).toBe(9);
  expect(quantileLowerBound(upTo(10), 0.5, 0.95)).toBe(2);
});

it('values may come in any order and unit, and NaN is refused', () => {
  expect(quantileUpperBound([0.3, 12, -4, 7, 1], 0.5, 0.95)).toBe(12);
  expect(() => quantileUpperBound([1, Number.NaN], 0.5, 0.95)).toThrow('got NaN');
});
