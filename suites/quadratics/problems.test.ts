import { randomStream, splitOfKey } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { keyOf, parsePrompt } from './equation.ts';
import { AREAS, equationsOf, fromFactors, keysOf, problem } from './problems.ts';

/** Every equation of an area, as a problem. */
const problemsOf = (area: string) => [...equationsOf(area).values()].flat();

/** The roots that an answer names, as floating-point numbers. */
function rootsIn(answer: string): number[] {
  return [...answer.matchAll(/x=(-?\d+)(?:\/(\d+))?/g)].map(([, top, bottom]) => Number(top) / Number(bottom ?? 1));
}

describe('an equation from its factors', () => {
  it('is 3(x-2)(x-3) = 3x²-15x+18', () => {
    expect(fromFactors(3, [1, 2], [1, 3])).toEqual({ equation: { a: 3, b: -15, c: 18 }, expected: 'x=2, x=3' });
  });

  it('is (2x+3)(x-4) = 2x²-5x-12, roots ascending', () => {
    expect(fromFactors(1, [1, 4], [2, -3])).toEqual({ equation: { a: 2, b: -5, c: -12 }, expected: 'x=-3/2, x=4' });
  });

  it('is (x-3)² = x²-6x+9 with one root', () => {
    expect(fromFactors(1, [1, 3], [1, 3])).toEqual({ equation: { a: 1, b: -6, c: 9 }, expected: 'x=3' });
  });
});

describe('the areas', () => {
  // monic: 32·31/2 pairs less 16 opposite ones. leading: 24·23/2 less 12. repeated: 60 whole, 12 halves, 10 thirds.
  // zero: without a constant 60 + 16 + 20 + 24, without a linear term 20 + 5 + 6.
  it.each([
    ['monic', 480],
    ['leading', 264],
    ['repeated', 82],
    ['zero', 151],
  ])('%s has %i keys', (area, count) => {
    expect(keysOf(area)).toHaveLength(count);
  });

  it.each(AREAS)('every expected answer of %s is what b²-4ac says', (area) => {
    for (const { equation, expected } of problemsOf(area)) {
      const { a, b, c } = equation;
      const discriminant = b * b - 4 * a * c;
      const roots = rootsIn(expected);
      expect(roots).toHaveLength(discriminant < 0 ? 0 : discriminant === 0 ? 1 : 2);
      for (const root of roots) expect(a * root * root + b * root + c).toBeCloseTo(0, 9);
      expect(roots).toEqual([...roots].sort((left, right) => left - right));
      if (roots.length === 0) expect(expected).toBe('no real solution');
    }
  });

  it('have keys of their own, but for monic and leading', () => {
    const areasOf = new Map<string, string[]>();
    for (const area of AREAS) {
      for (const key of keysOf(area)) areasOf.set(key, [...(areasOf.get(key) ?? []), area]);
    }
    const shared = new Set([...areasOf.values()].filter((areas) => areas.length > 1).map(String));
    expect([...shared]).toEqual(['monic,leading']);
  });

  it.each(AREAS)('%s has at least twenty keys in every split', (area) => {
    for (const split of ['train', 'steer', 'holdout']) {
      expect(keysOf(area).filter((key) => splitOfKey(key) === split).length).toBeGreaterThanOrEqual(20);
    }
  });

  it('rational always has a root that is not whole, and its coefficients share no factor', () => {
    for (const { equation, expected } of problemsOf('rational')) {
      expect(expected).toContain('/');
      expect(keyOf(equation)).toBe(`${equation.a},${equation.b},${equation.c}`);
    }
  });

  it('zero always lacks a term', () => {
    expect(problemsOf('zero').every(({ equation: { b, c } }) => b === 0 || c === 0)).toBe(true);
  });
});

describe('a drawn problem', () => {
  it.each(AREAS)('of %s is the same for the same stream and has the key of its prompt', (area) => {
    const draw = () => problem(area, randomStream(7, 'problems', area));
    expect(draw()).toEqual(draw());
    expect(draw().key).toBe(keyOf(parsePrompt(draw().prompt)));
    expect(keysOf(area)).toContain(draw().key);
  });

  it('comes from every key about equally often', () => {
    const counts = new Map(keysOf('repeated').map((key) => [key, 0]));
    const random = randomStream(3, 'uniform');
    const draws = 8200;
    for (let draw = 0; draw < draws; draw++) {
      const { key } = problem('repeated', random);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const mean = draws / counts.size;
    // χ² with 81 degrees of freedom stays below 127 in 999 of 1000 uniform samples.
    const statistic = [...counts.values()].reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
    expect(statistic).toBeLessThan(127);
  });

  it('of an unknown area is refused', () => {
    expect(() => problem('cubic', randomStream(1))).toThrowError(expect.objectContaining({ code: 'suite' }));
  });
});
