import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KIND, Words } from './words.ts';

/** A row's tokens by their hashes. */
function tokens(prompt: string): number[] {
  const words = new Words().read(prompt);
  return [...words.hashes.subarray(0, words.length)];
}

/** The kinds of a text's tokens, a bar where something other than spaces stands before one. */
function kinds(text: string): string {
  const names = Object.fromEntries(Object.entries(KIND).map(([name, kind]) => [kind, name[0]]));
  const words = new Words().read(text);
  return Array.from(
    { length: words.length },
    (_, at) =>
      `${at > 0 && !words.joined[at] ? '|' : ''}${words.kinds[at] === KIND.letter ? 'x' : names[words.kinds[at]!]}`,
  ).join('');
}

describe('the tokens of a text', () => {
  it('are words, numbers, symbols, single letters, brackets, and each Chinese character', () => {
    // solve x ^ 2 - 5 x + 6 = 0 | 解 方 程
    expect(kinds('Solve x^2-5x+6=0. 解方程')).toBe('wxsnsnxsnsn|ccc');
    expect(kinds('f(1.5)')).toBe('xbnb');
    // Thai has no spaces either; Korean has.
    expect(kinds('ไทย 한국어')).toBe('cccw');
  });

  it.each([
    ['Solve x^2-5x+6=0', 'solve  X ^ 2 - 5 x\t+ 6 = 0'],
    ['Solve x^2-5x+6=0', 'Solve x²−5x＋6＝０'],
    ['Solve x^2-5x+6=0', 'Solve $x^{2} - 5x + 6 = 0$'],
    ['Solve x^2-5x+6=0', '**Solve** \\(x^2 - 5x + 6 \\,=\\, 0\\)'],
    ['Solve x^2-5x+6=0', '12. Solve x**2-5x+6=0'],
    ['Problem 7: Solve x^2-5x+6=0', 'Problem 12: Solve x^2-5x+6=0'],
    ['3\\cdot 4', '3×4'],
    ['a well-known, two-thirds full', 'a well - known two - thirds, full'],
    ["don't", 'don’t'],
    ['解方程：x=1', '解 方程 x = 1'],
  ])('of %j are those of %j', (one, other) => {
    expect(tokens(one)).toEqual(tokens(other));
  });

  it.each([
    ['x^2-5x+6=0', 'x^2-5x+8=0'],
    ['x^2-5x+6=0', 'x^2+5x+6=0'],
    ['1.5', '15'],
    ['11,22', '1,2'],
    ['x-y', 'x y'],
    ['5!', '5'],
  ])('of %j are not those of %j', (one, other) => {
    expect(tokens(one)).not.toEqual(tokens(other));
  });

  it('decide on the problem where they are numbers, symbols, number words or negations', () => {
    const words = new Words().read('Which two are not of the 7');
    expect(Array.from({ length: 7 }, (_, at) => words.isDecisive(at))).toEqual([
      false,
      true,
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  it('are the same after any texts that were read before', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme', minLength: 0, maxLength: 3000 }));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const words = new Words().read(before, after).read(after);
        return words.length === tokens(after).length && words.promptLength === words.length;
      }),
      { numRuns: 200 },
    );
  });

  it('are more than the arrays first held', () => {
    expect(tokens('a1 '.repeat(5000))).toHaveLength(10_000);
  });
});
