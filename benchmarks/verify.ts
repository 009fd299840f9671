/**
 * How many answers does `mathAnswer` judge in a second, and how rightly, beside Math-Verify on the same pairs? Both take
 * turns in blocks on one core: public graders' own test tables, and the labelled table of `mathAnswer`.
 *
 *     npm run bench -- verify [--repeats 5]      repeats: blocks of each
 */

import { fileURLToPath } from 'node:url';
import { type LabelledRow, outputOfText, readLabelled, sampleOfRow, type Verdict } from 'proofstill';
import { mathAnswer } from 'proofstill/verifiers';
import { z } from 'zod';
import { messageOf } from '../src/core/errors.ts';
import { quantile } from '../src/core/statistics/quantile.ts';
import { pythonPeer } from './peers/python.ts';
import { announceDevice, countFlags } from './session/start.ts';

/** Rules of ours were made with both, the second above all: agreement on them is not that on unseen answers. */
const TABLES = {
  graders: new URL('./fixtures/grader-tables.jsonl', import.meta.url),
  own: new URL('../verifiers/labelled/math-answer.jsonl', import.meta.url),
};
/** Our blocks judge every pair this often, for one pass takes less time than a clock can tell well. */
const PASSES = 20;

const { repeats } = countFlags({ repeats: 5 });
const device = announceDevice();

const tables = Object.entries(TABLES).map(([name, file]) => ({ name, file, rows: readLabelled(file) }));
const pairs = tables.reduce((sum, { rows }) => sum + rows.length, 0);
const peer = pythonPeer('verify_peer.py');
const peerSchema = z.object({ seconds: z.number().positive(), passed: z.array(z.boolean()) });
let reason: string | undefined;
const rates: { readonly ours: number; readonly theirs: number | undefined }[] = [];
const milliseconds: number[] = [];
const passed = new Map<string, { ours: readonly boolean[]; theirs?: readonly boolean[] }>();

// The first pass of each is not timed: imports, compilation and caches.
for (let repeat = -1; repeat < repeats; repeat++) {
  console.error(repeat < 0 ? 'warm-up' : `repeat ${repeat + 1} of ${repeats}`);
  const isOursFirst = repeat % 2 === 0;
  const first = isOursFirst ? ours(repeat >= 0) : await theirs();
  const second = isOursFirst ? await theirs() : ours(repeat >= 0);
  const [own, other] = isOursFirst ? [first, second] : [second, first];
  if (repeat >= 0) rates.push({ ours: own as number, theirs: other });
}
await peer.close();

const ratio = reason
  ? null
  : quantile(
      rates.map((rate) => rate.ours / (rate.theirs as number)),
      0.5,
    );
const accuracy = Object.fromEntries(
  tables.map(({ name, rows }) => {
    const { ours, theirs } = passed.get(name) ?? { ours: [] };
    return [
      name,
      { rows: rows.length, proofstill: rightness(rows, ours), mathVerify: theirs ? rightness(rows, theirs) : null },
    ];
  }),
);
print();
console.log(
  JSON.stringify({
    name: 'verify',
    ratios: { mathVerify: ratio },
    figures: {
      pairs,
      repeats,
      pairsPerSecond: { proofstill: spread('ours'), mathVerify: reason ? null : spread('theirs') },
      millisecondsAPair: {
        median: quantile(milliseconds, 0.5),
        p99: quantile(milliseconds, 0.99),
        max: Math.max(...milliseconds),
      },
      accuracy,
      reasons: reason ? { mathVerify: reason } : {},
    },
    device,
  }),
);

/** Pairs a second of a block of ours. */
function ours(isTimed: boolean): number {
  const began = performance.now();
  for (let pass = 0; pass < PASSES; pass++) {
    for (const { name, rows } of tables) {
      const verdicts = rows.map((row) => {
        const start = performance.now();
        const verdict = mathAnswer.verify(sampleOfRow(row), outputOfText(row.output), { policy: 'score' }) as Verdict;
        if (isTimed) milliseconds.push(performance.now() - start);
        return verdict.status === 'pass';
      });
      passed.set(name, { ...passed.get(name), ours: verdicts });
    }
  }
  return (1000 * PASSES * pairs) / (performance.now() - began);
}

/** Pairs a second of a block of the peer; `undefined` where it fails or has failed, whose reason is noted. */
async function theirs(): Promise<number | undefined> {
  let seconds = 0;
  try {
    if (reason) return undefined;
    for (const { name, file } of tables) {
      const block = peerSchema.parse(await peer.ask(`run ${fileURLToPath(file)}`));
      seconds += block.seconds;
      passed.set(name, { ours: [], ...passed.get(name), theirs: block.passed });
    }
  } catch (error) {
    reason = messageOf(error);
    return undefined;
  }
  return pairs / seconds;
}

function rightness(
  rows: readonly LabelledRow[],
  verdicts: readonly boolean[],
): { agreement: number; falseAccepts: number } {
  const right = rows.filter(({ pass }, index) => verdicts[index] === pass).length;
  return {
    agreement: right / rows.length,
    falseAccepts: rows.filter(({ pass }, index) => verdicts[index] && !pass).length,
  };
}

function spread(side: 'ours' | 'theirs'): { median: number; min: number; max: number } {
  const values = rates.map((rate) => rate[side] as number);
  return { median: quantile(values, 0.5)!, min: Math.min(...values), max: Math.max(...values) };
}

function print(): void {
  console.log(`\n${'pairs/s'.padEnd(14)}${'median'.padStart(10)}${'min'.padStart(10)}${'max'.padStart(10)}`);
  for (const [name, side] of [
    ['proofstill', 'ours'],
    ['Math-Verify', 'theirs'],
  ] as const) {
    const isAbsent = side === 'theirs' && reason;
    const { median, min, max } = isAbsent ? { median: 0, min: 0, max: 0 } : spread(side);
    const cells = [median, min, max].map((rate) => rate.toFixed(0).padStart(10)).join('');
    console.log(`${name.padEnd(14)}${isAbsent ? `  none: ${reason}` : cells}`);
  }
  for (const [name, { rows, proofstill, mathVerify }] of Object.entries(accuracy)) {
    const shown = (of: typeof proofstill | null): string =>
      of ? `${(100 * of.agreement).toFixed(1)}% (${of.falseAccepts} false accepts)` : '–';
    console.log(`${name}: ${rows} rows, agreement proofstill ${shown(proofstill)}, Math-Verify ${shown(mathVerify)}`);
  }
}
