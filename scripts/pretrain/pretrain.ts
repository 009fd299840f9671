/**
 * Makes the base of the nano student: `npx jiti scripts/pretrain/pretrain.ts --steps 14000`. Writes the checkpoint to
 * `--out` (default students/nano), and its progress to stderr.
 */

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { randomStream, sha256 } from 'proofstill';
import { openTokenizer } from '../../src/model/tokenizer.ts';
import type { DecoderConfig } from '../../src/nn/decoder-config.ts';
import { parameterCount } from '../../src/nn/decoder-config.ts';
import { ADAMW, learningRateAt } from '../../src/nn/optimiser.ts';
import { flatten, initialWeights } from '../../src/nn/parameters.ts';
import { TrainingSession } from '../../src/nn/training-session.ts';
import { batchOf, type Example, packRows } from '../../src/train/pack.ts';
import { drawLesson, exampleOf } from './corpus.ts';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '14000' },
    peak: { type: 'string', default: '0.002' },
    out: { type: 'string', default: '/tmp/base' },
    threads: { type: 'string', default: '2' },
  },
});

const config: DecoderConfig = {
  vocabularySize: 128,
  width: 192,
  layers: 4,
  heads: 6,
  keyValueHeads: 2,
  headWidth: 32,
  feedForwardWidth: 512,
  ropeTheta: 10_000,
  normEpsilon: 1e-6,
  tiedEmbeddings: true,
  attentionBias: true,
  maxPositions: 512,
};
const shape = { rows: 10, rowLength: 160 };
const seed = 1;
const steps = Number(values.steps);
const schedule = { peak: Number(values.peak), warmupSteps: 100, totalSteps: steps, finalShare: 0.1 };

const tokenizer = openTokenizer('students/nano');
const start = flatten(config, initialWeights(config, randomStream(seed, 'initial')));
const zeros = (): Float32Array => new Float32Array(start.length);
const session = await TrainingSession.create(
  config,
  shape,
  ADAMW,
  { parameters: start, first: zeros(), second: zeros(), steps: 0 },
  Number(values.threads),
);

function* examples(): Generator<Example> {
  const random = randomStream(seed, 'lessons');
  for (;;) {
    const example = exampleOf(drawLesson(random), tokenizer);
    if (example.ids.length <= shape.rowLength) yield example;
  }
}

process.stderr.write(`${parameterCount(config)} parameters\n`);
const rows = packRows(examples(), shape.rowLength);
const began = Date.now();
let mean = 0;
const save = (): void => {
  const { parameters } = session.state();
  writeFileSync(`${values.out}.f32`, parameters);
};
for (let step = 0; step < steps; step++) {
  const batch = batchOf(
    Array.from({ length: shape.rows }, () => rows.next().value as Example[]),
    shape,
  );
  const { loss } = await session.step(batch, learningRateAt(step, schedule));
  mean += loss;
  if ((step + 1) % 100 === 0) {
    const rate = ((step + 1) * shape.rows * shape.rowLength) / ((Date.now() - began) / 1000);
    process.stderr.write(
      `step ${step + 1} loss ${(mean / 100).toFixed(4)} ${rate.toFixed(0)} tok/s ${((Date.now() - began) / 60000).toFixed(1)} min\n`,
    );
    mean = 0;
  }
  if ((step + 1) % 1000 === 0) save();
}
save();
process.stderr.write(`${sha256(new Uint8Array(session.state().parameters.buffer))}\n`);
