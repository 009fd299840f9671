import { expect, it } from 'vitest';
import { normalCdf, normalQuantile, studentQuantile } from './normal.ts';

// Values by SciPy 1.x: stats.norm.cdf, stats.norm.ppf, stats.t.ppf.
it('the normal distribution agrees with SciPy, far tails too', () => {
  expect(normalCdf(-5) / 2.866515718791933e-7).toBeCloseTo(1, 12);
  expect(normalCdf(-1.5)).toBeCloseTo(0.06680720126885807, 14);
  expect(normalCdf(2.5)).toBeCloseTo(0.9937903346742238, 14);
  expect(normalQuantile(0.8)).toBeCloseTo(0.8416212335729143, 13);
  expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 12);
  expect(normalQuantile(0.5)).toBeCloseTo(0, 14);
});

it("Student's quantiles agree with SciPy for 1 to 1,999 degrees of freedom", () => {
  expect(studentQuantile(0.975, 1)).toBeCloseTo(12.706204736174694, 10);
  expect(studentQuantile(0.95, 2.5)).toBeCloseTo(2.5582186141359355, 11);
  expect(studentQuantile(0.975, 10)).toBeCloseTo(2.228138851986274, 12);
  expect(studentQuantile(0.025, 1999)).toBeCloseTo(-1.9611514201705613, 11);
});

it('shares of 0 and 1 have no quantile', () => {
  expect(() => normalQuantile(1)).toThrow('between 0 and 1, got 1');
  expect(() => studentQuantile(Number.NaN, 3)).toThrow('got NaN');
});
