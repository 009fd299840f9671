import { cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isProofstillError } from '../core/errors.ts';
import { type DatasetRow, SCHEMA, type Step } from '../core/records.ts';
import { readCheckpoint } from '../model/checkpoint.ts';
import { openTokenizer } from '../model/tokenizer.ts';
import { embeddedTrainer } from './embedded.ts';
import type { TrainOptions } from './trainer.ts';

const TINY = 'test/fixtures/tiny-qwen2';
const dataset: DatasetRow[] = Array.from({ length: 24 }, (_, index) => ({
  schema: SCHEMA,
  key: `${index}`,
  area: 'sums',
  prompt: `${index}+1`,
  text: `<think>${index}+1=${index + 1}</think><answer>${index + 1}</answer>`,
}));
const recipe = { epochs: 4, learningRate: 3e-3, batchTokens: 64, rowLength: 64, seed: 5 };

function options(): TrainOptions {
  const into = join(mkdtempSync(join(tmpdir(), 'proofstill-train-')), 'checkpoint');
  return { checkpoint: TINY, dataset, recipe, into, manifest: { dataset: 'hash' } };
}

describe('the embedded trainer', () => {
  it('lowers the loss, and leaves a checkpoint that names its parent', async () => {
    const trainer = embeddedTrainer({ threads: 1 });
    const given = options();
    const { hash, curve, tokens } = await trainer.train(given);
    await trainer.close();
    const { hash: read } = readCheckpoint(given.into);
    expect(read).toBe(hash);
    expect(curve.at(-1)?.loss).toBeLessThan(0.8 * (curve[0]?.loss ?? 0));
    const tokenizer = openTokenizer(TINY);
    const once = dataset.reduce((sum, { prompt, text }) => sum + tokenizer.training(prompt, text).ids.length, 0);
    expect(tokens).toBe(4 * once);
    const manifest = JSON.parse(readFileSync(join(given.into, 'proofstill.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest['parent']).toBe(readCheckpoint(TINY).hash);
  });

  it('interrupted and resumed ends in the same bytes as undisturbed', async () => {
    const trainer = embeddedTrainer({ threads: 1 });
    const undisturbed = await trainer.train(options());
    const given = options();
    const stop = new AbortController();
    const seen: Step[] = [];
    const onStep = (step: Step): void => {
      seen.push(step);
      if (step.step === 7) stop.abort();
    };
    const first = await trainer.train({ ...given, signal: stop.signal, onStep }).catch((error: unknown) => error);
    expect(isProofstillError(first, 'interrupted')).toBe(true);
    expect(existsSync(given.into)).toBe(false);
    const resumed = await trainer.train({ ...given, onStep: (step) => seen.push(step) });
    await trainer.close();
    expect(resumed.hash).toBe(undisturbed.hash);
    expect(resumed.curve).toEqual(undisturbed.curve);
    // No step was done twice.
    expect(seen.map(({ step }) => step)).toEqual(undisturbed.curve.map(({ step }) => step));
  });

  it('names the prompt of an example that is longer than a row', async () => {
    const trainer = embeddedTrainer({ threads: 1 });
    const error = await trainer
      .train({ ...options(), recipe: { ...recipe, rowLength: 16 } })
      .catch((caught: unknown) => caught);
    await trainer.close();
    expect(isProofstillError(error, 'trainer')).toBe(true);
    // The first with three two-digit numbers: 18 tokens.
    expect(error).toMatchObject({ place: 'prompt "9+1"', hint: 'Raise train.rowLength.' });
  });

  it('leaves the checkpoint that it starts from as it was', async () => {
    const copy = join(mkdtempSync(join(tmpdir(), 'proofstill-parent-')), 'parent');
    cpSync(TINY, copy, { recursive: true });
    const trainer = embeddedTrainer({ threads: 1 });
    await trainer.train({ ...options(), checkpoint: copy });
    await trainer.close();
    expect(readCheckpoint(copy).hash).toBe(readCheckpoint(TINY).hash);
  });
});
