import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { type Feed, largestDifference, runGraph } from '../../test/run-graph.ts';
import { randomStream } from '../core/seed.ts';
import type { DecoderConfig } from '../nn/decoder-config.ts';
import { inferenceGraph } from '../nn/inference-graph.ts';
import { initialWeights } from '../nn/parameters.ts';
import { readCheckpoint } from './checkpoint.ts';
import { type Decoded, type DecodeOptions, DecodeSession, type Sequence } from './decode.ts';

/** What transformers answers from a checkpoint: scripts/python/check_checkpoint.py. */
interface Expected {
  readonly outputs: readonly {
    readonly promptIds: number[];
    readonly ids: number[];
    readonly promptLogits: number[];
    readonly lastLogits: number[];
  }[];
}

describe.each(['tiny-qwen2', 'tiny-llama'])('transformers’ answers from %s come out of its checkpoint here', (name) => {
  const directory = `test/fixtures/${name}`;
  const { config, weights } = readCheckpoint(directory);
  const { outputs } = JSON.parse(readFileSync(`${directory}/expected.json`, 'utf8')) as Expected;
  const stop: number = JSON.parse(readFileSync(`${directory}/generation_config.json`, 'utf8')).eos_token_id;
  const network = inferenceGraph(config, weights, 'fp32');

  it('token by token, all prompts side by side', async () => {
    const session = await DecodeSession.create(network, config, 1);
    const prompts = outputs.map(({ promptIds }) => ({ prompt: promptIds, random: randomStream(1) }));
    const decoded = await session.decode(prompts, { temperature: 0, topP: 1, maxTokens: 24, stopIds: [stop] });
    await session.close();
    outputs.forEach(({ ids }, index) => {
      // transformers counts the stop token among the answer's.
      const stopped = ids.at(-1) === stop;
      expect(decoded[index]).toMatchObject({
        ids: stopped ? ids.slice(0, -1) : ids,
        finishReason: stopped ? 'stop' : 'length',
      });
      expect(decoded[index]!.tokenMs.length).toBe(ids.length);
    });
  });

  it('in the logits of the first token and of the last', async () => {
    for (const { promptIds, ids, promptLogits, lastLogits } of outputs) {
      const all = [...promptIds, ...ids.slice(0, -1)];
      // Two programs in 32 bits, on logits of size 1 to 10.
      expect(largestDifference(await logitsAfter(network, config, promptIds), promptLogits)).toBeLessThan(1e-4);
      expect(largestDifference(await logitsAfter(network, config, all), lastLogits)).toBeLessThan(1e-4);
    }
  });
});

/** Logits (V) after a whole sequence that is read at once. */
async function logitsAfter(network: Uint8Array, config: DecoderConfig, ids: readonly number[]): Promise<Float32Array> {
  const shape = [1, config.keyValueHeads, 0, config.headWidth];
  const layers = Array.from({ length: config.layers }, (_, layer) => [`${layer}.key`, `${layer}.value`]).flat();
  const outputs = await runGraph(network, {
    input_ids: [BigInt64Array.from(ids, BigInt), [1, ids.length]],
    attention_mask: [new BigInt64Array(ids.length).fill(1n), [1, ids.length]],
    ...Object.fromEntries(
      layers.map((name): [string, Feed] => [`past_key_values.${name}`, [new Float32Array(0), shape]]),
    ),
  });
  return outputs['logits']!;
}

describe('a batch', async () => {
  const config: DecoderConfig = {
    vocabularySize: 24,
    width: 32,
    layers: 2,
    heads: 2,
    keyValueHeads: 1,
    headWidth: 16,
    feedForwardWidth: 48,
    ropeTheta: 10_000,
    normEpsilon: 1e-6,
    tiedEmbeddings: false,
    attentionBias: true,
    maxPositions: 32,
  };
  const network = inferenceGraph(config, initialWeights(config, randomStream(11, 'weights')), 'fp32');
  const session = await DecodeSession.create(network, config, 1);
  afterAll(() => session.close());

  const random = randomStream(11, 'prompts');
  const prompts = [9, 1, 4, 6, 2, 12, 5, 3].map((length) => Array.from({ length }, () => random.int(0, 23)));
  const sequences = (which = prompts): Sequence[] =>
    which.map((prompt) => ({ prompt, random: randomStream(11, 'answer', ...prompt) }));
  const greedy: DecodeOptions = { temperature: 0, topP: 1, maxTokens: 16, stopIds: [] };
  const sampled: DecodeOptions = { temperature: 1, topP: 0.95, maxTokens: 16, stopIds: [] };
  const without = ({ ids, finishReason }: Decoded): Omit<Decoded, 'tokenMs'> => ({ ids, finishReason });

  async function together(options: DecodeOptions): Promise<Omit<Decoded, 'tokenMs'>[]> {
    return (await session.decode(sequences(), options)).map(without);
  }

  async function alone(options: DecodeOptions): Promise<Omit<Decoded, 'tokenMs'>[]> {
    const decoded: Decoded[] = [];
    for (const sequence of sequences()) decoded.push(...(await session.decode([sequence], options)));
    return decoded.map(without);
  }

  it.each([
    ['greedily', greedy],
    ['with draws', sampled],
  ])('answers %s as each of its prompts alone', async (_, options) => {
    const answers = await together(options);
    expect(answers).toEqual(await alone(options));
    expect(answers.map(({ ids }) => ids.length)).toEqual(prompts.map(() => 16));
    // Answers that fell into one token would agree whatever the cache held.
    expect(new Set(answers.flatMap(({ ids }) => ids)).size).toBeGreaterThan(8);
    expect(new Set(answers.map(({ ids }) => ids.join())).size).toBe(prompts.length);
  });

  it('answers the same when finished rows are dropped from it', async () => {
    const options = { ...sampled, stopIds: [2, 3, 5, 7] };
    const answers = await together(options);
    expect(answers).toEqual(await alone(options));
    // Half of eight are done, then half of those that are left: the cache moves twice at least.
    const lengths = answers.map(({ ids }) => ids.length).sort((left, right) => left - right);
    expect(lengths[3]).toBeLessThan(lengths[4]!);
    expect(lengths[5]).toBeLessThan(lengths[7]!);
    // Dropped rows end as the running ones would have: at their first stop token.
    const whole = await together(sampled);
    answers.forEach(({ ids }, index) => {
      const end = whole[index]!.ids.findIndex((id) => options.stopIds.includes(id));
      expect(ids).toEqual(whole[index]!.ids.slice(0, end === -1 ? 16 : end));
    });
  });

  it('ends where it is cancelled, with what it has', async () => {
    const whole = await together(greedy);
    for (const tokens of [0, 5]) {
      let asked = 0;
      const decoded = await session.decode(sequences(), { ...greedy, cancelled: () => asked++ === tokens });
      decoded.forEach(({ ids, finishReason, tokenMs }, index) => {
        expect(finishReason).toBe('cancelled');
        expect(ids).toEqual(whole[index]!.ids.slice(0, tokens));
        expect(tokenMs.length).toBe(tokens);
      });
    }
  });

  it('cuts an answer off where the network has no more positions, whatever its neighbours have', async () => {
    const [short, long] = [[1], Array.from({ length: 30 }, (_, index) => index % 24)] as const;
    const decoded = await session.decode(sequences([[...short], [...long]]), greedy);
    // Positions 30 and 31 are fed, after 29: three tokens come out.
    expect(decoded.map(({ ids }) => ids.length)).toEqual([16, 3]);
    expect(decoded.map(({ finishReason }) => finishReason)).toEqual(['length', 'length']);
    const [first] = await session.decode(sequences([[...short]]), greedy);
    expect(decoded[0]!.ids).toEqual(first!.ids);
  });

  it('has an empty answer for a prompt that is longer than the network, and others for the rest', async () => {
    const tooLong = Array.from({ length: 33 }, () => 1);
    const decoded = await session.decode(sequences([tooLong, prompts[0]!]), greedy);
    expect(decoded[0]).toEqual({ ids: [], finishReason: 'length', tokenMs: [] });
    const [rest] = await session.decode(sequences([prompts[0]!]), greedy);
    expect(decoded[1]!.ids).toEqual(rest!.ids);
    expect(await session.decode(sequences([tooLong]), greedy)).toEqual([decoded[0]]);
  });
});
