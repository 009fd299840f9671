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

/** The hashes of a row's runs of one length, in arrays that are used again for the next row. */
export class Grams {
  readonly size: number;
  /** Runs that there are: one for each token that one begins at. */
  length = 0;
  high = new Uint32Array(1024);
  low = new Uint32Array(1024);
  readonly #highFirst: number;
  readonly #lowFirst: number;

  /** @param size tokens in a run */
  constructor(size: number) {
    this.size = size;
    let [high, low] = [1, 1];
    for (let power = 1; power < size; power++) {
      high = Math.imul(high, HIGH_BASE);
      low = Math.imul(low, LOW_BASE);
    }
    [this.#highFirst, this.#lowFirst] = [high, low];
  }

  /** Reads every run between two tokens, each hashed as by {@link runHash}; none where there are too few tokens. */
  read({ hashes }: Words, start: number, end: number): this {
    const { size } = this;
    this.length = Math.max(0, end - start - size + 1);
    if (this.length > this.high.length) {
      this.high = new Uint32Array(2 * this.length);
      this.low = new Uint32Array(2 * this.length);
    }
    const [highs, lows, highFirst, lowFirst] = [this.high, this.low, this.#highFirst, this.#lowFirst];
    let [high, low] = [0, 0];
    for (let at = start; at < end; at++) {
      const first = at - size;
      if (first >= start) {
        low = (low - Math.imul(lowFirst, hashes[first]!)) | 0;
        high = (high - Math.imul(highFirst, hashes[first]!)) | 0;
      }
      low = (Math.imul(low, LOW_BASE) + hashes[at]!) | 0;
      high = (Math.imul(high, HIGH_BASE) + hashes[at]!) | 0;
      const run = first + 1 - start;
      if (run >= 0) {
        highs[run] = mixed(high);
        lows[run] = mixed(low);
      }
    }
    return this;
  }
}
