/**
 * What does the harness cost without a model? The same no-op suite as a whole process of ours, of evalite and of promptfoo
 * in turns; ours at growing sizes too, and a comparison of two large runs.
 *
 *     npm run build && npm install --prefix benchmarks
 *     npm run bench -- overhead [--repeats 5] [--samples 1000]
 */

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../src/core/errors.ts';
import { quantile } from '../src/core/statistics/quantile.ts';
import { evalite } from './peers/evalite.ts';
import { PEERS } from './peers/installed.ts';
import type { NoOpHarness } from './peers/no-op.ts';
import { promptfoo } from './peers/promptfoo.ts';
import { evaluateNoOp, proofstill, proofstillCommand } from './peers/proofstill.ts';
import { announceDevice, countFlags } from './session/start.ts';
import type { Cost } from './session/whole-process.ts';

interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

const LARGE = 100_000;
/** Peak memory hangs on when the collector runs: its median counts. */
const LARGE_REPEATS = 3;

const { repeats, samples } = countFlags({ repeats: 5, samples: 1_000 });
const device = announceDevice();
const harnesses = [proofstill, evalite, promptfoo];
const reasons: Record<string, string> = {};
const base = mkdtempSync(join(existsSync(PEERS) ? PEERS : tmpdir(), '.no-op-'));
/** Harness after harness of each repeat; absent where it could not run. */
const turns: Partial<Record<string, Cost>>[] = [];
/** Whole processes of ours at one, a thousand and ten thousand samples. */
const sizes = new Map<number, number[]>([1, 1_000, 10_000].map((size) => [size, []]));

try {
  // The first turn of each is not counted: files that were never read, caches that are not there.
  for (let repeat = -1; repeat < repeats; repeat++) {
    console.error(repeat < 0 ? 'warm-up' : `repeat ${repeat + 1} of ${repeats}`);
    const turn: Partial<Record<string, Cost>> = {};
    for (let place = 0; place < harnesses.length; place++) {
      const harness = harnesses[(place + repeat + 1) % harnesses.length] as NoOpHarness;
      const cost = await unlessAbsent(harness.name, () => harness.run(folderOf(harness.name), samples));
      if (cost) turn[harness.name] = cost;
    }
    if (repeat >= 0) turns.push(turn);
    for (const [size, times] of sizes) {
      const cost = await unlessAbsent('proofstill', () => evaluateNoOp(folderOf('proofstill'), size));
      if (cost && repeat >= 0) times.push(cost.ms);
    }
  }
  console.error(`${LARGE} attempts`);
  const folder = folderOf('large');
  const large: Record<string, Cost[]> = { [`${LARGE} samples`]: [], [`${LARGE / 10} samples, 10 attempts each`]: [] };
  for (let repeat = 0; repeat < LARGE_REPEATS; repeat++) {
    const [once, often] = [
      await unlessAbsent('proofstill', () => evaluateNoOp(folder, LARGE, { run: 'a' })),
      await unlessAbsent('proofstill', () => evaluateNoOp(folderOf('many'), LARGE / 10, { attempts: 10 })),
    ];
    for (const [index, cost] of [once, often].entries()) if (cost) Object.values(large)[index]!.push(cost);
  }
  await unlessAbsent('proofstill', () => evaluateNoOp(folder, LARGE, { run: 'b', wrong: 50 }));
  const compared = await unlessAbsent('compare', () => proofstillCommand(folder, ['compare', 'a', 'b', '--json']));
  report(large, compared);
} finally {
  rmSync(base, { recursive: true, force: true });
}

function folderOf(name: string): string {
  const folder = join(base, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** What it cost; `undefined` where it fails or has failed, whose reason is noted. */
async function unlessAbsent(name: string, run: () => Promise<Cost>): Promise<Cost | undefined> {
  if (reasons[name]) return undefined;
  try {
    return await run();
  } catch (error) {
    reasons[name] = messageOf(error);
    return undefined;
  }
}

function report(large: Readonly<Record<string, readonly Cost[]>>, compared: Cost | undefined): void {
  const wholes = harnesses.map(({ name }) => ({
    name,
    ms: spreadOf(turns.flatMap((turn) => (turn[name] ? [turn[name].ms / samples] : []))),
    peakMemoryMb: spreadOf(turns.flatMap((turn) => (turn[name] ? [turn[name].peakMemoryMb] : []))),
  }));
  const ratio = (name: string): number | null =>
    quantile(
      turns.flatMap(({ [name]: theirs, proofstill: ours }) => (theirs && ours ? [theirs.ms / ours.ms] : [])),
      0.5,
    );
  const [empty = [], thousand = [], tenThousand = []] = [...sizes.values()];
  const marginal = spreadOf(tenThousand.map((ms, repeat) => (ms - (empty[repeat] as number)) / 9_999));
  const middle = (ms: readonly number[]): number => quantile(ms, 0.5) ?? Number.NaN;
  const scaling = (middle(tenThousand) - middle(empty)) / (middle(thousand) - middle(empty));
  const memory = Object.fromEntries(
    Object.entries(large).map(([shape, costs]) => [shape, spreadOf(costs.map(({ peakMemoryMb }) => peakMemoryMb))]),
  );
  const medians = Object.values(memory).flatMap((spread) => (spread ? [spread.median] : []));
  print(wholes, marginal);
  for (const [shape, costs] of Object.entries(large)) {
    const [ms, mb] = [spreadOf(costs.map((cost) => cost.ms)), memory[shape]];
    if (ms && mb) {
      const range = `${mb.min.toFixed(0)}–${mb.max.toFixed(0)}`;
      console.log(`${shape}: ${(ms.median / 1000).toFixed(1)} s, ${mb.median.toFixed(0)} MB (${range})`);
    }
  }
  console.log(`ten times the samples take ${Number.isFinite(scaling) ? scaling.toFixed(1) : '–'} times as long`);
  console.log(`compare of 2 × ${LARGE}: ${compared ? `${(compared.ms / 1000).toFixed(1)} s` : reasons['compare']}`);
  console.log(
    JSON.stringify({
      name: 'overhead',
      ratios: { evalite: ratio('evalite'), promptfoo: ratio('promptfoo') },
      figures: {
        msPerAttempt: marginal?.median ?? null,
        rssMbAt100k: medians.length > 0 ? Math.max(...medians) : null,
        scaling: Number.isFinite(scaling) ? scaling : null,
        compareSeconds: compared ? compared.ms / 1000 : null,
        marginalMs: marginal,
        startMs: spreadOf(empty),
        samples,
        repeats,
        wholeMsPerAttempt: Object.fromEntries(wholes.map(({ name, ms }) => [name, ms])),
        peakMemoryMb: Object.fromEntries(wholes.map(({ name, peakMemoryMb }) => [name, peakMemoryMb])),
        memoryMb: memory,
        reasons,
      },
      device,
    }),
  );
}

function spreadOf(values: readonly number[]): Spread | null {
  const median = quantile(values, 0.5);
  return median === null ? null : { median, min: Math.min(...values), max: Math.max(...values) };
}

function print(
  wholes: readonly { readonly name: string; readonly ms: Spread | null; readonly peakMemoryMb: Spread | null }[],
  marginal: Spread | null,
): void {
  const row = (name: string, spread: Spread | null, rest: string): string => {
    if (!spread) return `${name.padEnd(24)}  none: ${reasons[name]}`;
    const cells = [spread.median, spread.min, spread.max].map((value) => value.toFixed(3).padStart(9)).join('');
    return `${name.padEnd(24)}${cells}${rest}`;
  };
  console.log(`\n${'ms an attempt'.padEnd(24)}   median      min      max     MB`);
  for (const { name, ms, peakMemoryMb } of wholes) {
    console.log(row(name, ms, `${(peakMemoryMb?.median ?? 0).toFixed(0).padStart(7)}`));
  }
  console.log(row('proofstill, each more', marginal, ''));
}
