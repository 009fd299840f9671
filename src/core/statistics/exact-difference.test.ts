import { describe, expect, it } from 'vitest';
import { binomialMass } from './beta.ts';
import { differenceBounds, notWorseP, worseP } from './exact-difference.ts';

describe('the exact test of a paired difference', () => {
  // By brute force in Python: every table of n samples ordered by a score whose restricted likelihood is maximised numerically
  // (scipy.optimize.minimize_scalar), its probability by scipy.stats.multinomial, the largest over 4,001 rates of discordance within the
  // Clopper–Pearson interval at 1e-6 by scipy.stats.beta, plus 1e-6.
  it.each([
    [2, 5, 20, 0.1, 0.6817355662],
    [0, 0, 12, 0.2, 0.0687204767],
    [6, 1, 15, -0.1, 0.1145184447],
    [1, 4, 25, 0.3, 0.0411990239],
    [3, 3, 18, 0, 0.8707068339],
    [10, 0, 10, -0.4, 0.0282485249],
  ])('%i fixed, %i broken of %i at a margin of %f has p = %f, as by brute force', (fixed, broken, n, margin, p) => {
    expect(Math.abs(notWorseP({ fixed, broken, n }, margin) - p)).toBeLessThan(2e-8);
    expect(worseP({ fixed: broken, broken: fixed, n }, -margin)).toBe(notWorseP({ fixed, broken, n }, margin));
  });

  it('without discordant pairs has p = (1 − margin)^n: 0.98^149 = 0.0493', () => {
    expect(notWorseP({ fixed: 0, broken: 0, n: 149 }, 0.02)).toBeCloseTo(0.98 ** 149, 5);
    expect(notWorseP({ fixed: 0, broken: 0, n: 148 }, 0.02)).toBeGreaterThan(0.05);
  });

  it('takes 100,000 samples, where it agrees with the normal approximation', () => {
    // Δ = −0.0165 is 0.0035 above −0.02; a standard error is √((0.1 − 0.02²)/100,000) = 0.000998; 3.507 of them leave 2.27e-4.
    // Half a step of the lattice adds 0.5/100·φ(3.507) = 4e-6, skewness −0.002 adds 0.002/6·(3.507² − 1)·φ(3.507) = 3e-6, and 1e-6 is for rates left out.
    expect(notWorseP({ fixed: 4175, broken: 5825, n: 100_000 }, 0.02) * 1e6).toBeCloseTo(235, 0);
    expect(worseP({ fixed: 4175, broken: 5825, n: 100_000 }, 0.02)).toBeCloseTo(1 - 2.3e-4, 5);
  });

  it('never rejects more than 5% of models at the margin, for n of 10 to 60 and 25 rates of discordance', () => {
    for (const [n, margin] of [
      [10, 0.1],
      [25, 0.05],
      [40, 0.1],
      [60, 0.02],
    ] as const) {
      const refuted = { notWorse: [] as [number, number][], worse: [] as [number, number][] };
      for (let fixed = 0; fixed <= n; fixed++) {
        for (let broken = 0; broken <= n - fixed; broken++) {
          if (notWorseP({ fixed, broken, n }, margin) <= 0.05) refuted.notWorse.push([fixed, broken]);
          if (worseP({ fixed, broken, n }, margin) <= 0.05) refuted.worse.push([fixed, broken]);
        }
      }
      for (let step = 0; step <= 24; step++) {
        const discordance = margin + ((1 - margin) * step) / 24;
        const fixedRate = (discordance - margin) / 2;
        for (const region of [refuted.notWorse, refuted.worse]) {
          const size = region.reduce(
            (sum, [fixed, broken]) =>
              sum +
              binomialMass(fixed, n, fixedRate) *
                binomialMass(broken, n - fixed, (discordance + margin) / 2 / (1 - fixedRate)),
            0,
          );
          expect(size).toBeLessThanOrEqual(0.05);
        }
      }
    }
  });
});

describe('bounds of a paired difference', () => {
  it('without discordant pairs are ±(1 − α^(1/n)): 1 − 0.05^(1/200) = 0.01487', () => {
    const { low, high } = differenceBounds({ fixed: 0, broken: 0, n: 200 }, 0.95)!;
    expect(low).toBeCloseTo(0.05 ** (1 / 200) - 1, 5);
    expect(high).toBeCloseTo(1 - 0.05 ** (1 / 200), 5);
  });

  it('with every pair fixed are 2·α^(1/n) − 1 and 1: 2·0.05^(1/10) − 1 = 0.4823', () => {
    const { low, high } = differenceBounds({ fixed: 10, broken: 0, n: 10 }, 0.95)!;
    expect(low).toBeCloseTo(2 * 0.05 ** 0.1 - 1, 4);
    expect(high).toBe(1);
    expect(differenceBounds({ fixed: 0, broken: 10, n: 10 }, 0.95)).toEqual({ low: -1, high: -low });
  });

  it('of one sample that no model changes are ±0.95', () => {
    expect(differenceBounds({ fixed: 0, broken: 0, n: 1 }, 0.95)!.low).toBeCloseTo(-0.95, 4);
  });

  it('refute exactly what the test refutes', () => {
    const pairs = { fixed: 6, broken: 9, n: 150 };
    const { low, high } = differenceBounds(pairs, 0.95)!;
    expect(notWorseP(pairs, -low)).toBeCloseTo(0.05, 5);
    expect(notWorseP(pairs, -low + 1e-4)).toBeLessThan(0.05);
    expect(worseP(pairs, -high)).toBeCloseTo(0.05, 5);
  });

  it('of nothing are null, and what no pairs can give is refused', () => {
    expect(differenceBounds({ fixed: 0, broken: 0, n: 0 }, 0.95)).toBeNull();
    expect(notWorseP({ fixed: 0, broken: 0, n: 0 }, 0.02)).toBe(1);
    expect(() => notWorseP({ fixed: 2, broken: 2, n: 3 }, 0.02)).toThrow('at most n = 3, got 4');
    expect(() => notWorseP({ fixed: 1, broken: 1, n: 3 }, Number.NaN)).toThrow('got NaN');
  });
});
