/**
 * How often each interval and bound of the project covers the truth, over a grid of sizes and rates: writes docs/coverage.md.
 * Run: npx jiti scripts/coverage.ts && npx biome format --write docs/coverage.md (four minutes on one core)
 */

import { writeFileSync } from 'node:fs';
import { clusteredRows } from './coverage/attempts.ts';
import { bettingRows } from './coverage/betting.ts';
import { bootstrapRows } from './coverage/bootstrap.ts';
import { exactPairRows, pairRows } from './coverage/pairs.ts';
import { quantileRows, rateRows } from './coverage/rates.ts';
import { type Row, SEED, sum } from './coverage/row.ts';

const rows = [
  ...rateRows(),
  ...pairRows(),
  ...exactPairRows(),
  ...clusteredRows(),
  ...quantileRows(),
  ...bettingRows(),
  ...bootstrapRows(),
];
writeFileSync(new URL('../docs/coverage.md', import.meta.url), page(rows));

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
  with 2,000 draws a coverage of 0.95 has a standard error of 0.005, and the minimum over many cells lies up to three of them low.
- What a bound costs is seen in its mean: the further above 0.95, the more samples it asks for.
- A cell of *paired difference* is a size, a share of pairs that differ, and a true difference Δ. The exact test covers Δ where it does not
  refute it; up to n = 100 it is asked about every outcome, above about those whose score has a p-value of 0.005 to 0.2.

## What is weak

- Wilson falls below nominal near a rate of 1. Of 10 samples at a true rate of 0.99 one fails in 9.6% of runs, and then the upper end is
  below the truth. Floors are decided by Clopper–Pearson.
- Mid-p bounds are nominal in the mean and not at every rate.
- Tango falls below nominal where few pairs differ and all go one way, Newcombe by less. Margins are decided by the exact test.
- Several attempts at a sample: near a rate of 1 so few samples fail that they cannot show how alike attempts are, and the interval is
  too short. As if attempts were independent it is far too short, which is why samples are clusters. A floor over several
  attempts is better decided by betting.
- A mean ± 1.96 standard errors, and every bootstrap, fail near a rate of 1: when all samples pass, their length is zero.
- Betting bounds allow a look after every sample and pay for it: looked at once they cover more than 99%, so that they need more samples
  than Clopper–Pearson or the exact test.
`;
}
