/** Intervals of a mean over samples with K attempts each: outcomes are drawn. */

import { type Random, randomStream } from '../../src/core/seed.ts';
import { clusteredProportion, standardError } from '../../src/core/statistics/clustered.ts';
import { type Interval, wilson, Z95 } from '../../src/core/statistics/proportion.ts';
import { covers, type Row, SEED, sum } from './row.ts';

const SIMULATIONS = 2000;

/** Samples with K attempts each, whose chances vary from sample to sample as a beta distribution: a beta-binomial. */
export function clusteredRows(): Row[] {
  const ways: [string, (means: number[], attempts: number) => Interval | null][] = [
    ['Wilson on an effective size', (means, attempts) => definite(clusteredProportion(means, attempts))],
    [
      'Wilson as if attempts were independent (for contrast, unused)',
      (means, attempts) => wilson(sum(means) * attempts, means.length * attempts),
    ],
    ['mean ± 1.96 standard errors', normalInterval],
  ];
  const cells = [20, 50, 200, 1000].flatMap((n) =>
    [2, 4, 8].flatMap((attempts) =>
      [0.5, 0.8, 0.9, 0.95, 0.99].flatMap((rate) =>
        [0, 0.2, 0.5, 0.9].map((within) => ({ n, attempts, rate, within })),
      ),
    ),
  );
  const counts = ways.map(() => cells.map(() => 0));
  cells.forEach((cell, at) => {
    const random = randomStream(SEED, 'clustered', at);
    const draw = betaBinomial(cell.attempts, cell.rate, cell.within);
    for (let round = 0; round < SIMULATIONS; round++) {
      const means = Array.from({ length: cell.n }, () => draw(random) / cell.attempts);
      ways.forEach(([, interval], way) => {
        const found = interval(means, cell.attempts);
        if (found && covers(found, cell.rate)) counts[way]![at]!++;
      });
    }
  });
  return ways.map(([name], way) => ({
    name: `mean of K attempts: ${name}`,
    use: 'reading',
    how: `${SIMULATIONS.toLocaleString('en')} draws a cell`,
    cells: cells.map(({ n, attempts, rate, within }, at) => ({
      cell: `n ${n}, K ${attempts}, rate ${rate}, correlation ${within}`,
      share: counts[way]![at]! / SIMULATIONS,
    })),
  }));
}

/** Draws the passed ones of `attempts` with the given correlation within a sample. */
export function betaBinomial(attempts: number, rate: number, within: number): (random: Random) => number {
  const masses: number[] = [];
  const strength = within === 0 ? 1e9 : 1 / within - 1;
  const [a, b] = [rate * strength, (1 - rate) * strength];
  let mass = 1;
  for (let failed = 0; failed < attempts; failed++) mass *= (b + failed) / (a + b + failed);
  for (let passed = 0; passed <= attempts; passed++) {
    masses.push(mass);
    mass *= (((attempts - passed) / (passed + 1)) * (a + passed)) / (b + attempts - passed - 1);
  }
  return (random) => {
    let left = random.next();
    for (let passed = 0; passed < attempts; passed++) {
      left -= masses[passed]!;
      if (left < 0) return passed;
    }
    return attempts;
  };
}

function normalInterval(means: number[]): Interval | null {
  const error = standardError(means);
  const centre = sum(means) / means.length;
  return error === null ? null : { low: centre - Z95 * error, high: centre + Z95 * error };
}

function definite({ low, high }: { low: number | null; high: number | null }): Interval | null {
  return low === null || high === null ? null : { low, high };
}
