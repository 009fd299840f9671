/** Prefill and decoding with a key/value cache in preallocated buffers, for a batch of prompts of different lengths. */

import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import type { Random } from '../core/seed.ts';
import type { DecoderConfig } from '../nn/decoder-config.ts';
import { type Sampling, sampleToken } from './sampling.ts';

export interface Sequence {
  readonly prompt: readonly number[];
  /** Where this sequence's draws come from; greedy decoding takes none. */
  readonly random: Random;
}

export interface Decoded {
  /** Generated ids; a stop id ends them and is not among them. */
  readonly ids: number[];
  readonly finishReason: 'stop' | 'length' | 'cancelled';
  /** Milliseconds from the start of the batch to each generated token, the stop token included. */
  readonly tokenMs: number[];
}

export interface DecodeOptions extends Sampling {
  readonly maxTokens: number;
  readonly stopIds: readonly number[];
  /** Asked before every token, the first included; true ends all sequences as `cancelled`. */
  readonly cancelled?: () => boolean;
}

/** One row of the running batch: which sequence it serves, and how many tokens its cache holds. */
interface Row {
  readonly sequence: number;
  length: number;
  /** The token that is fed next. */
  token: number;
}

/** A network ready to decode. Not safe for concurrent calls; `session.run` blocks its thread. */
export class DecodeSession {
  readonly #session: InferenceSession;
  readonly #config: DecoderConfig;

  private constructor(session: InferenceSession, config: DecoderConfig) {
    this.#session = session;
    this.#config = config;
  }

  /** @param network bytes or path of a graph made by `inferenceGraph` */
  static async create(network: Uint8Array | string, config: DecoderConfig, threads: number): Promise<DecodeSession> {
    const options = { intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all' } as const;
    const session = await (typeof network === 'string'
      ? InferenceSession.create(network, options)
      : InferenceSession.create(network, options));
    return new DecodeSession(session, config);
  }

  /**
   * Decodes a batch. An answer for which the network has no more positions is cut off there, with reason `length`; a
   * prompt that is too long itself gets an empty one.
   */
  async decode(sequences: readonly Sequence[], options: DecodeOptions): Promise<Decoded[]> {
    const began = performance.now();
    const { maxPositions } = this.#config;
    const ids: number[][] = sequences.map(() => []);
    const tokenMs: number[][] = sequences.map(() => []);
    const reasons: (Decoded['finishReason'] | undefined)[] = sequences.map(({ prompt }) =>
      prompt.length > maxPositions ? 'length' : undefined,
    );
    let rows = sequences
      .map(({ prompt }, sequence): Row => ({ sequence, length: prompt.length, token: 0 }))
      .filter(({ sequence }) => !reasons[sequence]);
    const longest = Math.max(0, ...rows.map(({ length }) => length));
    const room = Math.min(longest + options.maxTokens, maxPositions);
    let cache = new Cache(this.#config, rows.length, room);

    for (let isFirst = true; rows.length > 0 && !options.cancelled?.(); isFirst = false) {
      const logits = isFirst
        ? await this.#prefill(
            cache,
            rows.map(({ sequence }) => sequences[sequence]!.prompt),
            longest,
          )
        : await this.#step(cache, rows);
      const now = performance.now() - began;
      rows.forEach((row, index) => {
        if (reasons[row.sequence]) return;
        row.token = sampleToken(logits[index]!, options, sequences[row.sequence]!.random);
        tokenMs[row.sequence]!.push(now);
        if (options.stopIds.includes(row.token)) reasons[row.sequence] = 'stop';
        else ids[row.sequence]!.push(row.token);
        if (!reasons[row.sequence] && (ids[row.sequence]!.length === options.maxTokens || row.length === room)) {
          reasons[row.sequence] = 'length';
        }
      });
      // Finished rows cost as much as running ones: once half are done, the rest moves together.
      const active = rows.filter((row) => !reasons[row.sequence]);
      if (active.length <= rows.length / 2) {
        cache = cache.keep(active.map((row) => rows.indexOf(row)));
        rows = active;
      }
    }
    return sequences.map((_, index) => ({
      ids: ids[index]!,
      finishReason: reasons[index] ?? 'cancelled',
      tokenMs: tokenMs[index]!,
    }));
  }

  /** Runs all prompts, padded on the right to `width`; returns each row's logits (V) after its last token. */
  async #prefill(cache: Cache, prompts: readonly (readonly number[])[], width: number): Promise<Float32Array[]> {
    const ids = new BigInt64Array(prompts.length * width);
    const mask = new BigInt64Array(prompts.length * width);
    prompts.forEach((prompt, row) => {
      prompt.forEach((id, position) => {
        ids[row * width + position] = BigInt(id);
        mask[row * width + position] = 1n;
      });
    });
    return this.#run(cache, ids, mask, prompts.length);
  }

  /** Feeds one token to each row; a finished row is fed its last one again and again, unheeded. */
  async #step(cache: Cache, rows: Row[]): Promise<Float32Array[]> {
    const ids = BigInt64Array.from(rows, ({ token }) => BigInt(token));
    const mask = new BigInt64Array(rows.length * cache.room);
    rows.forEach((row, index) => {
      row.length = Math.min(row.length + 1, cache.room);
      mask.fill(1n, index * cache.room, index * cache.room + row.length);
    });
    return this.#run(cache, ids, mask, rows.length);
  }

  async #run(cache: Cache, ids: BigInt64Array, mask: BigInt64Array, rows: number): Promise<Float32Array[]> {
    const { vocabularySize } = this.#config;
    const logits = new Float32Array(rows * vocabularySize);
    await this.#session.run(
      {
        input_ids: new RuntimeTensor('int64', ids, [rows, ids.length / rows]),
        attention_mask: new RuntimeTensor('int64', mask, [rows, mask.length / rows]),
        ...cache.past,
      },
      { logits: new RuntimeTensor('float32', logits, [rows, 1, vocabularySize]), ...cache.present },
    );
    return Array.from({ length: rows }, (_, row) => logits.subarray(row * vocabularySize, (row + 1) * vocabularySize));
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

/** Keys and values of every layer, (rows, keyValueHeads, room, headWidth) each, read and written in place. */
class Cache {
  readonly past: Record<string, RuntimeTensor> = {};
  readonly present: Record<string, RuntimeTensor> = {};
  readonly room: number;
  readonly #config: DecoderConfig;

  constructor(config: DecoderConfig, rows: number, room: number, copy?: (name: string) => Float32Array) {
    this.room = room;
    this.#config = config;
    const shape = [rows, config.keyValueHeads, room, config.headWidth];
    const size = rows * config.keyValueHeads * room * config.headWidth;
    for (let layer = 0; layer < config.layers; layer++) {
      for (const kind of ['key', 'value']) {
        const name = `${layer}.${kind}`;
        const tensor = new RuntimeTensor('float32', copy?.(name) ?? new Float32Array(size), shape);
        this.past[`past_key_values.${name}`] = tensor;
        this.present[`present.${name}`] = tensor;
      }
    }
  }

  /** A smaller cache of the given rows, in their order. */
  keep(rows: readonly number[]): Cache {
    const { keyValueHeads, headWidth } = this.#config;
    const size = keyValueHeads * this.room * headWidth;
    return new Cache(this.#config, rows.length, this.room, (name) => {
      const all = this.present[`present.${name}`]!.data as Float32Array;
      const kept = new Float32Array(rows.length * size);
      for (const [index, row] of rows.entries()) kept.set(all.subarray(row * size, (row + 1) * size), index * size);
      return kept;
    });
  }
}
