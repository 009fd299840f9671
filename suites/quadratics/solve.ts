/**
 * The reference solver: a worked output by one of three methods, drawn before the problem is looked at. Each is valid on
 * its own domain only and, like a careless person, gives up or concludes too much outside it; no error is ever injected.
 */

import type { Random } from 'proofstill';
import { answerText, type Fraction, fraction, fractionText, NO_REAL_SOLUTION } from './answer.ts';
import { contentOf, type Equation, parsePrompt, reduce } from './equation.ts';

/**
 * `factor`: two whole numbers with the right product and sum, the smaller at most {@link SEARCH_LIMIT} in size; a = 1.
 * `square`: completing the square; a = 1 and b even. `formula`: wherever b²-4ac is a square or negative.
 */
export const METHODS = ['factor', 'square', 'formula'] as const;
export type Method = (typeof METHODS)[number];

/** How far the bounded search of `factor` goes. */
export const SEARCH_LIMIT = 6;

const GIVEN_UP = 'unknown';

interface Solution {
  readonly steps: readonly string[];
  readonly answer: string;
}

/** An output in the template for a prompt, by a method drawn from `random`. @throws suite error for another prompt. */
export function solve({ prompt }: { readonly prompt: string }, random: Random): string {
  return solveBy(random.pick(METHODS), parsePrompt(prompt));
}

/** An output in the template by a given method, one step a line. */
export function solveBy(method: Method, equation: Equation): string {
  const reduced = reduce(equation);
  const { steps, answer } = SOLVERS[method](reduced);
  const assignment = `a=${reduced.a}, b=${reduced.b}, c=${reduced.c}`;
  const think = [...division(equation), assignment, ...steps].join('\n');
  return `<think>${think}</think><answer>${answer}</answer>`;
}

const SOLVERS: Readonly<Record<Method, (reduced: Equation) => Solution>> = { factor, square, formula };

function division(equation: Equation): string[] {
  const divisor = contentOf(equation);
  if (divisor === 1) return [];
  const quotients = [equation.a, equation.b, equation.c]
    .filter((coefficient) => coefficient !== 0)
    .map((coefficient) => `${coefficient}/${operand(divisor)}=${coefficient / divisor}`);
  return [`divide by ${divisor}: ${quotients.join(', ')}`];
}

function factor({ a, b, c }: Equation): Solution {
  if (a !== 1) return { steps: ['a is not 1'], answer: GIVEN_UP };
  const sum = 0 - b;
  const steps = [`-(${b})=${sum}`];
  for (const [smaller, larger] of pairsOf(c, sum)) {
    const total = smaller + larger;
    const addition = `${smaller}${larger < 0 ? '' : '+'}${larger}=${total}`;
    steps.push(`${smaller}*${operand(larger)}=${c}, ${addition}`);
    if (total === sum) {
      const answer = answerText([fraction(smaller), fraction(larger)]);
      // What was found by trying is put back into the equation; without a constant nothing was tried.
      const found = c === 0 ? [] : new Set([smaller, larger]);
      const checks = [...found].map((root) => check({ a, b, c }, root));
      return { steps: [...steps, ...checks, answer], answer };
    }
  }
  return { steps: [...steps, 'no such pair'], answer: NO_REAL_SOLUTION };
}

/** `3^2-5*3+6=9-15+6=0` */
function check({ b, c }: Equation, root: number): string {
  const plus = (value: number): string => (value < 0 ? `${value}` : `+${value}`);
  const linear = b === 0 ? '' : `${plus(b)}*${operand(root)}`;
  const product = b === 0 ? '' : plus(b * root + 0);
  return `${operand(root)}^2${linear}${plus(c)}=${root * root}${product}${plus(c)}=0`;
}

/** Pairs of whole numbers with this product, smaller in size first, signed as far as the wanted sum tells. */
function* pairsOf(product: number, sum: number): Generator<readonly [number, number]> {
  if (product === 0) {
    yield [0, sum];
    return;
  }
  const sign = sum < 0 ? -1 : 1;
  for (let size = 1; size <= SEARCH_LIMIT && size * size <= Math.abs(product); size++) {
    if (product % size === 0) yield [sign * Math.sign(product) * size, (sign * Math.abs(product)) / size];
  }
}

function square({ a, b, c }: Equation): Solution {
  if (a !== 1) return { steps: ['a is not 1'], answer: GIVEN_UP };
  if (b % 2 !== 0) return { steps: [`${b}/2 is not whole`], answer: GIVEN_UP };
  const centre = 0 - b / 2;
  const right = centre * centre - c;
  const negated = b > 0 ? `-${b}` : `-${operand(b)}`;
  const steps = [
    `${b === 0 ? 0 : negated}/2=${centre}`,
    `${operand(centre)}^2=${centre * centre}`,
    difference(centre * centre, c),
  ];
  return withRoot(steps, right, (root) => {
    const signs = root === 0 ? ['-'] : ['-', '+'];
    const roots = signs.map((sign) => fraction(sign === '-' ? centre - root : centre + root));
    return { lines: roots.map((value, index) => `x=${centre}${signs[index]}${root}=${fractionText(value)}`), roots };
  });
}

function formula({ a, b, c }: Equation): Solution {
  const discriminant = b * b - 4 * a * c;
  const folded = a === 1 ? '' : `=${4 * a}*${operand(c)}`;
  const steps = [
    `${operand(b)}^2=${b * b}`,
    `4*${a}*${operand(c)}${folded}=${4 * a * c}`,
    `D=${difference(b * b, 4 * a * c)}`,
  ];
  return withRoot(steps, discriminant, (root) => {
    const negated = 0 - b;
    const signs = root === 0 ? ['-'] : ['-', '+'];
    const sums = signs.map((sign) => (sign === '-' ? negated - root : negated + root));
    const lines = sums.map((sum, index) => `x=${quotient(`(${negated}${signs[index]}${root})`, sum, a)}`);
    return { lines, roots: sums.map((sum) => fraction(sum, 2 * a)) };
  });
}

/** Ends a solution by the square root of what is left: none below zero, one at zero, otherwise two. */
function withRoot(
  steps: readonly string[],
  square: number,
  finish: (root: number) => { readonly lines: readonly string[]; readonly roots: readonly Fraction[] },
): Solution {
  if (square < 0) return { steps: [...steps, `${square}<0: no real root`], answer: NO_REAL_SOLUTION };
  const root = Math.sqrt(square);
  if (!Number.isInteger(root)) return { steps: [...steps, `${square} is not a square`], answer: GIVEN_UP };
  const { lines, roots } = finish(root);
  const rooted = square === 0 ? ['one root'] : [`${square}=${root}^2`];
  return { steps: [...steps, ...rooted, ...lines], answer: answerText(roots) };
}

/** `(7-5)/(2*3)=2/6=1/3`, and for a = 1 `(5-1)/2=4/2=2`. `top` is how the numerator is written. */
function quotient(top: string, numerator: number, a: number): string {
  const written = a === 1 ? `${top}/2` : `${top}/(2*${a})`;
  const computed = `${numerator}/${2 * a}`;
  return [...new Set([written, computed, fractionText(fraction(numerator, 2 * a))])].join('=');
}

/** `9-5=4`; a negative number is taken away by adding: `25-(-24)=25+24=49`. */
function difference(left: number, right: number): string {
  const sum = right < 0 ? `(${right})=${left}+${-right}` : right;
  return `${left}-${sum}=${left - right}`;
}

/** A number behind an operator or under a power: negative ones in parentheses. */
function operand(value: number): string {
  return value < 0 ? `(${value})` : `${value}`;
}
