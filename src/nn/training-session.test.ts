import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { largestDifference, runGraph } from '../../test/run-graph.ts';
import type { DecoderConfig } from './decoder-config.ts';
import type { AdamW } from './optimiser.ts';
import { flatten, type Weights } from './parameters.ts';
import { gradientGraph } from './training-graph.ts';
import { type Batch, TrainingSession, type TrainingState } from './training-session.ts';

/** Two steps of a tiny Qwen2 in PyTorch, made by scripts/python/reference_step.py. */
interface Reference {
  readonly config: Readonly<Record<string, number>>;
  readonly batch: Readonly<Record<'ids' | 'labels' | 'weights' | 'positions' | 'segments', number[][]>>;
  readonly optimiser: AdamW;
  readonly parameters: NamedTensors;
  readonly logits: { readonly data: number[] };
  readonly gradients: NamedTensors;
  readonly steps: readonly { readonly learningRate: number; readonly loss: number; readonly gradientNorm: number }[];
  readonly parametersAfter: NamedTensors;
}

type NamedTensors = Readonly<Record<string, { readonly shape: number[]; readonly data: number[] }>>;

const reference = JSON.parse(readFileSync('test/fixtures/reference-step.json', 'utf8')) as Reference;

const of = (key: string): number => reference.config[key]!;
const config: DecoderConfig = {
  vocabularySize: of('vocab_size'),
  width: of('hidden_size'),
  layers: of('num_hidden_layers'),
  heads: of('num_attention_heads'),
  keyValueHeads: of('num_key_value_heads'),
  headWidth: of('hidden_size') / of('num_attention_heads'),
  feedForwardWidth: of('intermediate_size'),
  ropeTheta: of('rope_theta'),
  normEpsilon: of('rms_norm_eps'),
  tiedEmbeddings: true,
  attentionBias: true,
  maxPositions: of('max_position_embeddings'),
};
const integers = (rows: number[][]): BigInt64Array => BigInt64Array.from(rows.flat(), BigInt);
const batch: Batch = {
  ids: integers(reference.batch.ids),
  labels: integers(reference.batch.labels),
  weights: Float32Array.from(reference.batch.weights.flat()),
  positions: integers(reference.batch.positions),
  segments: integers(reference.batch.segments),
};
const shape = { rows: 2, rowLength: 8 };

const vector = (tensors: NamedTensors): Float32Array => {
  const weights: Weights = new Map(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      { shape: tensor.shape, data: Float32Array.from(tensor.data) },
    ]),
  );
  return flatten(config, weights);
};
const start = (): TrainingState => {
  const parameters = vector(reference.parameters);
  const zeros = (): Float32Array => new Float32Array(parameters.length);
  return { parameters, first: zeros(), second: zeros(), steps: 0 };
};

/** Both sides compute in 32 bits, in another order: a few units in the seventh place of numbers of size 1 to 5. */
const TOLERANCE = 1e-5;

describe('a training step is PyTorch’s', () => {
  it('in logits, loss and the gradient of every parameter', async () => {
    const flat = [shape.rows * shape.rowLength];
    const square = [shape.rows, shape.rowLength];
    const parameters = vector(reference.parameters);
    const outputs = await runGraph(gradientGraph(config, shape), {
      parameters: [parameters, [parameters.length]],
      ids: [batch.ids, flat],
      labels: [batch.labels, flat],
      weights: [batch.weights, flat],
      positions: [batch.positions, square],
      segments: [batch.segments, square],
    });
    expect(largestDifference(outputs['logits']!, reference.logits.data)).toBeLessThan(TOLERANCE);
    expect(largestDifference(outputs['loss']!, [reference.steps[0]!.loss])).toBeLessThan(TOLERANCE);
    expect(largestDifference(outputs['gradients']!, vector(reference.gradients))).toBeLessThan(TOLERANCE);
  });

  it('in the loss and norm of two clipped steps, and in the parameters after them', async () => {
    const session = await TrainingSession.create(config, shape, reference.optimiser, start(), 1);
    for (const expected of reference.steps) {
      const { loss, norm } = await session.step(batch, expected.learningRate);
      expect(norm).toBeGreaterThan(reference.optimiser.clipNorm);
      expect(Math.abs(loss - expected.loss)).toBeLessThan(TOLERANCE);
      expect(Math.abs(norm - expected.gradientNorm)).toBeLessThan(TOLERANCE);
    }
    const { parameters, steps } = session.state();
    await session.close();
    expect(steps).toBe(2);
    expect(largestDifference(parameters, vector(reference.parametersAfter))).toBeLessThan(TOLERANCE);
    // Two steps of Adam at 0.01 and 0.005 move a parameter by up to 0.015: the comparison is not of what stood still.
    expect(largestDifference(parameters, vector(reference.parameters))).toBeGreaterThan(0.01);
  });
});

it('many equal rows teach what one of them does', async () => {
  // 1280 tokens, more than go through together.
  const gradientsOf = async (rows: number): Promise<Record<string, Float32Array>> => {
    const rowLength = 256;
    const count = rows * rowLength;
    const each = (value: (place: number) => number): BigInt64Array =>
      BigInt64Array.from({ length: count }, (_, index) => BigInt(value(index % rowLength)));
    const parameters = vector(reference.parameters);
    return runGraph(gradientGraph({ ...config, maxPositions: rowLength }, { rows, rowLength }), {
      parameters: [parameters, [parameters.length]],
      ids: [each((place) => (7 * place) % config.vocabularySize), [count]],
      labels: [each((place) => (5 * place) % config.vocabularySize), [count]],
      weights: [new Float32Array(count).fill(1), [count]],
      positions: [each((place) => place), [rows, rowLength]],
      segments: [each(() => 0), [rows, rowLength]],
    });
  };
  const [one, five] = [await gradientsOf(1), await gradientsOf(5)];
  expect(largestDifference(five['loss']!, one['loss']!)).toBeLessThan(TOLERANCE);
  expect(largestDifference(five['gradients']!, one['gradients']!)).toBeLessThan(TOLERANCE);
  for (let row = 0; row < 5; row++) {
    const size = one['logits']!.length;
    const logits = five['logits']!.subarray(row * size, (row + 1) * size);
    expect(largestDifference(logits, one['logits']!)).toBeLessThan(TOLERANCE);
  }
});

it('a session goes on from another’s state to the very bits', async () => {
  const open = (state: TrainingState) => TrainingSession.create(config, shape, reference.optimiser, state, 1);
  const first = await open(start());
  await first.step(batch, 1e-2);
  const state = first.state();
  const second = await open(state);
  const losses = [await first.step(batch, 5e-3), await second.step(batch, 5e-3)];
  expect(losses[1]).toEqual(losses[0]);
  expect(second.state()).toEqual(first.state());
  // What was handed out is a copy, not what the session writes on.
  expect(state.parameters).not.toEqual(first.state().parameters);
  await first.close();
  await second.close();
});
