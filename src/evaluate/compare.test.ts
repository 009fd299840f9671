import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluatedOf, type Outcome } from '../../test/fixtures/evaluated.ts';
import { compare } from './compare.ts';

/** Samples of one area: newly right, newly wrong, right on both sides, wrong on both. */
function area(name: string, fixed: number, broken: number, [right, wrong]: readonly [number, number]) {
  const before: Outcome[] = [];
  const after: Outcome[] = [];
  const add = (count: number, was: 'pass' | 'fail', is: 'pass' | 'fail'): void => {
    for (let index = 0; index < count; index++) {
      const sample = `${name}-${before.length}`;
      before.push({ sample, area: name, answer: was });
      after.push({ sample, area: name, answer: is });
    }
  };
  add(fixed, 'fail', 'pass');
  add(broken, 'pass', 'fail');
  add(right, 'pass', 'pass');
  add(wrong, 'fail', 'fail');
  return { before, after };
}

const areas = { suite: { name: 'sums', version: '1', areas: ['a', 'b', 'c', 'd'], chance: 0 } };
const sides = (...parts: { before: Outcome[]; after: Outcome[] }[]) =>
  [
    evaluatedOf(
      parts.flatMap(({ before }) => before),
      areas,
    ),
    evaluatedOf(
      parts.flatMap(({ after }) => after),
      areas,
    ),
  ] as const;

describe('a comparison', () => {
  it('counts what is newly right and newly wrong, and names the samples', () => {
    const { overall, fixed, broken } = compare(...sides(area('a', 2, 1, [5, 2])));
    expect(overall.answer).toMatchObject({ pairs: 10, before: 0.6, after: 0.7, fixed: 2, broken: 1 });
    expect(overall.answer.difference).toBeCloseTo(0.1, 12);
    expect(fixed.map(({ sample, before, after }) => [sample, before, after])).toEqual([
      ['a-0', 0, 1],
      ['a-1', 0, 1],
    ]);
    expect(broken.map(({ sample }) => sample)).toEqual(['a-2']);
  });

  it('has the exact p of the binomial test: 12 against 2 is 2·(1+14+91)/2^14 = 0.0129', () => {
    expect(compare(...sides(area('a', 2, 12, [80, 6]))).overall.answer.p).toBeCloseTo((2 * 106) / 2 ** 14, 12);
  });

  it("has Tango's interval (Stat. Med. 17, 1998, Table VII): 9 against 3 of 32, −0.027 to 0.390", () => {
    const { difference, low, high } = compare(...sides(area('a', 9, 3, [20, 0]))).overall.answer;
    expect(difference).toBeCloseTo(6 / 32, 12);
    expect(low).toBeCloseTo(-0.027, 3);
    expect(high).toBeCloseTo(0.39, 3);
  });

  it('adjusts p of areas by Holm, over those that have samples: 3·0.01294, 2·0.14600 and 1', () => {
    // statsmodels.stats.multitest.multipletests of scipy.stats.binomtest(2, 14), (3, 12) and (5, 10): 0.0388184, 0.2919922, 1.
    const { areas: compared } = compare(
      ...sides(area('a', 2, 12, [20, 0]), area('b', 9, 3, [20, 0]), area('c', 5, 5, [20, 0])),
    );
    const adjusted = compared.map(({ scores }) => scores.answer.adjustedP);
    expect(adjusted[0]).toBeCloseTo(0.03881836, 8);
    expect(adjusted[1]).toBeCloseTo(0.29199219, 8);
    expect(adjusted[2]).toBe(1);
    expect(adjusted[3]).toBeNull();
    expect(compared[3]!.scores.answer).toMatchObject({ pairs: 0, before: null, difference: null, p: null });
  });

  it('of a run with itself finds nothing, and does not claim to be certain of it', () => {
    const [run] = sides(area('a', 0, 0, [50, 50]));
    const { overall, fixed, broken } = compare(run, run);
    expect([fixed, broken]).toEqual([[], []]);
    expect(overall.answer).toMatchObject({ difference: 0, p: 1, before: 0.5, after: 0.5 });
    expect(overall.answer.low).toBeLessThan(0);
    expect(overall.answer.high).toBeGreaterThan(0);
  });

  it('turned round has the other sign and the same p', () => {
    fc.assert(
      fc.property(fc.nat(12), fc.nat(12), fc.integer({ min: 1, max: 30 }), (fixed, broken, same) => {
        const [before, after] = sides(area('a', fixed, broken, [same, same]));
        const [there, back] = [compare(before, after).overall.answer, compare(after, before).overall.answer];
        expect(back.p).toBe(there.p);
        expect(back.difference).toBeCloseTo(-there.difference!, 12);
        expect(back.low).toBeCloseTo(-there.high!, 8);
        expect([back.fixed, back.broken]).toEqual([there.broken, there.fixed]);
      }),
    );
  });

  it('of several attempts pairs samples, not attempts: of three by a half each, all better, p is 2/2³', () => {
    const attemptsAt = (rights: readonly number[]) =>
      evaluatedOf(
        rights.flatMap((right, index) =>
          [0, 1].map(
            (attempt): Outcome => ({ sample: `s-${index}`, attempt, answer: attempt < right ? 'pass' : 'fail' }),
          ),
        ),
        { ...areas, decoding: { attempts: 2, maxTokens: 16, temperature: 0.6, topP: 1, seed: 1 } },
      );
    const { overall } = compare(attemptsAt([0, 1, 0, 2]), attemptsAt([1, 2, 1, 2]));
    expect(overall.answer).toMatchObject({ pairs: 4, before: 0.375, after: 0.75, fixed: 3, broken: 0 });
    expect(overall.answer.p).toBeCloseTo(0.25, 12);
  });

  it('is the same for the same seed', () => {
    const [before, after] = sides(area('a', 7, 4, [30, 9]));
    expect(compare(before, after, { seed: 5 })).toEqual(compare(before, after, { seed: 5 }));
  });
});
