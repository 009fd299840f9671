/**
 * Whether two formulas are the same function of their letters: exactly where both are fractions at whole points, by the
 * argument of Schwartz and Zippel (J. T. Schwartz, "Fast probabilistic algorithms for verification of polynomial
 * identities", 1980), else in complex doubles at points that include negative and complex ones.
 */

import { approximateValue, type ComplexPoint, isConstant } from './approximate.ts';
import { type Complex, complex, sizeOf, subtract } from './complex.ts';
import { exactValue, type RationalPoint } from './exact.ts';
import { type Expression, formOf, symbolsOf } from './expression.ts';
import { Refusal } from './limits.ts';
import { Rational } from './rational.ts';

/** Points in each of the two ways, and how many of them must have a value. */
const POINTS = 8;
const LEAST_POINTS = 3;
/** Of the larger value: doubles lose about four of their sixteen digits in formulas of some length. */
const TOLERANCE = 1e-11;

/** Equal, different, or `undefined` where too few points have a value: then nothing is known. */
export function areEquivalent(left: Expression, right: Expression): boolean | undefined {
  if (formOf(left) === formOf(right)) return true;
  const names = [...new Set([...symbolsOf(left), ...symbolsOf(right)])];
  return exactly(left, right, names) ?? approximately(left, right, names);
}

/**
 * The value of both at {@link POINTS} points where both have one, `undefined` where that is not exact.
 * @param isDecisive ends the search at a pair that says enough.
 */
export function exactPairs(
  left: Expression,
  right: Expression,
  names: readonly string[],
  isDecisive: (pair: readonly [Rational, Rational]) => boolean = () => false,
): readonly (readonly [Rational, Rational])[] | undefined {
  // i is no indeterminate: i² is -1. Of several constants it is not known what holds between them.
  if (names.includes('i') || names.includes('∞') || names.filter(isConstant).length > 1) return undefined;
  const pairs: (readonly [Rational, Rational])[] = [];
  for (let index = 0; index < (names.length === 0 ? 1 : POINTS); index++) {
    const point: RationalPoint = new Map(names.map((name) => [name, wholeAt(name, index)]));
    try {
      const pair = [exactValue(left, point), exactValue(right, point)] as const;
      pairs.push(pair);
      if (isDecisive(pair)) return pairs;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.reason !== 'division-by-zero' && error.reason !== 'undefined') return undefined;
    }
  }
  return pairs.length >= (names.length === 0 ? 1 : LEAST_POINTS) ? pairs : undefined;
}

/** The same in complex doubles. */
export function approximatePairs(
  left: Expression,
  right: Expression,
  names: readonly string[],
): readonly (readonly [Complex, Complex])[] | undefined {
  const unknowns = names.filter((name) => !isConstant(name));
  const pairs: (readonly [Complex, Complex])[] = [];
  for (let index = 0; index < (unknowns.length === 0 ? 1 : POINTS); index++) {
    const point: ComplexPoint = new Map(unknowns.map((name) => [name, complexAt(name, index)]));
    try {
      const pair = [approximateValue(left, point), approximateValue(right, point)] as const;
      if (pair.every(({ re, im }) => Number.isFinite(re) && Number.isFinite(im))) pairs.push(pair);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return pairs.length >= (unknowns.length === 0 ? 1 : LEAST_POINTS) ? pairs : undefined;
}

/** Whether two values are equal but for rounding. */
export function isNear(left: Complex, right: Complex): boolean {
  return sizeOf(subtract(left, right)) <= TOLERANCE * Math.max(sizeOf(left), sizeOf(right));
}

function exactly(left: Expression, right: Expression, names: readonly string[]): boolean | undefined {
  const differs = ([first, second]: readonly [Rational, Rational]): boolean => !first.equals(second);
  return exactPairs(left, right, names, differs)?.every((pair) => !differs(pair));
}

function approximately(left: Expression, right: Expression, names: readonly string[]): boolean | undefined {
  return approximatePairs(left, right, names)?.every(([first, second]) => isNear(first, second));
}

/** Half of the points are above zero, for powers and factorials; zero and one, where much coincides, are left out. */
function wholeAt(name: string, index: number): Rational {
  const size = 2 + (hashOf(name, index) % 29);
  return Rational.of(index % 2 === 1 && hashOf(name, index + 100) % 2 === 0 ? -size : size);
}

/** Two points of positive reals, two of negative ones, and complex ones in all quadrants. */
function complexAt(name: string, index: number): Complex {
  const part = (salt: number): number => 0.3 + (hashOf(name, index * 7 + salt) % 10_007) / 5_003;
  if (index < 4) return complex(index % 2 === 0 ? part(1) : -part(1));
  return complex((index % 2 === 0 ? 1 : -1) * part(1), (index % 4 < 2 ? 1 : -1) * part(2));
}

/** FNV-1a: the same letter has the same points in every formula and every run. */
function hashOf(name: string, salt: number): number {
  let hash = 0x811c9dc5 ^ salt;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
