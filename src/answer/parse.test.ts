import { describe, expect, it } from 'vitest';
import { formOf } from './expression.ts';
import { parseAnswer } from './parse.ts';
import type { Structure } from './structure.ts';

/** A structure in one line. */
const shown = (text: string): string => shownStructure(parseAnswer(text));

function shownStructure(answer: Structure): string {
  const all = (items: readonly Structure[]): string => items.map(shownStructure).join(' ');
  switch (answer.kind) {
    case 'scalar':
      return `${answer.variable ? `${answer.variable}:` : ''}${answer.value ?? formOf(answer.expression)}${answer.unit ? ` ${answer.unit}` : ''}`;
    case 'set':
      return `${answer.variable ? `${answer.variable}${answer.isNumbered ? '_' : ''}:` : ''}{${all(answer.items)}}`;
    case 'tuple':
      return `${answer.brackets[0]}${all(answer.items)}${answer.brackets[1]}`;
    case 'interval':
      return `${answer.variable}:${answer.brackets[0]}${all(answer.ends)}${answer.brackets[1]}`;
    case 'union':
      return `∪ ${all(answer.items)}`;
    case 'matrix':
      return `matrix ${answer.rows.map(all).join('; ')}`;
    case 'relation':
      return `${formOf(answer.left)} ${answer.sign} ${formOf(answer.right)}`;
    case 'ratio':
      return answer.terms.map(formOf).join(':');
    case 'based':
      return `${answer.digits}_${answer.base}`;
    case 'none':
      return 'none';
    case 'text':
      return `"${answer.text}"`;
    case 'unreadable':
      return `!${answer.reason}`;
  }
}

describe('parseAnswer', () => {
  it.each([
    ['2', '2'],
    ['x=2', 'x:2'],
    ['$x = \\frac{1}{2}$', 'x:1/2'],
    ['x=4/2=2', 'x:2'],
    ['x_1=2', 'x_1:2'],
    ['\\boxed{-7}', '-7'],
    ['1,234', '1234'],
    ['1{,}234.5', '2469/2'],
    ['{3}', '3'],
    ['±0', '0'],
    ['2.', '2'],
  ])('%s is the number %s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    ['x=2, x=3', 'x:{2 3}'],
    ['x=3 or x=2', 'x:{3 2}'],
    ['x=2 and x=3.', 'x:{2 3}'],
    ['x=2, 3', 'x:{2 3}'],
    ['\\{2,3\\}', '{2 3}'],
    ['x ∈ {2, 3}', 'x:{2 3}'],
    ['{4,100}', '{4 100}'],
    ['2 and 3', '{2 3}'],
    ['2; 3', '{2 3}'],
    ['2, 3, and 4', '{2 3 4}'],
    ['32, 349', '{32 349}'],
    ['±2', '{2 -2}'],
    ['x = 3 \\pm 2', 'x:{5 1}'],
    ['x_2=3, x_1=2', 'x_:{2 3}'],
    ['x=2 \\text{ or } x=3', 'x:{2 3}'],
    ['3, 3', '{3 3}'],
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
    ['x=2, y=3', '{x:2 y:3}'],
    ['(x,y)=(2,3)', '{x:2 y:3}'],
    ['p=5,q=2;p=7,q=2', '{{p:5 q:2} {p:7 q:2}}'],
    ['(2, 3)', '(2 3)'],
    ['[2,3)', '[2 3)'],
    ['(1,2), (3,4)', '{(1 2) (3 4)}'],
    ['x > 3', 'x:(3 ∞)'],
    ['1 \\le x < 3', 'x:[1 3)'],
    ['x<1 or x>3', '∪ x:((negate ∞) 1) x:(3 ∞)'],
    ['[0,1)\\cup(2,\\infty)', '∪ [0 1) (2 ∞)'],
    ['\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}', 'matrix 1 2; 3 4'],
    ['2x+3y=5', '(add (multiply 2 x) (multiply 3 y)) = 5'],
    ['3:2', '3:2'],
    ['204_5', '204_5'],
    ['204_{5}', '204_5'],
    ['5\\text{ cm}', '5 cm'],
    ['5 apples', '5 apple'],
    ['90^\\circ', '90 deg'],
    ['2 2/3 cm', '8/3 cm'],
    ['2 2/3', '8/3'],
    ['28%', '7/25'],
    ['√2', '(root 2)'],
    ['2x', '(multiply 2 x)'],
    ['y = x^2', 'y:(power x 2)'],
    ['0.1\\overline{6}', '1/6'],
    ['\\binom{5}{2}', '10'],
    ['5!', '120'],
    ['|x-1|', '(absolute (subtract x 1))'],
    ['\\sin^2 x', '(power (sin x) 2)'],
    ['\\log_2 8', '(log 2 8)'],
    ['\\sqrt[3]{-8}', '-2'],
    ['3 \\approx 3.0', '3'],
  ])('%s is %s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    ['not 7', '"not 7"'],
    ['2 or maybe 3', '"2 or maybe 3"'],
    ['zero', '"zero"'],
    ['no', '"no"'],
    ['no rational roots', '"no rational roots"'],
    ['Paris', '"paris"'],
    ['(C)', '"c"'],
    ['', '""'],
  ])('%s stays text: %s', (text, expected) => {
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
