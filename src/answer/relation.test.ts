import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTrace } from './relation.ts';

/** Relations of one line, false ones marked with `!`, undecided ones with `?`. */
const relations = (line: string): string[] =>
  readTrace(line).flatMap(({ relations: found, undecided }) => [
    ...found.map(({ text, holds }) => (holds ? text : `!${text}`)),
    ...undecided.map(({ text, reason }) => `?${text} ${reason}`),
  ]);

describe('readTrace', () => {
  it.each([
    ['divide by 3: 3/3=1, -15/3=-5, 18/3=6', ['3/3=1', '-15/3=-5', '18/3=6']],
    ['a=1, b=-5, c=6', []],
    ['D=25-24=1', ['25-24=1']],
    ['x=(5-1)/2=4/2=2', ['(5-1)/2=4/2', '4/2=2']],
    ['4*2*7=8*7=56', ['4*2*7=8*7', '8*7=56']],
    ['-7<0: no real root', ['-7<0']],
    ['1*6=6, 1+6=7', ['1*6=6', '1+6=7']],
    ['-(-5)=5', ['-(-5)=5']],
    ['x^2-5x+6=0', []],
    ['b^2-4ac = (-5)^2 - 4·1·6 = 25 - 24 = 1', ['(-5)^2 - 4*1*6=25 - 24', '25 - 24=1']],
    ['f(2)=4-10+6=0', ['4-10+6=0']],
    ['So $\\frac{10}{2} = 5$.', ['\\frac{10}{2}=5']],
    ['Therefore 2+3=5 and 2*3=6.', ['2+3=5', '2*3=6']],
    ['1. 5+3=8', ['5+3=8']],
    ['- 5+3=8', ['5+3=8']],
    ['1,234+1=1,235', ['1234+1=1235']],
    ['100=10^2,144=12^2', ['100=10^2', '144=12^2']],
    ['3 >= 2, 2 != 3, 2 ≤ 2', ['3≥2', '2≠3', '2≤2']],
    ['4/2=2 => 2+1=3', ['4/2=2', '2+1=3']],
    ['√49 = 7', ['√49=7']],
  ])('%s asserts %j', (line, expected) => {
    expect(relations(line)).toEqual(expected);
  });

  it.each([
    ['2*3=7', ['!2*3=7']],
    ['5 = 6', ['!5=6']],
    ['x=(5-1)/2=4/2=3', ['(5-1)/2=4/2', '!4/2=3']],
    ['7<0: no real root', ['!7<0']],
    ['3+3=6 but 3*3=6', ['3+3=6', '!3*3=6']],
    ['4(1)(6)=25', ['!4(1)(6)=25']],
    ['1/3=0.33', ['!1/3=0.33']],
  ])('finds the false one in %s', (line, expected) => {
    expect(relations(line)).toEqual(expected);
  });

  it.each([
    ['6 times 2 = 12'],
    ['the square of 5 = 25'],
    ['5cm=50mm'],
    ['cos 0 = 1'],
    ['4=2ab'],
    ['3:4=6:8'],
    ['1/3 ≈ 0.33'],
    ['|x|=3'],
  ])('takes no number out of its expression in %s', (line) => {
    expect(relations(line)).toEqual([]);
  });

  it.each([
    ['1/0=5', ['?1/0=5 division-by-zero']],
    ['9^9^9^9=1', ['?9^9^9^9=1 too-large']],
    ['x=1/0', []],
  ])('leaves open what has no value: %s', (line, expected) => {
    expect(relations(line)).toEqual(expected);
  });

  it('lists the letters that get a value, apart from what is asserted', () => {
    const assigned = readTrace('a=1, b = -5\nD=25-24=1\nx_1=4/2, 2x=4, 3=y, y<3').flatMap(({ assignments }) =>
      assignments.map(({ name, value }) => `${name} is ${value}`),
    );
    expect(assigned).toEqual(['a is 1', 'b is -5', 'D is 1', 'x_1 is 2']);
  });

  it('never throws, whatever the text', () => {
    const symbols = fc.constantFrom(...'0123456789+-*/^()=<>,:. x\n', 'so ', '\\frac{1}{2}', '≈', '⇒', '\ud800');
    fc.assert(
      fc.property(fc.array(symbols, { maxLength: 80 }), (parts) => {
        expect(Array.isArray(readTrace(parts.join('')))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
