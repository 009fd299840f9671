import { describe, expect, it } from 'vitest';
import { batchOf, type Example, packRows } from './pack.ts';

const example = (...ids: number[]): Example => ({ ids, weights: ids.map((_, index) => (index < 2 ? 0 : 1)) });
const ofLength = (length: number): Example => example(...Array.from({ length }, (_, index) => index + 1));

describe('packing', () => {
  it('puts every example into exactly one row, and no row beyond its length', () => {
    const lengths = Array.from({ length: 200 }, (_, index) => 1 + ((index * 37) % 50));
    const rows = [...packRows(lengths.map(ofLength), 64)];
    expect(
      rows
        .flat()
        .map(({ ids }) => ids.length)
        .sort((left, right) => left - right),
    ).toEqual([...lengths].sort((left, right) => left - right));
    for (const row of rows) expect(row.reduce((sum, { ids }) => sum + ids.length, 0)).toBeLessThanOrEqual(64);
  });

  it('fills rows: halves and thirds of a row leave nothing empty', () => {
    // 40 × 32 + 60 × 16 tokens = 2240 = 35 rows of 64.
    const lengths = [...new Array(40).fill(32), ...new Array(60).fill(16)] as number[];
    expect([...packRows(lengths.map(ofLength), 64)]).toHaveLength(35);
  });

  it('refuses an example that is longer than a row', () => {
    expect(() => [...packRows([ofLength(65)], 64)]).toThrow('65 tokens does not fit into a row of 64');
  });
});

describe('a batch', () => {
  it('has each token predict the next one of its own example, positions from 0, and empty places apart', () => {
    const batch = batchOf([[example(7, 8, 9), example(4, 5, 6)]], { rows: 2, rowLength: 8 });
    expect([...batch.ids.subarray(0, 8)].map(Number)).toEqual([7, 8, 9, 4, 5, 6, 0, 0]);
    expect([...batch.labels.subarray(0, 8)].map(Number)).toEqual([8, 9, 0, 5, 6, 0, 0, 0]);
    expect([...batch.weights.subarray(0, 8)]).toEqual([0, 1, 0, 0, 1, 0, 0, 0]);
    expect([...batch.positions.subarray(0, 8)].map(Number)).toEqual([0, 1, 2, 0, 1, 2, 0, 0]);
    expect([...batch.segments].map(Number)).toEqual([0, 0, 0, 1, 1, 1, -1, -1, ...new Array(8).fill(-1)]);
  });
});
