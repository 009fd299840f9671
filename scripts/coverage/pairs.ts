/** Intervals and tests of a paired difference: every likely outcome is enumerated. */

import { binomialMass } from '../../src/core/statistics/beta.ts';
import { differenceBounds, notWorseP, worseP } from '../../src/core/statistics/exact-difference.ts';
import { normalCdf } from '../../src/core/statistics/normal.ts';
import {
  type DiscordantPairs,
  newcombeInterval,
  tangoInterval,
  tangoScore,
} from '../../src/core/statistics/paired-difference.ts';
import type { Interval } from '../../src/core/statistics/proportion.ts';
import { ALPHA, covers, type Row } from './row.ts';

const inverted = new Map<string, Interval>();

interface PairCell {
  readonly n: number;
  readonly fixedRate: number;
  readonly brokenRate: number;
  readonly difference: number;
  readonly cell: string;
}

/** Discordance and difference, from an equal model to one that only breaks. */
function pairCells(sizes: readonly number[]): PairCell[] {
  return sizes.flatMap((n) =>
    [0.01, 0.02, 0.05, 0.1, 0.2, 0.4].flatMap((discordance) =>
      [0, -0.25, -0.5, -1].map((share) => {
        const difference = share * discordance;
        const [fixedRate, brokenRate] = [(discordance + difference) / 2, (discordance - difference) / 2];
        return { n, fixedRate, brokenRate, difference, cell: `n ${n}, discordance ${discordance}, Δ ${difference}` };
      }),
    ),
  );
}

/** Calls `visit` with every likely (fixed, broken) and its probability; what is left out sums to less than 1e-9. */
function eachPair(cell: PairCell, visit: (fixed: number, broken: number, mass: number) => void): void {
  const rest = cell.brokenRate / (1 - cell.fixedRate);
  for (let fixed = 0; fixed <= cell.n; fixed++) {
    const outer = binomialMass(fixed, cell.n, cell.fixedRate);
    if (outer < 1e-13) continue;
    for (let broken = 0; broken <= cell.n - fixed; broken++) {
      const mass = outer * binomialMass(broken, cell.n - fixed, rest);
      if (mass > 1e-15) visit(fixed, broken, mass);
    }
  }
}

export function pairRows(): Row[] {
  const cells = pairCells([10, 20, 50, 100, 200, 500]);
  const tango = cells.map((cell) => {
    let share = 0;
    eachPair(cell, (fixed, broken, mass) => {
      if (covers(tangoInterval({ fixed, broken, n: cell.n })!, cell.difference)) share += mass;
    });
    return { cell: cell.cell, share };
  });
  // Newcombe's interval sees the samples that both have right as well: 90% of those on which the models agree.
  const newcombe = cells.map((cell) => {
    let share = 0;
    eachPair(cell, (fixed, broken, mass) => {
      if (mass < 1e-10) return;
      const agreed = cell.n - fixed - broken;
      for (let both = 0; both <= agreed; both++) {
        const part = binomialMass(both, agreed, 0.9);
        if (part < 1e-9) continue;
        const interval = newcombeInterval({ fixed, broken, both, n: cell.n })!;
        if (covers(interval, cell.difference)) share += mass * part;
      }
    });
    return { cell: cell.cell, share };
  });
  return [
    { name: 'paired difference: Tango, two-sided', use: 'reading', how: 'enumerated', cells: tango },
    { name: 'paired difference: Newcombe, two-sided', use: 'reading', how: 'enumerated', cells: newcombe },
  ];
}

/** The exact test covers a difference where it does not refute it. The bounds themselves are inverted for small n, where that is quick. */
export function exactPairRows(): Row[] {
  const rows: [string, number[], (fixed: number, broken: number, cell: PairCell) => boolean][] = [
    [
      'test of not worse',
      [10, 20, 50, 100, 200, 500, 2000],
      (fixed, broken, { n, difference }) => refutes(notWorseP, { fixed, broken, n }, -difference),
    ],
    [
      'test of worse',
      [10, 20, 50, 100, 200, 500, 2000],
      (fixed, broken, { n, difference }) => refutes(worseP, { fixed, broken, n }, -difference),
    ],
    ['lower bound', [10, 20, 50], (fixed, broken, { n, difference }) => boundsOf(fixed, broken, n).low > difference],
    ['upper bound', [10, 20, 50], (fixed, broken, { n, difference }) => boundsOf(fixed, broken, n).high < difference],
  ];
  return rows.map(([name, sizes, isMissed]) => ({
    name: `paired difference: exact, ${name}`,
    use: 'gate',
    how: 'enumerated',
    cells: pairCells(sizes).map((cell) => {
      let missed = 0;
      eachPair(cell, (fixed, broken, mass) => {
        if (isMissed(fixed, broken, cell)) missed += mass;
      });
      return { cell: cell.cell, share: 1 - missed };
    }),
  }));
}

/** Above n = 100 the exact p-value is asked for only where the score's own is near enough to the level for the answer to be in doubt. */
function refutes(
  test: (pairs: DiscordantPairs, margin: number) => number,
  pairs: DiscordantPairs,
  margin: number,
): boolean {
  if (pairs.n > 100) {
    const score = tangoScore(pairs.fixed, pairs.broken, pairs.n, -margin);
    const approximate = normalCdf(test === notWorseP ? -score : score);
    if (approximate > 0.2) return false;
    if (approximate < 0.005) return true;
  }
  return test(pairs, margin) <= ALPHA;
}

function boundsOf(fixed: number, broken: number, n: number): Interval {
  const key = `${fixed} ${broken} ${n}`;
  const known = inverted.get(key) ?? differenceBounds({ fixed, broken, n }, 1 - ALPHA)!;
  inverted.set(key, known);
  return known;
}
