/** Betting bounds of a mean: enumerated for a fixed size, drawn for a look after every sample. */

import { type Random, randomStream } from '../../src/core/seed.ts';
import { binomialMass } from '../../src/core/statistics/beta.ts';
import { MeanBounds } from '../../src/core/statistics/bounded-mean.ts';
import { betaBinomial } from './attempts.ts';
import { ALPHA, covers, type Row, SEED, sum } from './row.ts';

const RATES = [0.5, 0.9, 0.95, 0.99, 0.999];
const SIMULATIONS = 2000;
/** Looks: one after each sample. */
const LONGEST = 2000;

interface Source {
  readonly cell: string;
  readonly mean: number;
  readonly draw: (random: Random) => number;
}

export function bettingRows(): Row[] {
  return [...fixedRows(), ...sequentialRows()];
}

function fixedRows(): Row[] {
  const cells = [10, 20, 50, 100, 200, 500, 1000].flatMap((n) => {
    const bounds = Array.from({ length: n + 1 }, (_, passed) => boundsOf(passed, n));
    return RATES.map((rate) => {
      const share = (isCovered: (bound: { low: number; high: number }) => boolean) =>
        sum(bounds.map((bound, passed) => (isCovered(bound) ? binomialMass(passed, n, rate) : 0)));
      return {
        cell: `n ${n}, rate ${rate}`,
        lower: share(({ low }) => covers({ low, high: 1 }, rate)),
        upper: share(({ high }) => covers({ low: 0, high }, rate)),
      };
    });
  });
  return (['lower', 'upper'] as const).map((side) => ({
    name: `mean of 0 to 1: betting, ${side}`,
    use: 'gate',
    how: 'enumerated',
    cells: cells.map((cell) => ({ cell: cell.cell, share: cell[side] })),
  }));
}

function boundsOf(passed: number, n: number): { low: number; high: number } {
  const bounds = new MeanBounds();
  for (let sample = 0; sample < n; sample++) bounds.add(sample < passed ? 1 : 0);
  return { low: bounds.lower(1 - ALPHA)!, high: bounds.upper(1 - ALPHA)! };
}

/** A true mean is missed where any of the looks refutes it. */
function sequentialRows(): Row[] {
  const sources = [...RATES.flatMap(attemptSources), ...[0.02, 0.1, 0.4].flatMap(pairSources)];
  const found = sources.map(({ cell, mean, draw }, at) => {
    const random = randomStream(SEED, 'betting', at);
    let [above, below] = [0, 0];
    for (let round = 0; round < SIMULATIONS; round++) {
      const bounds = new MeanBounds([mean]);
      for (let sample = 0; sample < LONGEST; sample++) bounds.add(draw(random));
      if (bounds.isAbove(mean, 1 - ALPHA)) above++;
      if (bounds.isBelow(mean, 1 - ALPHA)) below++;
    }
    return { cell, lower: 1 - above / SIMULATIONS, upper: 1 - below / SIMULATIONS };
  });
  return (['lower', 'upper'] as const).map((side) => ({
    name: `mean of 0 to 1: betting, ${side}, a look after each of ${LONGEST.toLocaleString('en')} samples`,
    use: 'gate',
    how: `${SIMULATIONS.toLocaleString('en')} draws a cell`,
    cells: found.map((cell) => ({ cell: cell.cell, share: cell[side] })),
  }));
}

function attemptSources(rate: number): Source[] {
  return [1, 4].map((attempts) => {
    const passed = betaBinomial(attempts, rate, 0.5);
    return { cell: `rate ${rate}, K ${attempts}`, mean: rate, draw: (random) => passed(random) / attempts };
  });
}

/** A difference of −1, 0 or 1 as 0, ½ or 1. */
function pairSources(discordance: number): Source[] {
  return [0, -0.5].map((share) => {
    const difference = share * discordance;
    const fixedRate = (discordance + difference) / 2;
    const draw = (random: Random): number => {
      const at = random.next();
      if (at < fixedRate) return 1;
      return at < discordance ? 0 : 0.5;
    };
    return { cell: `discordance ${discordance}, Δ ${difference}`, mean: (difference + 1) / 2, draw };
  });
}
