import { describe, expect, it } from 'vitest';
import { defineSuite, splitOfKey } from '../core/suite.ts';
import { defineVerifier, verdictOf } from '../core/verdict.ts';
import { freshSamples } from './fresh.ts';

/** Problems 1 to `most` in each area; areas share them unless `isOwn`. */
function numbers(most: number, isOwn: boolean, areas = ['a', 'b']) {
  const key = (area: string, number: number) => (isOwn ? `${area}${number}` : String(number));
  return defineSuite({
    name: 'numbers',
    version: '1',
    areas,
    chance: 0,
    samples: [
      { id: 'n-1', suite: 'numbers', area: 'a', split: 'holdout', prompt: 'a 7', key: key('a', 7), expected: '7' },
    ],
    verify: defineVerifier({ name: 'none', version: '1', verify: () => verdictOf([]) }),
    key: ({ prompt }) => prompt,
    problem: (area, random) => {
      const number = random.int(1, most);
      return { area, prompt: `${area} ${number}`, expected: String(number), key: key(area, number) };
    },
  });
}

const keysOf = (samples: readonly { readonly key: string }[]) => samples.map(({ key }) => key);

describe('fresh samples', () => {
  it('are new, of the split, each key once, in equal parts, and named by their key', () => {
    const samples = freshSamples({ suite: numbers(10_000, true), split: 'holdout', count: 100, seed: 1 });
    expect(new Set(keysOf(samples)).size).toBe(100);
    expect(samples.every(({ key }) => splitOfKey(key) === 'holdout')).toBe(true);
    expect(samples.filter(({ area }) => area === 'a')).toHaveLength(50);
    expect(new Set(samples.map(({ id }) => id)).size).toBe(100);
    expect(samples.every(({ id }) => /^fresh-[0-9a-f]{12}$/.test(id))).toBe(true);
    expect(keysOf(samples)).not.toContain('a7');
  });

  it('are the same for the same seed, and others for another', () => {
    const draw = (seed: number) =>
      keysOf(freshSamples({ suite: numbers(10_000, true), split: 'steer', count: 40, seed }));
    expect(draw(4)).toEqual(draw(4));
    expect(draw(4)).not.toEqual(draw(5));
  });

  it('are in random order, so that the first of them are no single area', () => {
    const samples = freshSamples({ suite: numbers(10_000, true), split: 'holdout', count: 200, seed: 1 });
    // Hypergeometric: 40 of 200 without 8 of one area has a probability below 1e-5.
    expect(samples.slice(0, 40).filter(({ area }) => area === 'a').length).toBeGreaterThan(8);
  });

  it('end where every key of the split is taken: as many as there are, without the committed one', () => {
    const keys = Array.from({ length: 60 }, (_, index) => String(index + 1));
    const open = keys.filter((key) => splitOfKey(key) === 'holdout' && key !== '7');
    const samples = freshSamples({ suite: numbers(60, false), split: 'holdout', count: 1000, seed: 2 });
    expect(keysOf(samples).sort()).toEqual(open.sort());
  });

  it('of areas that share their problems go on until both have none left', () => {
    const all = Array.from({ length: 400 }, (_, index) => String(index + 1)).filter(
      (key) => splitOfKey(key) === 'steer' && key !== '7',
    );
    const samples = freshSamples({ suite: numbers(400, false), split: 'steer', count: 1000, seed: 3 });
    // An area gives up after 400 stale draws, so that few keys may be left over; each has about its half.
    expect(samples.length).toBeGreaterThan(0.95 * all.length);
    expect(samples.filter(({ area }) => area === 'a').length / samples.length).toBeCloseTo(0.5, 1);
  });

  it('of a suite without a generator are refused', () => {
    const { problem: _, ...suite } = numbers(10, true);
    expect(() => freshSamples({ suite, split: 'holdout', count: 3, seed: 1 })).toThrow('no generator');
  });
});
