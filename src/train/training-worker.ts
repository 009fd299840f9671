/** The thread in which a student is trained. */

import { ProofstillError } from '../core/errors.ts';
import { contentHash } from '../core/hash.ts';
import type { DatasetRow, Step } from '../core/records.ts';
import { randomStream } from '../core/seed.ts';
import { readCheckpoint, writeCheckpoint } from '../model/checkpoint.ts';
import { openTokenizer, type Tokenizer } from '../model/tokenizer.ts';
import { serve } from '../model/worker.ts';
import { ADAMW, learningRateAt } from '../nn/optimiser.ts';
import { flatten, unflatten } from '../nn/parameters.ts';
import { TrainingSession } from '../nn/training-session.ts';
import type { TrainCall, TrainEvent } from './embedded.ts';
import { batchOf, type Example, packRows } from './pack.ts';
import { discardProgress, readProgress, writeProgress } from './progress.ts';
import type { Recipe, Trained } from './trainer.ts';

/** Steps between two states on disk: what a kill loses at most. */
const PROGRESS_EVERY = 100;
const WARMUP_STEPS = 20;
const FINAL_SHARE = 0.1;

serve<TrainCall, TrainEvent, Trained | 'interrupted'>(async (call, { emit, cancelled }) => {
  const { recipe, into, threads } = call;
  const { config, weights, hash: parent } = readCheckpoint(call.checkpoint);
  if (recipe.rowLength > config.maxPositions) {
    const message = `train.rowLength is ${recipe.rowLength}, the student has only ${config.maxPositions} positions`;
    throw new ProofstillError('trainer', message, { place: call.checkpoint, hint: 'Lower train.rowLength.' });
  }
  const tokenizer = openTokenizer(call.checkpoint);
  const examples = call.dataset.map((row) => exampleOf(row, tokenizer, recipe));
  const shape = { rows: Math.max(1, Math.round(recipe.batchTokens / recipe.rowLength)), rowLength: recipe.rowLength };
  const batches = plan(examples, recipe, shape.rows);
  const schedule = {
    peak: recipe.learningRate,
    warmupSteps: WARMUP_STEPS,
    totalSteps: batches.length,
    finalShare: FINAL_SHARE,
  };

  const parameters = flatten(config, weights);
  const fresh = {
    parameters,
    first: new Float32Array(parameters.length),
    second: new Float32Array(parameters.length),
    steps: 0,
  };
  const key = contentHash({ parent, recipe, dataset: call.dataset });
  const found = readProgress(into, key, parameters.length);
  const curve: Step[] = [...(found?.curve ?? [])];
  const session = await TrainingSession.create(config, shape, ADAMW, found?.state ?? fresh, threads);
  try {
    for (let index = curve.length; index < batches.length; index++) {
      const learningRate = learningRateAt(index, schedule);
      const { loss, norm } = await session.step(batchOf(batches[index]!, shape), learningRate);
      if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
        throw new ProofstillError('trainer', `the loss is ${loss} after ${index} steps`, {
          place: into,
          hint: 'Lower train.learningRate.',
        });
      }
      const step = { step: index + 1, loss, learningRate, gradientNorm: norm };
      curve.push(step);
      emit({ step, total: batches.length });
      const stop = cancelled();
      if (stop || step.step % PROGRESS_EVERY === 0) writeProgress(into, { key, state: session.state(), curve });
      if (stop) return 'interrupted';
    }
    const hash = writeCheckpoint(into, {
      config,
      weights: unflatten(config, session.state().parameters),
      precision: 'fp32',
      tokenizerFrom: call.checkpoint,
      manifest: { parent, recipe, ...call.manifest },
    });
    discardProgress(into);
    const tokens = batches.flat(2).reduce((sum, { ids }) => sum + ids.length, 0);
    return { hash, steps: batches.length, tokens, curve };
  } finally {
    await session.close();
  }
});

function exampleOf(row: DatasetRow, tokenizer: Tokenizer, recipe: Recipe): Example {
  const { ids, learnFrom } = tokenizer.training(row.prompt, row.text);
  if (ids.length > recipe.rowLength) {
    throw new ProofstillError(
      'trainer',
      `an example has ${ids.length} tokens, train.rowLength allows ${recipe.rowLength}`,
      {
        place: `prompt "${row.prompt}"`,
        hint: 'Raise train.rowLength.',
      },
    );
  }
  return { ids, weights: ids.map((_, index) => (index < learnFrom ? 0 : 1)) };
}

/** Every step's rows: all examples once an epoch, in an order of that epoch's own; the last batch may be short. */
function plan(examples: readonly Example[], recipe: Recipe, rowsPerStep: number): Example[][][] {
  const rows = Array.from({ length: recipe.epochs }, (_, epoch) => {
    const random = randomStream(recipe.seed, 'epoch', epoch);
    return random.shuffle([...packRows(random.shuffle(examples), recipe.rowLength)]);
  }).flat();
  return Array.from({ length: Math.ceil(rows.length / rowsPerStep) }, (_, step) =>
    rows.slice(step * rowsPerStep, (step + 1) * rowsPerStep),
  );
}
