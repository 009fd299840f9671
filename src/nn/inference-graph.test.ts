import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { type Feed, largestDifference, runGraph, withGraph } from '../../test/run-graph.ts';
import { randomStream } from '../core/seed.ts';
import type { DecoderConfig } from './decoder-config.ts';
import { inferenceGraph } from './inference-graph.ts';
import { flatten, initialWeights, type Weights } from './parameters.ts';
import { gradientGraph } from './training-graph.ts';

const QWEN2: DecoderConfig = {
  vocabularySize: 40,
  width: 64,
  layers: 2,
  heads: 4,
  keyValueHeads: 2,
  headWidth: 16,
  feedForwardWidth: 96,
  ropeTheta: 10_000,
  normEpsilon: 1e-6,
  tiedEmbeddings: true,
  attentionBias: true,
  maxPositions: 32,
};
/** Untied, without biases, heads wider together than the stream; 24 and 40 are no multiples of the int8 block. */
const LLAMA: DecoderConfig = {
  ...QWEN2,
  width: 24,
  keyValueHeads: 1,
  feedForwardWidth: 40,
  tiedEmbeddings: false,
  attentionBias: false,
};

/** Random, gains and biases too, so that each of them matters. */
function weightsOf(config: DecoderConfig): Weights {
  const random = randomStream(3, 'weights');
  return new Map(
    [...initialWeights(config, random)].map(([name, { shape, data }]) => [
      name,
      { shape, data: shape.length > 1 ? data : data.map((value) => value + random.next() - 0.5) },
    ]),
  );
}

const PROMPTS = [
  [5, 17, 0, 33, 8, 8, 21, 39, 2],
  [1, 12, 30],
];

/** Each beginning of a row, the whole row last. */
const beginnings = (ids: readonly number[]): number[][] => ids.map((_, index) => ids.slice(0, index + 1));

/** The training graph's logits (S, V) for one row. */
async function trainingLogits(config: DecoderConfig, weights: Weights, ids: readonly number[]): Promise<Float32Array> {
  const { length } = ids;
  const flat = flatten(config, weights);
  const outputs = await runGraph(gradientGraph(config, { rows: 1, rowLength: length }), {
    parameters: [flat, [flat.length]],
    ids: [BigInt64Array.from(ids, BigInt), [length]],
    labels: [new BigInt64Array(length), [length]],
    weights: [new Float32Array(length).fill(1), [length]],
    positions: [BigInt64Array.from(ids, (_, index) => BigInt(index)), [1, length]],
    segments: [new BigInt64Array(length), [1, length]],
  });
  return outputs['logits']!;
}

/** Inputs for `rows` of new tokens, each over a cache as `past` gives it, of `room` positions, `held` of which are taken. */
function feedsOf(
  config: DecoderConfig,
  ids: readonly (readonly number[])[],
  cache: { readonly held: number; readonly room: number; readonly past?: Readonly<Record<string, Float32Array>> },
): Record<string, Feed> {
  const [rows, width] = [ids.length, Math.max(...ids.map((row) => row.length))];
  const shape = [rows, config.keyValueHeads, cache.room, config.headWidth];
  const empty = new Float32Array(shape.reduce((product, length) => product * length));
  const padded = ids.map((row) => [...row, ...new Array<number>(width - row.length).fill(0)]);
  const total = cache.held + width;
  const mask = ids.flatMap((row) => Array.from({ length: total }, (_, index) => index < cache.held + row.length));
  const feeds: Record<string, Feed> = {
    input_ids: [BigInt64Array.from(padded.flat(), BigInt), [rows, width]],
    attention_mask: [BigInt64Array.from(mask, BigInt), [rows, total]],
  };
  for (let layer = 0; layer < config.layers; layer++) {
    for (const kind of ['key', 'value']) {
      feeds[`past_key_values.${layer}.${kind}`] = [cache.past?.[`present.${layer}.${kind}`] ?? empty, shape];
    }
  }
  return feeds;
}

/** Both graphs compute in 32 bits, with other kernels, on logits of size 1 to 5. */
const TOLERANCE = 1e-4;

describe.each([
  ['Qwen2', QWEN2],
  ['Llama', LLAMA],
])('a %s answers as it was trained', (_, config) => {
  const weights = weightsOf(config);
  const network = inferenceGraph(config, weights, 'fp32');
  const { vocabularySize } = config;

  it('when whole prompts of different lengths are read at once', async () => {
    const rows = PROMPTS.flatMap(beginnings);
    const { logits } = await runGraph(network, feedsOf(config, rows, { held: 0, room: 20 }));
    const expected = (await Promise.all(PROMPTS.map((ids) => trainingLogits(config, weights, ids)))).map((row) => [
      ...row,
    ]);
    expect(largestDifference(logits!, expected.flat())).toBeLessThan(TOLERANCE);
    for (const [index, ids] of PROMPTS.entries()) {
      // The numbers are not all alike: a token or a place more or less would show.
      const [first, last] = [expected[index]!.slice(0, vocabularySize), expected[index]!.slice(-vocabularySize)];
      expect(first.length * ids.length).toBe(expected[index]!.length);
      expect(largestDifference(first, last)).toBeGreaterThan(1);
    }
  });

  it('when tokens come one by one and the cache grows by each, as transformers.js does it', async () => {
    const ids = PROMPTS[0]!;
    const expected = await trainingLogits(config, weights, ids);
    await withGraph(network, async (run) => {
      let past: Record<string, Float32Array> = {};
      for (const [index, id] of ids.entries()) {
        past = await run(feedsOf(config, [[id]], { held: index, room: index, past }));
        const wanted = expected.slice(index * vocabularySize, (index + 1) * vocabularySize);
        expect(largestDifference(past['logits']!, wanted)).toBeLessThan(TOLERANCE);
        expect(past['present.0.key']!.length).toBe((index + 1) * config.keyValueHeads * config.headWidth);
      }
    });
  });

  it('when the cache is written in place', async () => {
    const ids = PROMPTS[0]!;
    const room = 20;
    const expected = await trainingLogits(config, weights, ids);
    const session = await InferenceSession.create(network, { intraOpNumThreads: 1, interOpNumThreads: 1 });
    const cache = Object.entries(feedsOf(config, [[0]], { held: 0, room }))
      .filter(([name]) => name.startsWith('past'))
      .map(([name, [data, shape]]) => [name, new RuntimeTensor('float32', (data as Float32Array).slice(), shape)]);
    const present = cache.map(([name, tensor]) => [(name as string).replace('past_key_values', 'present'), tensor]);
    const logits = new RuntimeTensor('float32', new Float32Array(vocabularySize), [1, 1, vocabularySize]);
    for (const [index, id] of ids.entries()) {
      const mask = BigInt64Array.from({ length: room }, (_, position) => (position <= index ? 1n : 0n));
      await session.run(
        {
          input_ids: new RuntimeTensor('int64', BigInt64Array.of(BigInt(id)), [1, 1]),
          attention_mask: new RuntimeTensor('int64', mask, [1, room]),
          ...Object.fromEntries(cache),
        },
        { logits, ...Object.fromEntries(present) },
      );
      const wanted = expected.slice(index * vocabularySize, (index + 1) * vocabularySize);
      expect(largestDifference(logits.data as Float32Array, wanted)).toBeLessThan(TOLERANCE);
    }
    await session.release();
  });
});

describe('eight bits', () => {
  const weights = weightsOf(QWEN2);
  const feeds = feedsOf(QWEN2, beginnings(PROMPTS[0]!), { held: 0, room: 9 });

  it('stay close to 32', async () => {
    const [fp32, int8] = [inferenceGraph(QWEN2, weights, 'fp32'), inferenceGraph(QWEN2, weights, 'int8')];
    const [exact, rounded] = [(await runGraph(fp32, feeds))['logits']!, (await runGraph(int8, feeds))['logits']!];
    const spread = Math.sqrt(exact.reduce((sum, value) => sum + value * value, 0) / exact.length);
    // Rounded in steps of 1/127 of the largest of 32, some 2 deviations, weights and activations get noise of 0.5% each; a
    // stack of eight products makes 2% of it, and the worst of 360 logits is off by three times that. Twice as much is
    // allowed, and more; a wrong scale or zero would be off by the whole spread.
    expect(largestDifference(exact, rounded)).toBeLessThan(0.15 * spread);
    expect(largestDifference(exact, rounded)).toBeGreaterThan(0);
    // Matrices take 9 bits a weight instead of 32, the embedding stays.
    expect(int8.length).toBeLessThan(0.5 * fp32.length);
  });

  it('are refused where a matrix has no whole blocks', () => {
    expect(() => inferenceGraph(LLAMA, weightsOf(LLAMA), 'int8')).toThrow(
      'a matrix of inner length 24 has no blocks of 32',
    );
  });
});

it('a network cannot be made with a parameter missing', () => {
  const weights = new Map(weightsOf(QWEN2));
  weights.delete('model.layers.1.mlp.up_proj.weight');
  expect(() => inferenceGraph(QWEN2, weights, 'fp32')).toThrow(
    'parameter model.layers.1.mlp.up_proj.weight is missing',
  );
});
