/**
 * How many code tests does the sandbox run in a second on one core, each in a fresh isolate of a warm child? One child, and
 * one child for each core, take turns in blocks on the same calls.
 *
 *     npm run bench -- sandbox [--repeats 5] [--tests 200]      repeats: blocks of each; tests: of one block
 */

import { availableParallelism } from 'node:os';
import { callInSandbox, openSandbox, type Sandbox } from 'proofstill';
import { quantile } from '../src/core/statistics/quantile.ts';
import { announceDevice, countFlags } from './session/start.ts';

/** Short solutions of the kind that models write, with one call each and its result. */
const CALLS = [
  { script: 'function f(a, b) { return a + b }', args: [2, 3], expected: 5 },
  {
    script: 'const f = async (words) => words.map((w) => w[0].toUpperCase() + w.slice(1)).join(" ")',
    args: [['a', 'bc']],
    expected: 'A Bc',
  },
  {
    script:
      'function f(n) { const s = new Set(); for (let i = 2; s.size < n; i++) if (![...s].some((p) => i % p === 0)) s.add(i); return [...s].at(-1) }',
    args: [100],
    expected: 541,
  },
  { script: 'function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) }', args: [18], expected: 2584 },
] as const;
const LIMITS = { deadlineMs: 10_000, memoryMb: 64 };
const WARMUP_TESTS = 20;

const { repeats, tests } = countFlags({ repeats: 5, tests: 200 });
const cores = availableParallelism();
const device = announceDevice();

const sizes = { oneChild: 1, childPerCore: cores };
type Name = keyof typeof sizes;
const names = Object.keys(sizes) as Name[];
const rates: Record<Name, number[]> = { oneChild: [], childPerCore: [] };
for (let repeat = 0; repeat < repeats; repeat++) {
  for (const name of repeat % 2 === 0 ? names : names.toReversed()) {
    console.error(`repeat ${repeat + 1} of ${repeats}: ${name}`);
    // Children are kept from one block to the next only in their own sandbox, so each block warms up its own.
    await using sandbox = openSandbox({ size: sizes[name] });
    await block(sandbox, sizes[name], WARMUP_TESTS * sizes[name]);
    rates[name].push((await block(sandbox, sizes[name], tests)) / sizes[name]);
  }
}

console.log(`\n${'tests/s a core'.padEnd(16)}${'median'.padStart(10)}${'min'.padStart(10)}${'max'.padStart(10)}`);
for (const name of names) {
  const { median, min, max } = figuresOf(name);
  console.log(`${name.padEnd(16)}${[median, min, max].map((rate) => rate.toFixed(0).padStart(10)).join('')}`);
}
console.log(
  JSON.stringify({
    name: 'sandbox',
    ratios: {},
    figures: {
      repeats,
      testsPerBlock: tests,
      children: sizes,
      testsPerSecondPerCore: { oneChild: figuresOf('oneChild'), childPerCore: figuresOf('childPerCore') },
    },
    device,
  }),
);

/** Runs `count` calls, as many at once as there are children, and gives their number a second. */
async function block(sandbox: Sandbox, size: number, count: number): Promise<number> {
  let next = 0;
  const began = performance.now();
  const line = async (): Promise<void> => {
    for (let at = next++; at < count; at = next++) {
      const { script, args, expected } = CALLS[at % CALLS.length] as (typeof CALLS)[number];
      const ended = await callInSandbox(script, 'f', args, { ...LIMITS, sandbox });
      if (ended.kind !== 'returned' || ended.value !== expected) {
        throw new Error(`expected ${expected}, got ${JSON.stringify(ended)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: size }, line));
  return (1000 * count) / (performance.now() - began);
}

function figuresOf(name: Name): { median: number; min: number; max: number } {
  return { median: quantile(rates[name], 0.5)!, min: Math.min(...rates[name]), max: Math.max(...rates[name]) };
}
