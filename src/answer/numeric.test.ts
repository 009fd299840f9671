import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formOf, literalsOf } from './expression.ts';
import { evaluateNumeric } from './numeric.ts';

const shown = (text: string): string => {
  const result = evaluateNumeric(text);
  return 'value' in result ? result.value.toString() : result.reason;
};

describe('evaluateNumeric', () => {
  it.each([
    ['(5-1)/(2*3)', '2/3'],
    ['(-5)^2', '25'],
    ['-5^2', '-25'],
    ['2^3^2', '512'],
    ['2^-3', '1/8'],
    ['10-4-3', '3'],
    ['100/10/5', '2'],
    ['2+3*4', '14'],
    ['-(-5)', '5'],
    ['2*-3', '-6'],
    ['4*1*(-6)', '-24'],
    ['4(1)(-6)', '-24'],
    ['2·3×4', '24'],
    ['7−10', '-3'],
    ['8÷4', '2'],
    ['5²', '25'],
    ['2⁻³', '1/8'],
    ['\\frac{1}{2}', '1/2'],
    ['\\dfrac12', '1/2'],
    ['\\frac1{72}', '1/72'],
    ['-\\frac{3}{2}', '-3/2'],
    ['918\\frac{1}{2}', '1837/2'],
    ['-1\\frac12', '-3/2'],
    ['\\left(2\\right)\\cdot 3', '6'],
    ['2^{10}', '1024'],
    ['√49', '7'],
    ['sqrt(25-24)', '1'],
    ['\\sqrt{1/4}', '1/2'],
    ['2\\sqrt{9}', '6'],
    ['0.1+0.2', '3/10'],
    ['2 2/3', '8/3'],
    ['-2 2/3', '-8/3'],
    ['1e5', '100000'],
    ['1.6e-3', '1/625'],
    ['5!', '120'],
    ['20%', '1/5'],
    ['|-3|', '3'],
    ['\\binom{5}{2}', '10'],
    ['\\sqrt[3]{-8}', '-2'],
    ['0.1\\overline{6}', '1/6'],
    ['\\lfloor -1/2 \\rfloor', '-1'],
    ['+3', '3'],
  ])('%s is %s', (text, value) => {
    expect(shown(text)).toBe(value);
  });

  it.each([
    ['6/2(1+2)', 'ambiguous'],
    ['4\\frac{10}{3}', 'ambiguous'],
    ['1\\frac{1}{2}^2', 'ambiguous'],
    ['1/0', 'division-by-zero'],
    ['5/(3-3)', 'division-by-zero'],
    ['0^0', 'undefined'],
    ['√(-1)', 'undefined'],
    ['√2', 'not-exact'],
    ['4^(1/2)', 'not-exact'],
    ['', 'not-numeric'],
    ['2 3', 'not-numeric'],
    ['4 10/3', 'ambiguous'],
    ['5!!', 'not-numeric'],
    ['(1/2)!', 'undefined'],
    ['sin 1', 'not-exact'],
    ['{2}', 'not-numeric'],
    ['(2', 'not-numeric'],
    ['2)', 'not-numeric'],
    ['2+', 'not-numeric'],
    ['2x', 'not-numeric'],
    ['100000!', 'too-large'],
    ['1.2.3', 'not-numeric'],
    ['9^9^9^9', 'too-large'],
    ['9^99999999', 'too-large'],
  ])('%s is refused: %s', (text, reason) => {
    expect(shown(text)).toBe(reason);
  });

  it.each([
    ['1,001 digits', '9'.repeat(1_001), 'too-long'],
    ['6,001 characters', `${'1+'.repeat(3_000)}1`, 'too-long'],
    ['65 brackets', `${'('.repeat(65)}1${')'.repeat(65)}`, 'too-deep'],
    ['1,000 signs', `${'-'.repeat(1_000)}1`, 'too-deep'],
    ['a tower of 1,000 exponents', `${'2^'.repeat(1_000)}2`, 'too-deep'],
    ['a sum of fractions without a common factor', '(1/3)^1500+(1/7)^700+(1/11)^500+(1/13)^500', 'too-large'],
  ])('%s are beyond the limits', (_what, text, reason) => {
    expect(shown(text)).toBe(reason);
  });

  // The reference is JavaScript's own arithmetic, exact on small whole numbers with + - *.
  it('agrees with JavaScript on sums, differences and products', () => {
    const leaf = fc.integer({ min: 0, max: 9 }).map(String);
    const tree = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.tuple(tie('node'), fc.constantFrom('+', '-', '*'), tie('node')).map(([l, sign, r]) => `(${l}${sign}${r})`),
        fc.tuple(tie('node'), fc.constantFrom(' + ', ' - ', '*'), tie('node')).map((parts) => parts.join('')),
        tie('node').map((inner) => `(-${inner})`),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (text) => {
        const value: unknown = new Function(`return ${text} + 0`)();
        expect(shown(text)).toBe(String(value));
      }),
      { numRuns: 300 },
    );
  });

  it('never throws, whatever the text', () => {
    const symbols = fc.constantFrom(...'0123456789+-*/^(){}.√ ', '\\frac', '\\sqrt', '²', '±', 'x', '\u0000');
    fc.assert(
      fc.property(fc.array(symbols, { maxLength: 60 }), (parts) => {
        expect(shown(parts.join(''))).toMatch(/^(?:-?\d+(?:\/\d+)?|[a-z-]+)$/);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('an expression', () => {
  const read = (text: string) => {
    const result = evaluateNumeric(text);
    if ('reason' in result) throw new Error(`${text} is ${result.reason}`);
    return result.expression;
  };

  it('lists its numbers with the signs in front of them', () => {
    expect(literalsOf(read('-5+(-3)*4-2')).map(String)).toEqual(['-5', '-3', '4', '2']);
  });

  it('has one form whatever its spaces and brackets', () => {
    expect(formOf(read('(2) + 3*4'))).toBe(formOf(read('2+(3*4)')));
    expect(formOf(read('2+3'))).not.toBe(formOf(read('3+2')));
  });
});
