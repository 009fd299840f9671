/**
 * Finds rows that say nearly the same as an earlier one, in flat memory: compact signatures propose pairs, banded as in
 * locality-sensitive hashing (Indyk and Motwani 1998), and the pair's own shingles decide. So there are no false finds, and
 * what is missed is what no band proposed.
 *
 * However alike their traces are, rows whose prompts differ in a number, a symbol, a number word or a negation are different
 * problems: `x^2-5x+6=0` and `x^2-5x+8=0` both stay. Only rows with the same sequence of these share a bucket.
 */

import { jaccard, SIGNATURE, shingles, sign, similarity } from './minhash.ts';
import { mixed, Words } from './words.ts';

export interface NearDuplicatesOptions {
  /** Jaccard similarity of shingles from which a row is a near-duplicate, above 0. */
  readonly threshold: number;
  /** An earlier row by its number: rows are numbered from 0 as they are added. */
  readonly read: (row: number) => { readonly prompt: string; readonly text: string };
}

/** A pair exactly at the threshold is proposed with this probability. */
const PROPOSED = 0.99;
/** Rows in a block of memory: blocks are never copied. */
const BLOCK = 4096;
/** Rows of one bucket that are looked at, the newest first, and pairs that are compared in full: what a row may cost. */
const [LONGEST_CHAIN, MOST_COMPARED] = [256, 16];

export class NearDuplicates {
  readonly #threshold: number;
  readonly #read: NearDuplicatesOptions['read'];
  readonly #bands: number;
  readonly #bandBytes: number;
  readonly #signatures: Uint8Array[] = [];
  /** What decides in each row's prompt. */
  readonly #decisive: Uint32Array[] = [];
  /** Of each row and band, one more than the next older row in its bucket. */
  readonly #next: Uint32Array[] = [];
  /** Of each bucket, one more than its newest row. */
  #buckets = new Uint32Array(4096);
  #size = 0;
  readonly #signature = new Uint8Array(SIGNATURE);
  readonly #other = new Words();

  constructor({ threshold, read }: NearDuplicatesOptions) {
    this.#threshold = threshold;
    this.#read = read;
    this.#bandBytes = bandBytes(threshold);
    this.#bands = Math.floor(SIGNATURE / this.#bandBytes);
  }

  /** The number of an earlier row that this one nearly repeats; −1 where there is none, and the row is added then. */
  take(words: Words): number {
    sign(words, this.#signature);
    const decisive = decisiveOf(words);
    const found = this.#find(words, decisive);
    if (found < 0) this.#add(decisive);
    return found;
  }

  #find(words: Words, decisive: number): number {
    let own: Uint32Array | undefined;
    const compared: number[] = [];
    const least = this.#threshold - this.#slack(words.length);
    for (let band = 0; band < this.#bands; band++) {
      let row = this.#buckets[this.#bucket(this.#signature, 0, band, decisive)]! - 1;
      for (let link = 0; row >= 0 && link < LONGEST_CHAIN; link++) {
        const [block, at] = [Math.floor(row / BLOCK), row % BLOCK];
        if (
          this.#decisive[block]![at] === decisive &&
          similarity(this.#signature, this.#signatures[block]!, at * SIGNATURE) >= least &&
          !compared.includes(row)
        ) {
          own ??= shingles(words);
          const { prompt, text } = this.#read(row);
          if (jaccard(own, shingles(this.#other.read(prompt, text))) >= this.#threshold) return row;
          if (compared.push(row) === MOST_COMPARED) return -1;
        }
        row = this.#next[block]![at * this.#bands + band]! - 1;
      }
    }
    return -1;
  }

  #add(decisive: number): void {
    const [block, at] = [Math.floor(this.#size / BLOCK), this.#size % BLOCK];
    if (at === 0) {
      this.#signatures.push(new Uint8Array(BLOCK * SIGNATURE));
      this.#decisive.push(new Uint32Array(BLOCK));
      this.#next.push(new Uint32Array(BLOCK * this.#bands));
    }
    this.#signatures[block]!.set(this.#signature, at * SIGNATURE);
    this.#decisive[block]![at] = decisive;
    this.#size++;
    if (this.#size * this.#bands > 2 * this.#buckets.length) this.#grow();
    else this.#link(this.#size - 1);
  }

  /** Puts a row at the head of its buckets. */
  #link(row: number): void {
    const [block, at] = [Math.floor(row / BLOCK), row % BLOCK];
    const [signatures, decisive, next] = [this.#signatures[block]!, this.#decisive[block]![at]!, this.#next[block]!];
    for (let band = 0; band < this.#bands; band++) {
      const bucket = this.#bucket(signatures, at * SIGNATURE, band, decisive);
      next[at * this.#bands + band] = this.#buckets[bucket]!;
      this.#buckets[bucket] = row + 1;
    }
  }

  #grow(): void {
    this.#buckets = new Uint32Array(4 * this.#buckets.length);
    for (let row = 0; row < this.#size; row++) this.#link(row);
  }

  #bucket(signatures: Uint8Array, start: number, band: number, decisive: number): number {
    let hash = decisive ^ mixed(band + 1);
    const first = start + band * this.#bandBytes;
    for (let at = first; at < first + this.#bandBytes; at++) hash = Math.imul(hash ^ signatures[at]!, 0x01000193);
    return mixed(hash) & (this.#buckets.length - 1);
  }

  /** Four standard errors of an estimate from a signature, or from fewer shingles. */
  #slack(shingleCount: number): number {
    const t = this.#threshold;
    return 4 * Math.sqrt((t * (1 - t)) / Math.max(1, Math.min(SIGNATURE, shingleCount)));
  }
}

/** The longest band, hence the fewest rows proposed for nothing, with which a pair at the threshold is proposed. */
function bandBytes(threshold: number): number {
  for (let bytes = SIGNATURE; bytes > 1; bytes--) {
    if (1 - (1 - threshold ** bytes) ** Math.floor(SIGNATURE / bytes) >= PROPOSED) return bytes;
  }
  return 1;
}

/** A hash of what decides which problem the prompt is, in its order. */
function decisiveOf(words: Words): number {
  let hash = 0;
  for (let at = 0; at < words.promptLength; at++) {
    if (words.isDecisive(at)) hash = (Math.imul(hash, 0x9e3779b1) + words.hashes[at]!) | 0;
  }
  return mixed(hash);
}
