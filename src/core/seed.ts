/** Seeded random streams named by purpose: same seed and same names, same numbers; two purposes never share a stream. */

import { hash } from 'node:crypto';

export interface Random {
  /** Uniform in [0, 1) with 32 random bits. */
  next(): number;
  /** Uniform integer in [low, high], both ends included. */
  int(low: number, high: number): number;
  /** One of a non-empty list. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/** Opens the stream of `seed` for a purpose, e.g. `randomStream(7, 'steer', 'round', 2)`. */
export function randomStream(seed: number, ...purpose: readonly (string | number)[]): Random {
  const digest = hash('sha256', JSON.stringify([seed, ...purpose]), 'buffer');
  return sfc32(digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8), digest.readUInt32LE(12));
}

/** A whole number in [0, 2³²) derived from a seed and a purpose, where a library wants a number and not a stream. */
export function derivedSeed(seed: number, ...purpose: readonly (string | number)[]): number {
  return hash('sha256', JSON.stringify([seed, ...purpose]), 'buffer').readUInt32LE(0);
}

/** Small Fast Counter, 32 bits (Doty-Humphrey, PractRand): passes BigCrush, period at least 2³². */
function sfc32(a: number, b: number, c: number, counter: number): Random {
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let warmup = 0; warmup < 12; warmup++) next();
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    int,
    pick: (items) => items[int(0, items.length - 1)] as (typeof items)[number],
    shuffle: (items) => {
      const copy = [...items];
      for (let last = copy.length - 1; last > 0; last--) {
        const other = int(0, last);
        [copy[last], copy[other]] = [copy[other]!, copy[last]!];
      }
      return copy;
    },
  };
}
