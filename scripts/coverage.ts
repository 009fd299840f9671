/**
 * How often each interval and bound of the project covers the truth, over a grid of sizes and rates: writes docs/coverage.md.
 * Run: npx jiti scripts/coverage.ts
 */

import { writeFileSync } from 'node:fs';
import { type Random, randomStream } from '../src/core/seed.ts';
import { binomialMass } from '../src/core/statistics/beta.ts';
import {
  clopperPearson,
  lowerBound,
  midPLowerBound,
  midPUpperBound,
  upperBound,
} from '../src/core/statistics/binomial.ts';
import { clusteredProportion, standardError } from '../src/core/statistics/clustered.ts';
import { differenceBounds, notWorseP, worseP } from '../src/core/statistics/exact-difference.ts';
import { normalCdf } from '../src/core/statistics/normal.ts';
import { newcombeInterval, tangoInterval, tangoScore } from '../src/core/statistics/paired-difference.ts';
import { type Interval, wilson, Z95 } from '../src/core/statistics/proportion.ts';
import { measurementsFor, quantileLowerBound, quantileUpperBound } from '../src/core/statistics/quantile-bounds.ts';

const SEED = 20260101;
const SIMULATIONS = 2000;
const ALPHA = 0.05;
/** Rounding of sums of probabilities. */
const ROUNDING = 1e-9;

/** Whether a gate stands on it, or it is for reading only. */
type Use = 'gate' | 'reading';

interface Coverage {
  readonly cell: string;
  readonly share: number;
}

interface Row {
  readonly name: string;
  readonly use: Use;
  readonly how: string;
  readonly cells: readonly Coverage[];
}

const SIZES = [10, 20, 50, 100, 200, 500, 1000, 2000];
const inverted = new Map<string, Interval>();
const RATES = [0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];

const rows = [...rateRows(), ...pairRows(), ...exactPairRows(), ...clusteredRows(), ...quantileRows()];
writeFileSync(new URL('../docs/coverage.md', import.meta.url), page(rows));

function rateRows(): Row[] {
  const bounds: [string, Use, (passed: number, n: number) => Interval | null][] = [
    ['Wilson, two-sided', 'reading', (passed, n) => wilson(passed, n)],
    ['Clopper–Pearson, two-sided', 'reading', (passed, n) => clopperPearson(passed, n)],
    ['Clopper–Pearson, lower', 'gate', (passed, n) => ({ low: lowerBound(passed, n, 1 - ALPHA)!, high: 1 })],
    ['Clopper–Pearson, upper', 'gate', (passed, n) => ({ low: 0, high: upperBound(passed, n, 1 - ALPHA)! })],
    ['mid-p, lower', 'reading', (passed, n) => ({ low: midPLowerBound(passed, n, 1 - ALPHA)!, high: 1 })],
    ['mid-p, upper', 'reading', (passed, n) => ({ low: 0, high: midPUpperBound(passed, n, 1 - ALPHA)! })],
  ];
  return bounds.map(([name, use, bound]) => ({
    name: `rate: ${name}`,
    use,
    how: 'enumerated',
    cells: SIZES.flatMap((n) => {
      const intervals = Array.from({ length: n + 1 }, (_, passed) => bound(passed, n)!);
      return RATES.map((rate) => ({
        cell: `n ${n}, rate ${rate}`,
        share: intervals.reduce((sum, at, passed) => sum + (covers(at, rate) ? binomialMass(passed, n, rate) : 0), 0),
      }));
    }),
  }));
}

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

/** Calls `visit` with every likely (fixed, broken) and its probability; what is left out sums to less than 1e-9 and counts as not covered. */
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

function pairRows(): Row[] {
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
      if (mass < 1e-7) return;
      const agreed = cell.n - fixed - broken;
      for (let both = 0; both <= agreed; both++) {
        const part = binomialMass(both, agreed, 0.9);
        if (part < 1e-6) continue;
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
function exactPairRows(): Row[] {
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

type Pairs = { readonly fixed: number; readonly broken: number; readonly n: number };

/** Above n = 100 the exact p-value is asked for only where the score's own is near enough to the level for the answer to be in doubt. */
function refutes(test: (pairs: Pairs, margin: number) => number, pairs: Pairs, margin: number): boolean {
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

/** Samples with K attempts each, whose chances vary from sample to sample as a beta distribution: a beta-binomial. */
function clusteredRows(): Row[] {
  const ways: [string, (means: number[], attempts: number) => Interval | null][] = [
    ['Wilson on an effective size', (means, attempts) => definite(clusteredProportion(means, attempts))],
    [
      'Wilson as if attempts were independent',
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
function betaBinomial(attempts: number, rate: number, within: number): (random: Random) => number {
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

/** Of a continuous distribution: the k-th smallest of n covers like a binomial tail, and the values 1 to n are their own ranks. */
function quantileRows(): Row[] {
  const cells = [0.5, 0.95, 0.99].flatMap((q) =>
    [59, 100, 200, 299, 500, 1000, 2000].filter((n) => n >= measurementsFor(q, 1 - ALPHA)).map((n) => ({ n, q })),
  );
  const ranks = (n: number) => Array.from({ length: n }, (_, index) => index + 1);
  const below = (n: number, q: number, rank: number) => sum(ranks(rank).map((k) => binomialMass(k - 1, n, q)));
  const upper = cells.map(({ n, q }) => ({
    cell: `n ${n}, quantile ${q}`,
    share: below(n, q, quantileUpperBound(ranks(n), q, 1 - ALPHA)!),
  }));
  const lower = cells.flatMap(({ n, q }) => {
    const rank = quantileLowerBound(ranks(n), q, 1 - ALPHA);
    return rank === null ? [] : [{ cell: `n ${n}, quantile ${q}`, share: 1 - below(n, q, rank) }];
  });
  return [
    { name: 'quantile: order statistic, upper', use: 'gate', how: 'enumerated', cells: upper },
    { name: 'quantile: order statistic, lower', use: 'gate', how: 'enumerated', cells: lower },
  ];
}

function covers({ low, high }: Interval, truth: number): boolean {
  return low <= truth + ROUNDING && truth <= high + ROUNDING;
}

function definite({ low, high }: { low: number | null; high: number | null }): Interval | null {
  return low === null || high === null ? null : { low, high };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function page(rows: readonly Row[]): string {
  const lines = rows.map(({ name, use, how, cells }) => {
    const least = cells.reduce((worst, cell) => (cell.share < worst.share ? cell : worst));
    const mean = sum(cells.map((cell) => cell.share)) / cells.length;
    // Cut, not rounded: a coverage under nominal must not be printed as nominal.
    const cut = (share: number) => (Math.floor(share * 1e4 + 1e-6) / 1e4).toFixed(4);
    return `| ${name} | ${use} | ${cut(mean)} | ${cut(least.share)} | ${least.cell} | ${cells.length} | ${how} |`;
  });
  return `# Coverage

How often each interval and bound contains the truth. All are nominally 95%: two-sided, or one-sided where a row says lower, upper or test.
Made by \`npx jiti scripts/coverage.ts\`, seed ${SEED}. Figures are cut, not rounded.

| interval | use | mean | minimum | where the minimum is | cells | how |
| --- | --- | --- | --- | --- | --- | --- |
${lines.join('\n')}

## How to read it

- *gate*: a gate decides by it, so its minimum must be at least 0.95. *reading*: it is printed beside a figure, and its mean should be near 0.95.
- *enumerated*: every possible outcome was weighed by its probability, so the figure has no noise. Otherwise outcomes were drawn;
  with ${SIMULATIONS.toLocaleString('en')} draws a coverage of 0.95 has a standard error of 0.005, and the minimum over many cells lies up to three of them low.
- A cell of *paired difference* is a size, a share of pairs that differ, and a true difference Δ. The exact test covers Δ where it does not
  refute it; up to n = 100 it is asked about every outcome, above about those whose score has a p-value of 0.005 to 0.2.

## What is weak

- Wilson falls below nominal near a rate of 1: its lower end is too high when a single failure was expected and none came. Floors are decided by Clopper–Pearson.
- Mid-p bounds are nominal in the mean and not at every rate.
- Tango and Newcombe are for reading a difference. Both fall below nominal where few pairs differ, Tango less than Newcombe is long.
- Wilson as if attempts were independent shows why samples are clusters: the more alike the attempts, the less it covers.
- A mean ± 1.96 standard errors fails near a rate of 1: when every sample passes, its length is zero.
`;
}
