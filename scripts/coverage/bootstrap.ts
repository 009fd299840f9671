/** Cluster bootstrap of a mean over samples: outcomes are drawn, and each is resampled. */

import { type Random, randomStream } from '../../src/core/seed.ts';
import { clusterBootstrap } from '../../src/core/statistics/bootstrap.ts';
import { betaBinomial } from './attempts.ts';
import { covers, type Row, SEED } from './row.ts';

const SIMULATIONS = 1000;
const RESAMPLES = 1000;

/** Rates of four attempts, and differences of two models with four attempts each at the same samples. */
export function bootstrapRows(): Row[] {
  const cells = [20, 50, 200].flatMap((n) =>
    [0.5, 0.9, 0.99].flatMap((rate) => [rateOf(n, rate), differenceOf(n, rate)]),
  );
  const found = cells.map(({ cell, n, truth, draw }, at) => {
    const random = randomStream(SEED, 'bootstrap', at);
    let [percentile, bca] = [0, 0];
    for (let round = 0; round < SIMULATIONS; round++) {
      const values = Array.from({ length: n }, () => draw(random));
      const intervals = clusterBootstrap(values, random, { resamples: RESAMPLES });
      if (intervals && covers(intervals.percentile, truth)) percentile++;
      if (intervals && covers(intervals.bca, truth)) bca++;
    }
    return { cell, percentile: percentile / SIMULATIONS, bca: bca / SIMULATIONS };
  });
  return (['percentile', 'bca'] as const).map((kind) => ({
    name: `mean of K attempts: cluster bootstrap, ${kind === 'bca' ? 'BCa' : kind}`,
    use: 'reading',
    how: `${SIMULATIONS.toLocaleString('en')} draws a cell`,
    cells: found.map((cell) => ({ cell: cell.cell, share: cell[kind] })),
  }));
}

function rateOf(n: number, rate: number) {
  const passed = betaBinomial(4, rate, 0.5);
  return { cell: `n ${n}, rate ${rate}`, n, truth: rate, draw: (random: Random) => passed(random) / 4 };
}

/** The second model loses a tenth of what the first passes. */
function differenceOf(n: number, rate: number) {
  const [before, after] = [betaBinomial(4, rate, 0.5), betaBinomial(4, 0.9 * rate, 0.5)];
  const draw = (random: Random) => (after(random) - before(random)) / 4;
  return { cell: `n ${n}, difference of ${rate} and ${(0.9 * rate).toFixed(3)}`, n, truth: -0.1 * rate, draw };
}
