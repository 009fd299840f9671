import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProofstillError } from '../core/errors.ts';
import { countRealRoots, polynomialAt } from './polynomial.ts';
import { Rational } from './rational.ts';

const polynomial = (...coefficients: number[]): Rational[] => coefficients.map((value) => Rational.of(value));

describe('countRealRoots', () => {
  it.each([
    [[1, -5, 6], 2],
    [[1, -6, 9], 1],
    [[1, 0, 1], 0],
    [[2, -4], 1],
    [[7], 0],
    [[0, 0, 1, -1], 1],
    // x³-x = x(x-1)(x+1); x³-2 has one real root; x⁴-5x²+4 = (x²-1)(x²-4); (x-1)²(x-2)².
    [[1, 0, -1, 0], 3],
    [[1, 0, 0, -2], 1],
    [[1, 0, -5, 0, 4], 4],
    [[1, -6, 13, -12, 4], 2],
    // Wilkinson's polynomial of degree 7: (x-1)…(x-7).
    [[1, -28, 322, -1960, 6769, -13132, 13068, -5040], 7],
  ])('%j has %i', (coefficients, count) => {
    expect(countRealRoots(polynomial(...coefficients))).toBe(count);
  });

  it('agrees with the discriminant on every quadratic', () => {
    const coefficient = fc.integer({ min: -30, max: 30 });
    fc.assert(
      fc.property(coefficient, coefficient, coefficient, (a, b, c) => {
        fc.pre(a !== 0);
        expect(countRealRoots(polynomial(a, b, c))).toBe(1 + Math.sign(b * b - 4 * a * c));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses the zero polynomial, of which every number is a root', () => {
    expect(() => countRealRoots(polynomial(0, 0))).toThrow(
      expect.toSatisfy((e: unknown) => isProofstillError(e, 'suite')),
    );
  });
});

describe('polynomialAt', () => {
  // 2·(3/2)² - 5·(3/2) + 3 = 4.5 - 7.5 + 3 = 0
  it('is exact at a fraction', () => {
    expect(polynomialAt(polynomial(2, -5, 3), Rational.of(3, 2)).isZero).toBe(true);
    expect(polynomialAt(polynomial(2, -5, 3), Rational.of(2)).toString()).toBe('1');
  });
});
