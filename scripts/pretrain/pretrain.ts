/**
 * Makes the base of the nano student, in an hour and more on two idle cores (38 M tokens):
 * `node --conditions=proofstill-source --import jiti/register scripts/pretrain/pretrain.ts [--into students/nano]`. It writes the checkpoint with the record of its making in proofstill.json, and general.jsonl.
 */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { randomStream, writeDataset } from 'proofstill';
import { writeCheckpoint } from '../../src/model/checkpoint.ts';
import { openTokenizer } from '../../src/model/tokenizer.ts';
import { type DecoderConfig, parameterCount } from '../../src/nn/decoder-config.ts';
import { ADAMW, learningRateAt } from '../../src/nn/optimiser.ts';
import { flatten, initialWeights, unflatten } from '../../src/nn/parameters.ts';
import { TrainingSession } from '../../src/nn/training-session.ts';
import { batchOf, type Example, packRows } from '../../src/train/pack.ts';
import { drawLesson, exampleOf, type MixName } from './corpus.ts';
import { drawGeneralRows, GENERAL_ROWS } from './general.ts';

const { values } = parseArgs({
  options: {
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
/** One after the other, each with a learning rate and moments of its own. */
const PHASES: readonly { mix: MixName; steps: number; peak: number }[] = [
  { mix: 'broad', steps: 9500, peak: 0.0018 },
  { mix: 'focused', steps: 4500, peak: 0.0012 },
  { mix: 'general', steps: 7000, peak: 0.0012 },
  { mix: 'closing', steps: 3000, peak: 0.0008 },
];
const schedule = { warmupSteps: 100, finalShare: 0.1 };

const tokenizer = openTokenizer(TOKENIZER);
/** Of every token of every lesson, in order: what the student was taught can be drawn again and compared. */
const corpus = createHash('sha256');
let lessons = 0;

function* examples(mix: MixName): Generator<Example> {
  const random = randomStream(seed, mix === 'broad' ? 'lessons' : `lessons ${mix}`);
  for (;;) {
    const example = exampleOf(drawLesson(random, mix), tokenizer);
    if (example.ids.length > shape.rowLength) continue;
    corpus.update(Uint16Array.from(example.ids));
    lessons++;
    yield example;
  }
}

let parameters = flatten(config, initialWeights(config, randomStream(seed, 'initial')));
console.error(`${parameterCount(config)} parameters, steps of ${shape.rows * shape.rowLength} tokens`);
for (const { mix, steps, peak } of PHASES) {
  const zeros = new Float32Array(parameters.length);
  const start = { parameters, first: zeros, second: zeros, steps: 0 };
  const session = await TrainingSession.create(config, shape, ADAMW, start, Number(values.threads));
  const rows = packRows(examples(mix), shape.rowLength);
  const began = Date.now();
  let sum = 0;
  for (let step = 1; step <= steps; step++) {
    const batch = batchOf(
      Array.from({ length: shape.rows }, () => rows.next().value as Example[]),
      shape,
    );
    const { loss } = await session.step(batch, learningRateAt(step - 1, { ...schedule, peak, totalSteps: steps }));
    sum += loss;
    if (step % 100 > 0) continue;
    const seconds = (Date.now() - began) / 1000;
    const rate = (step * shape.rows * shape.rowLength) / seconds;
    const left = ((steps - step) * seconds) / step / 60;
    console.error(
      `${mix} ${step}/${steps}: loss ${(sum / 100).toFixed(4)}, ${rate.toFixed(0)} tokens/s, ${left.toFixed(0)} minutes left`,
    );
    sum = 0;
  }
  parameters = session.state().parameters;
  await session.close();
}
const hash = writeCheckpoint(values.into, {
  config,
  weights: unflatten(config, parameters),
  precision: 'bf16',
  tokenizerFrom: TOKENIZER,
  manifest: {
    parent: null,
    madeBy: 'scripts/pretrain/pretrain.ts',
    licence: 'Apache-2.0',
    recipe: { seed, ...shape, ...schedule, phases: PHASES, adamW: ADAMW },
    corpus: { lessons, sha256: corpus.digest('hex') },
  },
});
await writeDataset(join(values.into, 'general.jsonl'), drawGeneralRows(GENERAL_ROWS));
console.error(`${values.into}: ${hash}`);
