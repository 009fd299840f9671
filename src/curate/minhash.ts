/**
 * MinHash signatures (Broder 1997) by one permutation with optimal densification (Shrivastava 2017, arXiv:1703.04664): one
 * hash a shingle instead of one for each of its places, and 8 bits of each minimum (Li and König 2010, arXiv:0908.1105).
 */

import { Grams, runHash } from './grams.ts';
import { mixed, type Words } from './words.ts';

/** Bytes of a signature. */
export const SIGNATURE = 128;
/** Tokens in a shingle. */
const SHINGLE = 5;
const EMPTY = 0xffffffff;

/** A row's 5-grams as distinct 32-bit hashes, ascending; of a shorter row, the whole of it. No tokens give one shingle. */
export function shingles(words: Words): Uint32Array {
  const sorted = Uint32Array.from(shingleHashes(words)).sort();
  let size = 0;
  for (const hash of sorted) if (size === 0 || sorted[size - 1] !== hash) sorted[size++] = hash;
  return sorted.subarray(0, size);
}

/** Jaccard similarity of two sets as {@link shingles} gives them. */
export function jaccard(left: Uint32Array, right: Uint32Array): number {
  let [shared, at, other] = [0, 0, 0];
  while (at < left.length && other < right.length) {
    const [one, two] = [left[at]!, right[other]!];
    if (one === two) shared++;
    if (one <= two) at++;
    if (two <= one) other++;
  }
  return shared / (left.length + right.length - shared);
}

const minima = new Uint32Array(SIGNATURE);

/** Writes the signature of a row's shingles into `signature`, {@link SIGNATURE} bytes. */
export function sign(words: Words, signature: Uint8Array): void {
  minima.fill(EMPTY);
  const hashes = shingleHashes(words);
  for (let at = 0; at < hashes.length; at++) {
    const bin = hashes[at]! >>> 25;
    const value = hashes[at]! & 0x1ffffff;
    if (value < minima[bin]!) minima[bin] = value;
  }
  for (let bin = 0; bin < SIGNATURE; bin++) {
    let from = bin;
    // An empty bin borrows from one that is drawn for it: the same one for every row in which that is filled.
    for (let draw = 1; minima[from] === EMPTY; draw++) from = mixed(bin * 0x10001 + draw) % SIGNATURE;
    signature[bin] = mixed(minima[from]! ^ (from << 25)) >>> 24;
  }
}

/** Estimated Jaccard similarity of two signatures: bytes that agree, less those that agree by chance. */
export function similarity(left: Uint8Array, right: Uint8Array, at: number): number {
  let same = 0;
  for (let bin = 0; bin < SIGNATURE; bin++) if (left[bin] === right[at + bin]) same++;
  return (same / SIGNATURE - 1 / 256) / (1 - 1 / 256);
}

const grams = new Grams(SHINGLE);

/** In the order of the tokens, repeated ones included; a view of what the next call writes into. */
function shingleHashes(words: Words): Uint32Array {
  if (words.length < SHINGLE) return Uint32Array.of(runHash(words, 0, words.length)[1]);
  const { low, length } = grams.read(words, 0, words.length);
  return low.subarray(0, length);
}
