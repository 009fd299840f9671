import { describe, expect, it } from 'vitest';
import { parseAnswer } from './structure.ts';

/** A structure in one line: kind, variable, values. */
const shown = (text: string): string => {
  const answer = parseAnswer(text);
  switch (answer.kind) {
    case 'scalar':
      return `${answer.variable ?? ''}:${answer.value}`;
    case 'set':
      return `${answer.variable ?? ''}${answer.isNumbered ? '_' : ''}:{${answer.values.join(' ')}}`;
    case 'none':
      return 'none';
    case 'text':
      return `"${answer.text}"`;
    case 'unreadable':
      return `!${answer.reason}`;
  }
};

describe('parseAnswer', () => {
  it.each([
    ['2', ':2'],
    ['x=2', 'x:2'],
    ['$x = \\frac{1}{2}$', 'x:1/2'],
    ['x=4/2=2', 'x:2'],
    ['x_1=2', 'x_1:2'],
    ['\\boxed{-7}', ':-7'],
    ['1,234', ':1234'],
    ['1{,}234.5', ':2469/2'],
    ['{3}', ':3'],
    ['±0', ':0'],
    ['2.', ':2'],
  ])('%s is the number %s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    ['x=2, x=3', 'x:{2 3}'],
    ['x=3 or x=2', 'x:{3 2}'],
    ['x=2 and x=3.', 'x:{2 3}'],
    ['x=2, 3', 'x:{2 3}'],
    ['\\{2,3\\}', ':{2 3}'],
    ['x ∈ {2, 3}', 'x:{2 3}'],
    ['{4,100}', ':{4 100}'],
    ['2 and 3', ':{2 3}'],
    ['2; 3', ':{2 3}'],
    ['2, 3, and 4', ':{2 3 4}'],
    ['32, 349', ':{32 349}'],
    ['±2', ':{2 -2}'],
    ['x = 3 \\pm 2', 'x:{5 1}'],
    ['x_2=3, x_1=2', 'x_:{2 3}'],
    ['x=2 \\text{ or } x=3', 'x:{2 3}'],
    ['3, 3', ':{3 3}'],
  ])('%s is the set %s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    'no real solution',
    'No solution.',
    'There are no real roots',
    'no solutions exist',
    '∅',
    '\\emptyset',
    '{}',
    '\\{\\}',
  ])('%s says that there is none', (text) => {
    expect(shown(text)).toBe('none');
  });

  it.each([
    ['x=2, y=3', '"x=2,y=3"'],
    ['(2, 3)', '"(2,3)"'],
    ['[2,3]', '"[2,3]"'],
    ['x=2=3', '"x=2=3"'],
    ['2 2/3', '"2 2/3"'],
    ['not 7', '"not 7"'],
    ['2 or maybe 3', '"2or maybe 3"'],
    ['5 cm', '"5cm"'],
    ['2 2/3 cm', '"2 2/3cm"'],
    ['zero', '"zero"'],
    ['no', '"no"'],
    ['no rational roots', '"no rational roots"'],
    ['Paris', '"paris"'],
    ['(C)', '"c"'],
    ["f'", '"f\'"'],
    ['√2', '"√2"'],
    ['', '""'],
  ])('%s stays the text %s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    ['an exponent tower', '9^9^9^9', '!too-large'],
    ['a division by zero', 'x=2, x=1/0', '!division-by-zero'],
    ['a text beyond the limit', '1'.repeat(5_000), '!too-long'],
    ['deep nesting', `${'('.repeat(100)}1${')'.repeat(100)}`, '!too-deep'],
  ])('%s is unreadable', (_what, text, expected) => {
    expect(shown(text)).toBe(expected);
  });
});
