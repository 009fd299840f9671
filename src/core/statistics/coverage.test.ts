import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { binomialMass } from './beta.ts';
import { lowerBound, upperBound } from './binomial.ts';

it('Clopper–Pearson bounds cover at least 95% at every rate, at their worst exactly 95%', () => {
  for (const n of [1, 10, 37, 60]) {
    const bounds = Array.from({ length: n + 1 }, (_, passed) => ({
      low: lowerBound(passed, n, 0.95)!,
      high: upperBound(passed, n, 0.95)!,
    }));
    // Coverage falls to its minima just beside a bound, so that the bounds themselves are the grid.
    for (const rate of bounds.flatMap(({ low, high }) => [low - 1e-9, low + 1e-9, high - 1e-9, high + 1e-9])) {
      if (rate <= 0 || rate >= 1) continue;
      const mass = (covered: (bound: (typeof bounds)[number]) => boolean) =>
        bounds.reduce((sum, bound, passed) => sum + (covered(bound) ? binomialMass(passed, n, rate) : 0), 0);
      expect(mass(({ low }) => low <= rate)).toBeGreaterThan(0.95 - 1e-6);
      expect(mass(({ high }) => high >= rate)).toBeGreaterThan(0.95 - 1e-6);
    }
  }
});

it('the table of docs/coverage.md shows no bound of a gate under nominal', () => {
  const lines = readFileSync(new URL('../../../docs/coverage.md', import.meta.url), 'utf8').split('\n');
  const gates = lines.map((line) => line.split('|').map((part) => part.trim())).filter((parts) => parts[2] === 'gate');
  expect(gates.length).toBeGreaterThanOrEqual(8);
  for (const [, name, , , minimum] of gates) expect(Number(minimum), name).toBeGreaterThanOrEqual(0.95);
});
