/**
 * Makes the base of the nano student: `npx jiti scripts/pretrain/pretrain.ts [--steps 9500] [--into students/nano]`, about
 * half an hour on two idle cores. It writes the checkpoint with the record of its making in proofstill.json.
 */

import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { randomStream } from 'proofstill';
import { writeCheckpoint } from '../../src/model/checkpoint.ts';
import { openTokenizer } from '../../src/model/tokenizer.ts';
import { type DecoderConfig, parameterCount } from '../../src/nn/decoder-config.ts';
import { ADAMW, learningRateAt } from '../../src/nn/optimiser.ts';
import { flatten, initialWeights, unflatten } from '../../src/nn/parameters.ts';
import { TrainingSession } from '../../src/nn/training-session.ts';
import { batchOf, type Example, packRows } from '../../src/train/pack.ts';
import { drawLesson, exampleOf } from './corpus.ts';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '9500' },
    into: { type: 'string', default: 'students/nano' },
    threads: { type: 'string', default: '2' },
  },
});

const TOKENIZER = 'students/nano';
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
const schedule = { peak: 0.0018, warmupSteps: 100, totalSteps: steps, finalShare: 0.1 };

const tokenizer = openTokenizer(TOKENIZER);
/** Of every token of every lesson, in order: what the student was taught can be drawn again and compared. */
const corpus = createHash('sha256');
let lessons = 0;

function* examples(): Generator<Example> {
  const random = randomStream(seed, 'lessons');
  for (;;) {
    const example = exampleOf(drawLesson(random), tokenizer);
    if (example.ids.length > shape.rowLength) continue;
    corpus.update(Uint16Array.from(example.ids));
    lessons++;
    yield example;
  }
}

const parameters = flatten(config, initialWeights(config, randomStream(seed, 'initial')));
const zeros = new Float32Array(parameters.length);
const start = { parameters, first: zeros, second: zeros, steps: 0 };
const session = await TrainingSession.create(config, shape, ADAMW, start, Number(values.threads));
const rows = packRows(examples(), shape.rowLength);
const began = Date.now();
let sum = 0;
console.error(`${parameterCount(config)} parameters, ${steps} steps of ${shape.rows * shape.rowLength} tokens`);
for (let step = 1; step <= steps; step++) {
  const batch = batchOf(
    Array.from({ length: shape.rows }, () => rows.next().value as Example[]),
    shape,
  );
  const { loss } = await session.step(batch, learningRateAt(step - 1, schedule));
  sum += loss;
  if (step % 100 > 0) continue;
  const seconds = (Date.now() - began) / 1000;
  const left = ((steps - step) * seconds) / step / 60;
  console.error(
    `step ${step}: loss ${(sum / 100).toFixed(4)}, ${((step * shape.rows * shape.rowLength) / seconds).toFixed(0)} tokens/s, ${left.toFixed(0)} minutes left`,
  );
  sum = 0;
}
const hash = writeCheckpoint(values.into, {
  config,
  weights: unflatten(config, session.state().parameters),
  precision: 'bf16',
  tokenizerFrom: TOKENIZER,
  manifest: {
    parent: null,
    madeBy: 'scripts/pretrain/pretrain.ts',
    licence: 'Apache-2.0',
    recipe: { seed, steps, ...shape, ...schedule, ...ADAMW },
    corpus: { lessons, sha256: corpus.digest('hex') },
  },
});
console.error(`${values.into}: ${hash}`);
