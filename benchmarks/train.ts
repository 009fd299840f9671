/**
 * Training speed of the embedded trainer beside PyTorch eager and torch.compile: same model, batch and optimiser. The
 * engines take turns in blocks on the same cores, so that a slow minute of the machine is everybody's.
 *
 *     npm run bench -- train [--repeats 5] [--steps 20]      repeats: blocks of each engine; steps: of one block
 */

import { messageOf } from '../src/core/errors.ts';
import { randomStream } from '../src/core/seed.ts';
import { quantile } from '../src/core/statistics/quantile.ts';
import { type DecoderConfig, parameterCount } from '../src/nn/decoder-config.ts';
import { ADAMW } from '../src/nn/optimiser.ts';
import { flatten, initialWeights } from '../src/nn/parameters.ts';
import { TrainingSession } from '../src/nn/training-session.ts';
import { batchOf } from '../src/train/pack.ts';
import { type Block, type Engine, pytorch } from './peers/pytorch.ts';
import { announceDevice, countFlags } from './session/start.ts';

/** Model, batch, threads and optimiser of `scripts/python/train_peer.py`. */
const CONFIG: DecoderConfig = {
  vocabularySize: 57,
  width: 128,
  layers: 4,
  heads: 4,
  keyValueHeads: 4,
  headWidth: 32,
  feedForwardWidth: 384,
  ropeTheta: 10_000,
  normEpsilon: 1e-6,
  tiedEmbeddings: true,
  attentionBias: true,
  maxPositions: 96,
};
const SHAPE = { rows: 32, rowLength: 96 };
const THREADS = 2;
const LEARNING_RATE = 1e-3;
const WARMUP_STEPS = 5;

const ENGINES = ['proofstill', 'pytorchEager', 'torchCompile'] as const;
type Name = (typeof ENGINES)[number];
type Peer = Exclude<Name, 'proofstill'>;

const { repeats, steps } = countFlags({ repeats: 5, steps: 20 });
console.log(`${parameterCount(CONFIG)} parameters, batch ${SHAPE.rows} × ${SHAPE.rowLength}, ${THREADS} threads`);
const device = announceDevice();

const engines: Record<Name, Engine> = {
  proofstill: await embedded(),
  pytorchEager: pytorch('eager'),
  torchCompile: pytorch('compile'),
};
const blocks: Record<Name, Block[]> = { proofstill: [], pytorchEager: [], torchCompile: [] };
/** Why a peer has no figures. */
const reasons: Partial<Record<Peer, string>> = {};

// An engine that is still starting, importing or compiling would slow down whoever is timed.
for (const name of ENGINES) await block(name, 1);
for (let repeat = 0; repeat < repeats; repeat++) {
  // Every engine is first, second and last equally often.
  for (const name of ENGINES.map((_, index) => ENGINES[(index + repeat) % ENGINES.length]!)) {
    console.error(`repeat ${repeat + 1} of ${repeats}: ${name}`);
    const timed = await block(name, steps);
    if (timed) blocks[name].push(timed);
  }
}
for (const engine of Object.values(engines)) await engine.close();

console.log(
  `\n${'tokens/s'.padEnd(14)}${'median'.padStart(10)}${'min'.padStart(10)}${'max'.padStart(10)}${'loss'.padStart(8)}`,
);
for (const name of ENGINES) {
  const figures = figuresOf(name);
  const cells = figures ? [figures.median, figures.min, figures.max].map((rate) => rate.toFixed(0).padStart(10)) : [];
  const loss = figures?.loss.toFixed(3).padStart(8);
  console.log(`${name.padEnd(14)}${figures ? `${cells.join('')}${loss}` : `  none: ${reasons[name as Peer]}`}`);
}
console.log(
  JSON.stringify({
    name: 'train',
    ratios: { pytorchEager: ratioTo('pytorchEager'), torchCompile: ratioTo('torchCompile') },
    figures: {
      parameters: parameterCount(CONFIG),
      ...SHAPE,
      threads: THREADS,
      repeats,
      stepsPerBlock: steps,
      tokensPerSecond: Object.fromEntries(ENGINES.map((name) => [name, figuresOf(name)])),
      reasons,
    },
    device,
  }),
);

/** A block of an engine; none of a peer that fails or has failed, whose reason is noted. */
async function block(name: Name, count: number): Promise<Block | undefined> {
  if (name !== 'proofstill' && reasons[name]) return undefined;
  try {
    return await engines[name].run(count);
  } catch (error) {
    if (name === 'proofstill') throw error;
    reasons[name] = messageOf(error);
    return undefined;
  }
}

/** Our side: the session that the embedded trainer runs, fed by its own batches. */
async function embedded(): Promise<Engine> {
  const random = randomStream(7, 'benchmark', 'train');
  const parameters = flatten(CONFIG, initialWeights(CONFIG, random));
  const zeros = (): Float32Array => new Float32Array(parameters.length);
  const state = { parameters, first: zeros(), second: zeros(), steps: 0 };
  const session = await TrainingSession.create(CONFIG, SHAPE, ADAMW, state, THREADS);
  const weights = new Array<number>(SHAPE.rowLength).fill(1);
  const step = async (): Promise<number> => {
    const rows = Array.from({ length: SHAPE.rows }, () => [
      { ids: weights.map(() => random.int(0, CONFIG.vocabularySize - 1)), weights },
    ]);
    return (await session.step(batchOf(rows, SHAPE), LEARNING_RATE)).loss;
  };
  for (let index = 0; index < WARMUP_STEPS; index++) await step();
  return {
    async run(count) {
      const began = performance.now();
      let loss = Number.NaN;
      for (let index = 0; index < count; index++) loss = await step();
      const seconds = (performance.now() - began) / 1000;
      return { tokensPerSecond: (count * SHAPE.rows * SHAPE.rowLength) / seconds, loss };
    },
    close: () => session.close(),
  };
}

/** Median and range over an engine's blocks; `null` where it has none or failed on the way. */
function figuresOf(name: Name): { median: number; min: number; max: number; loss: number } | null {
  const last = blocks[name].at(-1);
  if (!last || (name !== 'proofstill' && reasons[name])) return null;
  const rates = blocks[name].map(({ tokensPerSecond }) => tokensPerSecond);
  return { median: quantile(rates, 0.5)!, min: Math.min(...rates), max: Math.max(...rates), loss: last.loss };
}

/** How many times faster we are: the median over repeats of the ratio between two blocks of the same repeat. */
function ratioTo(peer: Peer): number | null {
  if (reasons[peer]) return null;
  const theirs = blocks[peer];
  return quantile(
    blocks.proofstill.map(({ tokensPerSecond }, repeat) => tokensPerSecond / theirs[repeat]!.tokensPerSecond),
    0.5,
  );
}
