/** Lines of arithmetic: a question with random operands, which nobody could predict, and its result, which is learnt. */

import type { Random } from 'proofstill';

export type Line = readonly [question: string, result: string];

export const signed = (value: number): string => (value < 0 ? `(${value})` : String(value));

/** Sizes spread over magnitudes, so that small numbers are as familiar as large ones. */
const upTo = (random: Random, limit: number): number =>
  random.int(0, random.pick([9, 30, 100, limit].filter((size) => size <= limit)));
const anySign = (random: Random, limit: number): number => upTo(random, limit) * random.pick([1, -1]) + 0;
export const times = (...factors: number[]): number => factors.reduce((product, factor) => product * factor, 1) + 0;

/** Kinds of lines, each as often as it stands here. */
export const LINES: readonly ((random: Random) => Line)[] = [
  square,
  square,
  rootOf,
  fourTimes,
  fourTimes,
  product,
  squareLess,
  squareLess,
  squareLess,
  difference,
  difference,
  difference,
  sum,
  quotient,
  negatedHalf,
  rootLine,
  rootLine,
  besideLine,
  fractionLine,
  fractionLine,
  pair,
];

/** What {@link LINES} shows too seldom. */
export const FOCUSED_LINES: typeof LINES = [
  square,
  rootOf,
  fourTimes,
  fourTimes,
  product,
  squareLess,
  squareLess,
  squareLessSquare,
  squareLessSquare,
  squareLessSquare,
  closeDifference,
  closeDifference,
  closeDifference,
  negativeDifference,
  negativeDifference,
  difference,
  quotient,
  quotient,
  negatedHalf,
  rootLine,
  besideLine,
  fractionLine,
];

/** Every step's kind, those that fail most often oftener; a question says by itself what is asked. */
export const GENERAL_LINES: typeof LINES = [
  square,
  rootOf,
  fourTimes,
  fourTimes,
  product,
  product,
  sum,
  squareLess,
  squareLess,
  squareLessSquare,
  squareLessSquare,
  squareLessSquare,
  closeDifference,
  closeDifference,
  closeDifference,
  closeDifference,
  negativeDifference,
  negativeDifference,
  difference,
  quotient,
  quotient,
  negatedHalf,
  rootLine,
  rootLine,
  besideLine,
  besideLine,
  lowestTerms,
  lowestTerms,
  lowestTerms,
];

/** Where a distilled student still slips: products of 4a, exact division, and differences below zero or of one last digit. */
export const CLOSING_LINES: typeof LINES = [
  square,
  rootOf,
  fourTimes,
  fourTimes,
  fourTimes,
  quotient,
  quotient,
  squareLessSquare,
  squareLessSquare,
  closeDifference,
  closeDifference,
  squareLessMore,
  squareLessMore,
  squareLessMore,
  sameLastDigit,
  sameLastDigit,
  negatedHalf,
  rootLine,
  besideLine,
  lowestTerms,
  lowestTerms,
];

function rootOf(random: Random): Line {
  const root = random.int(0, 60);
  return [`${root * root}=`, `${root}^2`];
}

function product(random: Random): Line {
  const small = random.next() < 0.7;
  const [left, right] = small ? [random.int(1, 12), anySign(random, 200)] : [random.int(8, 36), anySign(random, 100)];
  return [`${left}*${signed(right)}=`, String(times(left, right))];
}

function sum(random: Random): Line {
  const [left, right] = [anySign(random, 1000), upTo(random, 1000)];
  return [`${left}+${right}=`, String(left + right)];
}

function quotient(random: Random): Line {
  const [divisor, result] = [random.pick([-1, 2, 2, 3, 4, 5, 6, 8, 10]), anySign(random, 300)];
  return [`${times(divisor, result)}/${signed(divisor)}=`, String(result)];
}

function negatedHalf(random: Random): Line {
  const half = random.int(-40, 40);
  return [half > 0 ? `-(${-2 * half})/2=` : `-${-2 * half}/2=`, String(half)];
}

/** A square less some number of its size. */
function squareLess(random: Random): Line {
  const base = random.int(0, random.pick([12, 30, 60]));
  const other = random.int(-1, 1) === 0 ? 4 * anySign(random, 130) : anySign(random, 1000);
  return minusLine(base * base, other);
}

/** A difference that is itself a square, as discriminants of equations with rational roots are. */
function squareLessSquare(random: Random): Line {
  const [base, root] = [random.int(0, random.pick([12, 30, 50])), random.int(0, random.pick([9, 30]))];
  return minusLine(base * base, base * base - root * root);
}

/** A difference of at most a hundred between larger numbers. */
function closeDifference(random: Random): Line {
  const left = random.int(1, random.pick([99, 400, 999, 2500]));
  return minusLine(left, left - random.int(-60, 100));
}

/** A smaller number less a larger one. */
function negativeDifference(random: Random): Line {
  const left = random.int(0, random.pick([9, 30, 150]));
  return minusLine(left, left + random.int(1, random.pick([99, 400])));
}

/** A small square less four times something larger. */
function squareLessMore(random: Random): Line {
  const base = random.int(0, 12);
  return minusLine(base * base, 4 * random.int(Math.ceil((base * base) / 4), 100));
}

/** A difference of tens, on either side of zero. */
function sameLastDigit(random: Random): Line {
  const left = random.int(0, random.pick([99, 400, 2000]));
  return minusLine(left, Math.max(0, left + 10 * random.int(-20, 20)));
}

/** x=u-v and x=u+v. */
function besideLine(random: Random): Line {
  const [left, right] = [random.int(-30, 30), random.int(1, 30)];
  return random.next() < 0.5
    ? [`x=${left}-${right}=`, String(left - right)]
    : [`x=${left}+${right}=`, String(left + right)];
}

/** Two numbers with their product and sum. */
function pair(random: Random): Line {
  const [left, right] = [random.int(1, 12), random.int(1, 40)];
  const sign = random.pick([1, -1]);
  return [
    `${signed(sign * left)}*${signed(right)}=`,
    `${sign * left * right}, ${sign * left}+${right}=${sign * left + right}`,
  ];
}

function square(random: Random): Line {
  const base = random.int(-60, 60);
  return [`${signed(base)}^2=`, String(base * base)];
}

function fourTimes(random: Random): Line {
  const a = random.pick([1, 1, 1, 2, 3, 4, 5, 6, 9]);
  const c = anySign(random, a === 1 ? 900 : 130);
  const chain = a === 1 ? '' : `${4 * a}*${signed(c)}=`;
  return [`4*${a}*${signed(c)}=`, `${chain}${times(4, a, c)}`];
}

function difference(random: Random): Line {
  const limit = random.pick([999, 999, 4000]);
  return minusLine(random.pick([1, 1, -1]) * upTo(random, limit), anySign(random, limit));
}

export function minusLine(left: number, right: number): Line {
  return right < 0
    ? [`${left}-(${right})=`, `${left}+${-right}=${left - right}`]
    : [`${left}-${right}=`, String(left - right)];
}

/** (u-v)/2 with a whole result. */
function rootLine(random: Random): Line {
  const [result, other] = [anySign(random, 60), anySign(random, 60)];
  return [`(${expression(result + other, result - other)})/2=`, `${2 * result}/2=${result}`];
}

/** (u-v)/(2*a), brought to lowest terms. */
function fractionLine(random: Random): Line {
  const a = random.int(2, 9);
  const [first, top] = [
    random.int(-60, 60),
    random.next() < 0.5 ? 2 * random.int(-50, 50) : 2 * a * random.int(-10, 10),
  ];
  return [`(${expression(first, top - first)})/(2*${a})=`, `${top}/${2 * a}=${fraction(top, 2 * a)}`];
}

/** (u-v)/(2*a) or u/(2*a) in lowest terms; none are written twice. */
function lowestTerms(random: Random): Line {
  const [a, first] = [random.int(1, 9), random.int(-60, 60)];
  const top = random.pick([2 * random.int(-50, 50), 2 * a * random.int(-10, 10), first]) + 0;
  const above = top === first ? `${top}` : `(${expression(first, top - first)})`;
  const reduced = fraction(top, 2 * a);
  return [`${above}/(2*${a})=`, [...new Set([`${top}/${2 * a}`, reduced])].join('=')];
}

const expression = (left: number, right: number): string => `${left}${right < 0 ? '-' : '+'}${Math.abs(right)}`;

export function fraction(top: number, bottom: number): string {
  const divisor = gcd(top, bottom);
  return bottom / divisor === 1 ? String(top / divisor) : `${top / divisor}/${bottom / divisor}`;
}

const gcd = (left: number, right: number): number => (right === 0 ? Math.abs(left) : gcd(right, left % right));
