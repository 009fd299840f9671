import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HashIndex } from './hash-index.ts';

describe('an index of hashes', () => {
  it('numbers them as a Map does', () => {
    const word = fc.nat({ max: 40 });
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { maxLength: 400 }), (pairs) => {
        const index = new HashIndex();
        const map = new Map<string, number>();
        for (const [high, low] of pairs) {
          // The lowest bit of the low word does not count.
          const key = `${high} ${low | 1}`;
          expect(index.find(high, low)).toBe(map.get(key) ?? -1);
          if (!map.has(key)) map.set(key, map.size);
          expect(index.add(high, low)).toBe(map.get(key));
          expect(index.size).toBe(map.size);
        }
      }),
    );
  });

  it('finds all of them after it has grown', () => {
    const index = new HashIndex();
    for (let number = 0; number < 10_000; number++) index.add(number * 0x9e3779b1, number * 2);
    for (let number = 0; number < 10_000; number++) expect(index.find(number * 0x9e3779b1, number * 2)).toBe(number);
    expect(index.find(1, 3)).toBe(-1);
  });
});
