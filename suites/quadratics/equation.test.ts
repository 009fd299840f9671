import { describe, expect, it } from 'vitest';
import { contentOf, keyOf, parsePrompt, promptOf, reduce } from './equation.ts';

const NOTATION: readonly (readonly [string, number, number, number])[] = [
  ['Solve x^2-5x+6=0', 1, -5, 6],
  ['Solve -x^2+x-1=0', -1, 1, -1],
  ['Solve 3x^2-15x+18=0', 3, -15, 18],
  ['Solve 4x^2-9=0', 4, 0, -9],
  ['Solve 5x^2-x=0', 5, -1, 0],
  ['Solve 2x^2=0', 2, 0, 0],
];

describe('the notation of equations', () => {
  it.each(NOTATION)('%s has coefficients %i, %i, %i', (prompt, a, b, c) => {
    expect(parsePrompt(prompt)).toEqual({ a, b, c });
    expect(promptOf({ a, b, c })).toBe(prompt);
  });

  it.each([
    ['no square term', 'Solve 3x+6=0'],
    ['a square term of zero', 'Solve 0x^2+3x+6=0'],
    ['a fraction', 'Solve 1/2x^2+3x+6=0'],
    ['another right side', 'Solve x^2-5x=6'],
    ['spaces', 'Solve x^2 - 5x + 6 = 0'],
    ['two constants', 'Solve x^2-5x+6+1=0'],
    ['more digits than are exact', 'Solve 1234567x^2-5x+6=0'],
    ['nothing', ''],
  ])('%s is refused', (_, prompt) => {
    expect(() => parsePrompt(prompt)).toThrowError(expect.objectContaining({ code: 'suite' }));
  });
});

describe('the reduced equation', () => {
  it('has coprime coefficients and a positive leading one', () => {
    expect(reduce({ a: 3, b: -15, c: 18 })).toEqual({ a: 1, b: -5, c: 6 });
    expect(reduce({ a: -4, b: 0, c: 36 })).toEqual({ a: 1, b: 0, c: -9 });
    expect(reduce({ a: 6, b: -5, c: 1 })).toEqual({ a: 6, b: -5, c: 1 });
  });

  it('is the original divided by its content', () => {
    expect(contentOf({ a: -6, b: 4, c: 0 })).toBe(-2);
    expect(contentOf({ a: 1, b: -5, c: 6 })).toBe(1);
  });

  it('names the problem: multiples of one equation have one key', () => {
    const keys = ['Solve x^2-5x+6=0', 'Solve -x^2+5x-6=0', 'Solve 3x^2-15x+18=0'].map((prompt) =>
      keyOf(parsePrompt(prompt)),
    );
    expect(keys).toEqual(['1,-5,6', '1,-5,6', '1,-5,6']);
  });
});
