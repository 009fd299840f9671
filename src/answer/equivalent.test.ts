import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areEquivalent } from './equivalent.ts';
import { parseFormula } from './formula.ts';
import { plainNotation } from './notation.ts';

const equal = (left: string, right: string) =>
  areEquivalent(parseFormula(plainNotation(left)), parseFormula(plainNotation(right)));

describe('areEquivalent', () => {
  it.each([
    ['(x+1)(x-1)', 'x^2-1'],
    ['\\frac{x^2-1}{x-1}', 'x+1'],
    ['\\sqrt{x^2}', '|x|'],
    ['\\sqrt{12}', '2\\sqrt{3}'],
    ['\\frac{1}{\\sqrt{2}-1}', '\\sqrt{2}+1'],
    ['\\sin(2x)', '2\\sin x\\cos x'],
    ['\\cosh^2 x-\\sinh^2 x', '1'],
    ['\\arctan 1', '\\pi/4'],
    ['e^{i\\pi}', '-1'],
    ['(1+i)^2', '2i'],
    ['2^{n+1}-2^n', '2^n'],
    ['\\binom{n}{2}', '\\frac{n(n-1)}{2}'],
    ['(-8)^{1/3}', '-2'],
    ['\\log_{10} 1000', '3'],
    ['x^{1/2}', '\\sqrt{x}'],
    ['\\pi r^2 + 2\\pi r h', '\\pi r(r+2h)'],
  ])('%s is %s', (left, right) => {
    expect(equal(left, right)).toBe(true);
  });

  // With points of positive numbers only, the first two pass; with doubles only, the last three do.
  it.each([
    ['x', '\\sqrt{x^2}'],
    ['2\\ln x', '\\ln(x^2)'],
    ['\\sin x', 'x'],
    ['x_1', 'x_2'],
    ['\\sqrt{2}', '1.4142135'],
    ['10^{20}+x', '10^{20}+x+1'],
    ['\\frac{1}{2004!}', '\\frac{1}{2006!}'],
    ['10^{20}\\pi', '10^{20}\\pi+1'],
  ])('%s is not %s', (left, right) => {
    expect(equal(left, right)).toBe(false);
  });

  it('knows nothing where too few points have a value', () => {
    expect(equal('\\infty x', '2\\infty x')).toBeUndefined();
  });

  // The reference is the distributive law, and what breaks it by one.
  it('multiplies out, and is not off by one', () => {
    const term = fc.integer({ min: -9, max: 9 });
    fc.assert(
      fc.property(term, term, term, term, (a, b, c, d) => {
        const product = `(${a}*x+(${b}))*(${c}*x+(${d}))`;
        const sum = `${a * c}*x^2+(${a * d + b * c})*x+(${b * d})`;
        expect(equal(product, sum)).toBe(true);
        expect(equal(product, `${sum}+1`)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
