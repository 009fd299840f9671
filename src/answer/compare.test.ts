import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceBetween, sameAnswer } from './compare.ts';
import { parseAnswer } from './parse.ts';

const difference = (expected: string, given: string) => differenceBetween(parseAnswer(expected), parseAnswer(given));

describe('differenceBetween', () => {
  it.each([
    ['x=2, x=3', 'x=3 or x=2'],
    ['x=2, x=3', '\\{3, 2\\}'],
    ['x=2, x=3', '2 and 3'],
    ['x=2, x=3', 'x_1=3, x_2=2'],
    ['x=-2, x=2', 'x=±2'],
    ['x=-3/2, x=4', 'x = 4, x = -1.5'],
    ['x=3', '3'],
    ['1/2', '\\frac{2}{4}'],
    ['0.5', '1/2'],
    ['\\frac{37}{4}m', '\\frac{37}{4} m'],
    ['5 m', '5'],
    ['y=2x', 'x=y/2'],
    ['length = 5, width = 3', 'width = 3, length = 5'],
    ['x=1', 'the answer = 1'],
    ['xy=1', '2xy=2'],
    ['5', 'AB = 5'],
    ['f(x)=x^2', 'x^2'],
    ['no real solution', 'No real roots.'],
    ['hello', 'Hello'],
    ['\\left(x-2\\right)\\left(x+2\\right)', '(x-2)(x+2)'],
  ])('%s is %s', (expected, given) => {
    expect(difference(expected, given)).toBeUndefined();
  });

  // Each of these is accepted by some published grader.
  it.each([
    ['x=2, x=3', 'x=2', 'wrong-count'],
    ['x=3', 'x=3, x=3', 'wrong-count'],
    ['x=2, x=3', 'x=2, x=3, x=4', 'wrong-count'],
    ['no real solution', 'x=2', 'wrong-count'],
    ['x=2', 'no solution', 'wrong-count'],
    ['x=2, x=3', 'x=2, x=-3', 'wrong-answer'],
    ['x=2', 'y=2', 'wrong-variable'],
    ['y=2x', 'x=2y', 'wrong-variable'],
    ['length = 5, width = 3', 'width = 5, length = 3', 'wrong-answer'],
    ['5', 'xy=5', 'wrong-kind'],
    ['xy=1', 'ab=1', 'wrong-answer'],
    ['x=2, y=3', 'x=3, y=2', 'wrong-answer'],
    ['x=2, y=3', '3,2', 'wrong-kind'],
    ['x_1=2, x_2=3', 'x_1=3, x_2=2', 'wrong-answer'],
    ['5', '5.001', 'wrong-answer'],
    ['1', '0.9999999', 'wrong-answer'],
    ['1/2^99', '1/2^98', 'wrong-answer'],
    ['0.28', '28', 'wrong-answer'],
    ['7', 'not 7', 'wrong-kind'],
    ['2', '2 2/3', 'wrong-answer'],
    ['5 cm', '5 m', 'wrong-answer'],
    ['5 cm', '5 kg', 'wrong-unit'],
    ['2 2/3 cm', '22/3 cm', 'wrong-answer'],
    ['204_5', '204_6', 'wrong-answer'],
    ['[0,1)', '(0,1]', 'wrong-brackets'],
    ['6', '6 or 7', 'wrong-count'],
    ['2', '9^9^9^9', 'unreadable'],
  ])('%s is not %s: %s', (expected, given, reason) => {
    expect(difference(expected, given)).toBe(reason);
  });

  const number = fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 1, max: 9 }));
  const written = fc.constantFrom(
    ([top, bottom]: [number, number]) => `${top}/${bottom}`,
    ([top, bottom]: [number, number]) => `x=${top}/${bottom}`,
    ([top, bottom]: [number, number]) => `\\frac{${2 * top}}{${2 * bottom}}`,
  );

  it('is symmetric, and reflexive on what can be read', () => {
    const text = fc
      .tuple(fc.array(number, { minLength: 1, maxLength: 3 }), written, fc.constantFrom(', ', ' or ', ' and ', ';'))
      .map(([numbers, write, separator]) => numbers.map(write).join(separator));
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(difference(left, left)).toBeUndefined();
        expect(difference(left, right)).toBe(difference(right, left));
      }),
      { numRuns: 500 },
    );
  });

  it('accepts a shuffled set in another notation, and no set with one number changed', () => {
    const set = fc.uniqueArray(number, { minLength: 2, maxLength: 4, selector: ([top, bottom]) => top / bottom });
    fc.assert(
      fc.property(set, written, written, (numbers, first, second) => {
        const expected = parseAnswer(numbers.map(first).join(', '));
        const shuffled = [...numbers].reverse();
        expect(sameAnswer(expected, parseAnswer(shuffled.map(second).join(' or ')))).toBe(true);
        const [[top, bottom], ...rest] = shuffled as [[number, number], ...[number, number][]];
        const changed = [[top + 1, bottom] as [number, number], ...rest].map(second).join(' or ');
        expect(sameAnswer(expected, parseAnswer(changed))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
