/** Quadratic equations with integer coefficients: read from a prompt, written into one, and brought to lowest terms. */

import { ProofstillError } from 'proofstill';

/** ax²+bx+c=0 with a ≠ 0. */
export interface Equation {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Six digits at most, so that b²-4ac is exact in a double. */
const PROMPT = /^Solve (-?\d{0,6})x\^2(?:([+-]\d{0,6})x)?([+-]\d{1,6})?=0$/;

/**
 * Reads `Solve 3x^2-15x+18=0`: no spaces in the equation, terms in falling order, missing terms are zero.
 * @throws suite error when the prompt has another form or no square term.
 */
export function parsePrompt(prompt: string): Equation {
  const found = PROMPT.exec(prompt);
  const a = coefficientOf(found?.[1]);
  if (!found || a === 0) {
    throw new ProofstillError('suite', `expected a quadratic equation with integer coefficients, got "${prompt}"`, {
      place: 'suite quadratics',
      hint: 'Write it as "Solve x^2-5x+6=0", with coefficients of at most six digits.',
    });
  }
  return { a, b: found[2] === undefined ? 0 : coefficientOf(found[2]), c: Number(found[3] ?? 0) };
}

/** The inverse of {@link parsePrompt}: a coefficient of 1 and a zero term are left out. */
export function promptOf({ a, b, c }: Equation): string {
  const square = `${factorOf(a)}x^2`;
  const linear = b === 0 ? '' : `${b > 0 ? '+' : ''}${factorOf(b)}x`;
  const constant = c === 0 ? '' : `${c > 0 ? '+' : ''}${c}`;
  return `Solve ${square}${linear}${constant}=0`;
}

/** The greatest common divisor of the coefficients with the sign of a: what {@link reduce} divides by. */
export function contentOf({ a, b, c }: Equation): number {
  return Math.sign(a) * greatestCommonDivisor(greatestCommonDivisor(a, b), c);
}

/** The same equation with coprime coefficients and a > 0. */
export function reduce(equation: Equation): Equation {
  const content = contentOf(equation);
  // Adding 0 turns -0 into 0.
  return { a: equation.a / content, b: equation.b / content + 0, c: equation.c / content + 0 };
}

/** `1,-5,6`: the reduced coefficients. Two equations with one key have the same roots by the same arithmetic. */
export function keyOf(equation: Equation): string {
  const { a, b, c } = reduce(equation);
  return `${a},${b},${c}`;
}

/** Never negative; the divisor of 0 and n is |n|. */
export function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? Math.abs(left) : greatestCommonDivisor(right, left % right);
}

/** Reads the factor before an x: nothing is 1, a bare sign is ±1. */
function coefficientOf(text = ''): number {
  return /\d/.test(text) ? Number(text) : Number(`${text}1`);
}

function factorOf(coefficient: number): string {
  if (coefficient === 1) return '';
  return coefficient === -1 ? '-' : String(coefficient);
}
