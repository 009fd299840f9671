/**
 * What does the vitest adapter cost? A suite of 1,000 and of 10,000 samples, asked by the bare engine and by the adapter in
 * turns within one vitest worker, and as whole runs of vitest beside one that tests nothing.
 *
 *     npm run build
 *     npm run bench -- vitest [--repeats 5]
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { quantile } from '../src/core/statistics/quantile.ts';
import { writeProject } from './peers/no-op.ts';
import { suiteOf } from './peers/proofstill.ts';
import { announceDevice, countFlags } from './session/start.ts';
import { wholeProcess } from './session/whole-process.ts';

const SIZES = [1_000, 10_000] as const;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** That of the package: evalite brings another one into this folder, and matchers are added to one of them only. */
const VITEST = dirname(createRequire(join(ROOT, 'package.json')).resolve('vitest/package.json'));

const { repeats } = countFlags({ repeats: 5 });
const device = announceDevice();

/** Compiled code as vitest finds it in `node_modules`: it is not transformed. */
const CONFIG = 'export default { test: { server: { deps: { external: [/[\\\\/]dist[\\\\/]/] } } } };';

const asserted = (size: number): string => `
  const run = await evaluateSuite(suite${size}, { model: 'reference', ledger: 'ledger.jsonl' });
  expect(run).toPassGate({ answer: { floor: 0.9, margin: 0.02 } }, { baseline: run });
  expect(run).toBeAtLeastAsGoodAs(run, { margin: 0.02 });`;

const wholeTest = (size: number): string => `import { evaluateSuite } from 'proofstill/vitest';
import { expect, it } from 'vitest';
import suite${size} from './suite-${size}.mjs';
it('passes', { timeout: 600_000 }, async () => {${asserted(size)}
});
`;

/** Engine and adapter, each first in every second turn; a turn more than is counted comes before. */
const turnsTest = `import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { evaluate, referenceModel } from 'proofstill';
import { evaluateSuite } from 'proofstill/vitest';
import { expect, it } from 'vitest';
${SIZES.map((size) => `import suite${size} from './suite-${size}.mjs';`).join('\n')}

async function engine(suite) {
  const { samples } = suite;
  let passed = 0;
  for await (const { verdict } of evaluate({ suite, samples, model: referenceModel(suite), maxTokens: 256, seed: 1 })) {
    if (verdict.status === 'pass') passed++;
  }
  expect(passed).toBe(samples.length);
}
const adapters = { ${SIZES.map((size) => `${size}: async () => {${asserted(size)}\n}`).join(', ')} };
async function timed(work) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  await work();
  const ms = performance.now() - began;
  // What blocked to the very end is seen at the next turn only.
  await new Promise((resolve) => setTimeout(resolve, 5));
  delay.disable();
  return { ms, stallMs: delay.max / 1e6 };
}
it('takes turns', { timeout: 3_600_000 }, async () => {
  const turns = [];
  for (let repeat = -1; repeat < ${repeats}; repeat++) {
    for (const [size, suite] of [${SIZES.map((size) => `[${size}, suite${size}]`).join(', ')}]) {
      const turn = { size };
      for (const side of repeat % 2 === 0 ? ['engine', 'adapter'] : ['adapter', 'engine']) {
        turn[side] = await timed(side === 'engine' ? () => engine(suite) : adapters[size]);
      }
      if (repeat >= 0) turns.push(turn);
    }
  }
  writeFileSync('turns.json', JSON.stringify(turns));
});
`;

const timedSchema = z.object({ ms: z.number(), stallMs: z.number() });
const turnsSchema = z.array(z.object({ size: z.number(), engine: timedSchema, adapter: timedSchema }));

const folder = mkdtempSync(join(tmpdir(), 'proofstill-bench-vitest-'));
try {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/proofstill'), 'junction');
  symlinkSync(VITEST, join(folder, 'node_modules/vitest'), 'junction');
  writeProject(folder, {
    'vitest.config.mjs': CONFIG,
    'turns.test.mjs': turnsTest,
    'nothing.test.mjs': "import { it } from 'vitest';\nit('passes', () => {});\n",
    ...Object.fromEntries(
      SIZES.flatMap((size) => [
        [`suite-${size}.mjs`, suiteOf(size)],
        [`whole-${size}.test.mjs`, wholeTest(size)],
      ]),
    ),
  });
  const vitest = (name: string) =>
    wholeProcess({ args: [join(VITEST, 'vitest.mjs'), 'run', `${name}.test`], cwd: folder, env: { NO_COLOR: '1' } });
  const wholes = new Map<string, number[]>(
    ['nothing', ...SIZES.map((size) => `whole-${size}`)].map((name) => [name, []]),
  );
  for (let repeat = -1; repeat < repeats; repeat++) {
    console.error(repeat < 0 ? 'warm-up' : `repeat ${repeat + 1} of ${repeats}`);
    for (const [name, times] of wholes) {
      const { ms } = await vitest(name);
      if (repeat >= 0) times.push(ms);
    }
  }
  console.error('turns within one worker');
  await vitest('turns');
  report(wholes, turnsSchema.parse(JSON.parse(readFileSync(join(folder, 'turns.json'), 'utf8'))));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

function spreadOf(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5)!, min: Math.min(...values), max: Math.max(...values) };
}

function report(wholes: ReadonlyMap<string, readonly number[]>, turns: z.infer<typeof turnsSchema>): void {
  const nothing = wholes.get('nothing')!;
  const sizes = SIZES.map((size) => {
    const own = turns.filter((turn) => turn.size === size);
    const whole = wholes.get(`whole-${size}`)!;
    return {
      size,
      engineMs: spreadOf(own.map(({ engine }) => engine.ms)),
      adapterMs: spreadOf(own.map(({ adapter, engine }) => adapter.ms - engine.ms)),
      stallMs: spreadOf(own.map(({ adapter }) => adapter.stallMs)),
      // The suite, our package and the adapter together, as somebody waits for them.
      wholeMs: spreadOf(whole.map((ms, repeat) => ms - nothing[repeat]!)),
    };
  });
  console.log(`\n${'ms'.padEnd(44)}   median      min      max`);
  const row = (name: string, { median, min, max }: Spread): void =>
    console.log(`${name.padEnd(44)}${[median, min, max].map((value) => value.toFixed(1).padStart(9)).join('')}`);
  row('vitest that tests nothing', spreadOf(nothing));
  for (const { size, engineMs, adapterMs, stallMs, wholeMs } of sizes) {
    row(`${size} samples: engine`, engineMs);
    row(`${size} samples: adapter and matchers on top`, adapterMs);
    row(`${size} samples: longest wait for a turn`, stallMs);
    row(`${size} samples: whole run beyond nothing`, wholeMs);
  }
  const [thousand] = sizes;
  console.log(
    JSON.stringify({
      name: 'vitest',
      ratios: {},
      figures: {
        adapterMsAt1k: thousand!.adapterMs.median,
        wholeMsAt1k: thousand!.wholeMs.median,
        nothingMs: spreadOf(nothing),
        sizes,
        repeats,
      },
      device,
    }),
  );
}
