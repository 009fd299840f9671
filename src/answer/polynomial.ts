/** Polynomials in one variable with exact coefficients. **Shapes**: coefficients run from the highest power to the constant. */

import { ProofstillError } from '../core/errors.ts';
import { Rational } from './rational.ts';

export type Polynomial = readonly Rational[];

/** The value at a point, by Horner's rule; 0 for no coefficients. */
export function polynomialAt(polynomial: Polynomial, point: Rational): Rational {
  return polynomial.reduce((value, coefficient) => value.times(point).plus(coefficient), Rational.ZERO);
}

/**
 * How many different real roots there are, each counted once, by Sturm's theorem: the sign changes that the Sturm chain
 * loses from -∞ to +∞ (S. Basu, R. Pollack, M.-F. Roy, Algorithms in Real Algebraic Geometry, 2006, theorem 2.50).
 * @throws ProofstillError `suite` for the zero polynomial, of which every number is a root.
 */
export function countRealRoots(polynomial: Polynomial): number {
  const first = trimmed(polynomial);
  if (first.length === 0) {
    throw new ProofstillError('suite', 'expected a polynomial with a coefficient other than zero, got none', {
      hint: 'Every number is a root of 0: give the problem a leading coefficient.',
    });
  }
  const chain: Polynomial[] = [first];
  for (let next = derivative(first); next.length > 0; ) {
    chain.push(next);
    next = remainder(chain.at(-2) as Polynomial, next).map((coefficient) => coefficient.negated());
  }
  const atPlus = chain.map((member) => (member[0] as Rational).sign);
  const atMinus = chain.map((member, index) => (member.length % 2 === 0 ? -1 : 1) * (atPlus[index] as number));
  return signChanges(atMinus) - signChanges(atPlus);
}

function trimmed(polynomial: Polynomial): Polynomial {
  const leading = polynomial.findIndex((coefficient) => !coefficient.isZero);
  return leading < 0 ? [] : polynomial.slice(leading);
}

function derivative(polynomial: Polynomial): Polynomial {
  const degree = polynomial.length - 1;
  return trimmed(polynomial.slice(0, -1).map((coefficient, index) => coefficient.times(Rational.of(degree - index))));
}

function remainder(dividend: Polynomial, divisor: Polynomial): Polynomial {
  let rest = dividend;
  while (rest.length >= divisor.length) {
    const factor = (rest[0] as Rational).dividedBy(divisor[0] as Rational);
    const reduced = rest.map((coefficient, index) => {
      const subtrahend = divisor[index];
      return subtrahend ? coefficient.minus(subtrahend.times(factor)) : coefficient;
    });
    rest = trimmed(reduced.slice(1));
  }
  return rest;
}

/** Every member of a Sturm chain has a leading coefficient, so no sign is zero. */
function signChanges(signs: readonly number[]): number {
  return signs.filter((sign, index) => index > 0 && sign !== signs[index - 1]).length;
}
