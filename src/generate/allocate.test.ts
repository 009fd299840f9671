import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scoreboard } from '../core/records.ts';
import { proportion } from '../core/statistics/proportion.ts';
import { allocate } from './allocate.ts';

/** A scoreboard from `[passed, n]` on the answer score of each area. */
function board(areas: Record<string, [number, number]>): Scoreboard {
  const none = proportion(0, 0);
  const scores = (passed: number, n: number) => ({ answer: proportion(passed, n), format: none, trace: none });
  return {
    overall: scores(0, 0),
    areas: Object.fromEntries(Object.entries(areas).map(([area, [passed, n]]) => [area, scores(passed, n)])),
  };
}

describe('allocation', () => {
  it('is even where the areas are alike', () => {
    const scoreboard = board({ a: [3, 10], b: [3, 10], c: [3, 10] });
    expect(allocate({ scoreboard, areas: ['a', 'b', 'c'], problems: 30, target: 0.95 })).toEqual({
      a: 10,
      b: 10,
      c: 10,
    });
  });

  it('follows the expected deficit above a floor', () => {
    // Goal 0.48 + 0.02 = 0.5. Nothing seen: 0.5²/2 = 0.125; one right: 0.5³/3 = 0.041667; three to one.
    // Of 1,200: 120 each for all, and 960 in the ratio 3 : 1, that is 720 and 240.
    const scoreboard = board({ new: [0, 0], right: [1, 1] });
    expect(allocate({ scoreboard, areas: ['new', 'right'], problems: 1200, target: 0.48 })).toEqual({
      new: 840,
      right: 360,
    });
  });

  it('keeps a floor of 20% of an even share for an area that is done', () => {
    // Even share 500 of 1,000, and 20% of it 100; the deficit of 2,000 of 2,000 against 0.52 is nothing.
    const scoreboard = board({ weak: [0, 100], done: [2000, 2000] });
    expect(allocate({ scoreboard, areas: ['weak', 'done'], problems: 1000, target: 0.5 })).toEqual({
      weak: 900,
      done: 100,
    });
  });

  it('gives an area seen five times more than one seen a hundred times at the same perfect rate', () => {
    const scoreboard = board({ few: [5, 5], many: [100, 100] });
    const { few, many } = allocate({ scoreboard, areas: ['few', 'many'], problems: 100, target: 0.95 });
    expect(few).toBeGreaterThan(many as number);
  });

  it('treats an area that was never scored as one of which nothing is known', () => {
    const areas = ['listed', 'unlisted'];
    expect(allocate({ scoreboard: board({ listed: [0, 0] }), areas, problems: 10, target: 0.9 })).toEqual({
      listed: 5,
      unlisted: 5,
    });
  });

  it('always sums to the number of problems, in whole numbers of at least 0', () => {
    const area = fc
      .integer({ min: 0, max: 500 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(
        fc.array(area, { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 0, max: 5000 }),
        fc.double({ min: 0.01, max: 0.999, noNaN: true }),
        (seen, problems, target) => {
          const scoreboard = board(Object.fromEntries(seen.map((value, index) => [`area-${index}`, value])));
          const counts = Object.values(
            allocate({ scoreboard, areas: Object.keys(scoreboard.areas), problems, target }),
          );
          return counts.every((n) => Number.isInteger(n) && n >= 0) && counts.reduce((a, b) => a + b, 0) === problems;
        },
      ),
    );
  });
});
