/** Hashes of runs of tokens, rolled along a row. */

import { mixed, type Words } from './words.ts';

/** Odd, so that they are units of the integers modulo 2³². */
const [LOW_BASE, HIGH_BASE] = [0x9e3779b1, 0x85ebca77];

/** Two independent 32-bit hashes of the tokens from `start` to before `end`. */
export function runHash({ hashes }: Words, start: number, end: number): [high: number, low: number] {
  let [high, low] = [0, 0];
  for (let at = start; at < end; at++) {
    low = (Math.imul(low, LOW_BASE) + hashes[at]!) | 0;
    high = (Math.imul(high, HIGH_BASE) + hashes[at]!) | 0;
  }
  return [mixed(high), mixed(low)];
}

/** The second of {@link runHash}'s two for every run of one length, in an array that is used again for the next row. */
export class Grams {
  readonly size: number;
  /** Runs that there are: one for each token that one begins at. */
  length = 0;
  low = new Uint32Array(1024);
  readonly #first: number;

  /** @param size tokens in a run */
  constructor(size: number) {
    this.size = size;
    this.#first = Array.from({ length: size - 1 }).reduce((power: number) => Math.imul(power, LOW_BASE), 1);
  }

  /** Reads every run between two tokens; none where there are too few tokens. */
  read({ hashes }: Words, start: number, end: number): this {
    const { size } = this;
    this.length = Math.max(0, end - start - size + 1);
    if (this.length > this.low.length) this.low = new Uint32Array(2 * this.length);
    if (this.length === 0) return this;
    const [low, first] = [this.low, this.#first];
    let hash = 0;
    for (let at = start; at < start + size - 1; at++) hash = (Math.imul(hash, LOW_BASE) + hashes[at]!) | 0;
    for (let run = 0; run < this.length; run++) {
      hash = (Math.imul(hash, LOW_BASE) + hashes[start + run + size - 1]!) | 0;
      low[run] = mixed(hash);
      hash = (hash - Math.imul(first, hashes[start + run]!)) | 0;
    }
    return this;
  }
}
