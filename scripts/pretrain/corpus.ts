/**
 * What the nano student has learnt before any distillation: arithmetic, reading and copying from the prompt, short
 * chains, and bare answers without reasoning. No quadratic is solved in steps, and no equation whose key belongs to steer
 * or holdout occurs in any form.
 */

import { type Problem, type Random, splitOfKey } from 'proofstill';
import type { Tokenizer } from '../../src/model/tokenizer.ts';
import type { Example } from '../../src/train/pack.ts';
import { contentOf, type Equation, keyOf, parsePrompt, promptOf } from '../../suites/quadratics/equation.ts';
import { AREAS, problem } from '../../suites/quadratics/problems.ts';

/** A piece of an assistant's text; `given` pieces are context that nobody could predict, and are not learnt. */
type Piece = string | { readonly given: string };

export interface Lesson {
  readonly kind: string;
  readonly prompt: string;
  readonly pieces: readonly Piece[];
}

/** Share of each kind among the lessons. */
const MIX: readonly (readonly [share: number, make: (random: Random) => Lesson])[] = [
  [0.27, arithmetic],
  [0.08, readCoefficients],
  [0.09, reduceCoefficients],
  [0.06, evaluatePolynomial],
  [0.15, evaluateLetters],
  [0.08, halves],
  [0.03, multiplyOut],
  [0.02, bareLinear],
  [0.22, bareQuadratic],
];

/** Draws one lesson of the mix. */
export function drawLesson(random: Random): Lesson {
  let rest = random.next();
  for (const [share, make] of MIX) {
    rest -= share;
    if (rest < 0) return make(random);
  }
  return bareQuadratic(random);
}

/** Tokens of a lesson in the chat template; only pieces that can be predicted count in the loss. */
export function exampleOf(lesson: Lesson, tokenizer: Tokenizer): Example {
  const ids = tokenizer.prompt(lesson.prompt);
  const weights = ids.map(() => 0);
  for (const piece of lesson.pieces) {
    const given = typeof piece !== 'string';
    for (const id of tokenizer.encode(given ? piece.given : piece)) {
      ids.push(id);
      weights.push(given ? 0 : 1);
    }
  }
  ids.push(tokenizer.stopIds[0] as number);
  weights.push(1);
  return { ids, weights };
}

const signed = (value: number): string => (value < 0 ? `(${value})` : String(value));
const given = (text: string): Piece => ({ given: text });

/** Four to ten unrelated lines, of which only the results are learnt. */
function arithmetic(random: Random): Lesson {
  const lines = Array.from({ length: random.int(4, 10) }, (_, index) => {
    const [question, result] = random.pick(LINES)(random);
    return [...(index > 0 ? [given('\n')] : []), given(question), result];
  });
  return { kind: 'arithmetic', prompt: 'Calculate', pieces: lines.flat() };
}

/** Sizes spread over magnitudes, so that small numbers are as familiar as large ones. */
const upTo = (random: Random, limit: number): number =>
  random.int(0, random.pick([9, 30, 100, limit].filter((size) => size <= limit)));
const anySign = (random: Random, limit: number): number => upTo(random, limit) * random.pick([1, -1]) + 0;
const times = (...factors: number[]): number => factors.reduce((product, factor) => product * factor, 1) + 0;

/** Kinds of lines, each as often as it stands here. */
const LINES: readonly ((random: Random) => readonly [question: string, result: string])[] = [
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

function rootOf(random: Random): [string, string] {
  const root = random.int(0, 60);
  return [`${root * root}=`, `${root}^2`];
}

function product(random: Random): [string, string] {
  const small = random.next() < 0.7;
  const [left, right] = small ? [random.int(1, 12), anySign(random, 200)] : [random.int(8, 36), anySign(random, 100)];
  return [`${left}*${signed(right)}=`, String(times(left, right))];
}

function sum(random: Random): [string, string] {
  const [left, right] = [anySign(random, 1000), upTo(random, 1000)];
  return [`${left}+${right}=`, String(left + right)];
}

function quotient(random: Random): [string, string] {
  const [divisor, result] = [random.pick([-1, 2, 2, 3, 4, 5, 6, 8, 10]), anySign(random, 300)];
  return [`${times(divisor, result)}/${signed(divisor)}=`, String(result)];
}

function negatedHalf(random: Random): [string, string] {
  const half = random.int(-40, 40);
  return [half > 0 ? `-(${-2 * half})/2=` : `-${-2 * half}/2=`, String(half)];
}

/** A square less some number of its size. */
function squareLess(random: Random): [string, string] {
  const base = random.int(0, random.pick([12, 30, 60]));
  const other = random.int(-1, 1) === 0 ? 4 * anySign(random, 130) : anySign(random, 1000);
  return minusLine(base * base, other);
}

/** x=u-v and x=u+v. */
function besideLine(random: Random): [string, string] {
  const [left, right] = [random.int(-30, 30), random.int(1, 30)];
  return random.next() < 0.5
    ? [`x=${left}-${right}=`, String(left - right)]
    : [`x=${left}+${right}=`, String(left + right)];
}

/** Two numbers with their product and sum. */
function pair(random: Random): [string, string] {
  const [left, right] = [random.int(1, 12), random.int(1, 40)];
  const sign = random.pick([1, -1]);
  return [
    `${signed(sign * left)}*${signed(right)}=`,
    `${sign * left * right}, ${sign * left}+${right}=${sign * left + right}`,
  ];
}

function square(random: Random): [string, string] {
  const base = random.int(-60, 60);
  return [`${signed(base)}^2=`, String(base * base)];
}

function fourTimes(random: Random): [string, string] {
  const a = random.pick([1, 1, 1, 2, 3, 4, 5, 6, 9]);
  const c = anySign(random, a === 1 ? 900 : 130);
  const chain = a === 1 ? '' : `${4 * a}*${signed(c)}=`;
  return [`4*${a}*${signed(c)}=`, `${chain}${times(4, a, c)}`];
}

function difference(random: Random): [string, string] {
  const limit = random.pick([999, 999, 4000]);
  return minusLine(random.pick([1, 1, -1]) * upTo(random, limit), anySign(random, limit));
}

function minusLine(left: number, right: number): [string, string] {
  return right < 0
    ? [`${left}-(${right})=`, `${left}+${-right}=${left - right}`]
    : [`${left}-${right}=`, String(left - right)];
}

/** (u-v)/2 with a whole result. */
function rootLine(random: Random): [string, string] {
  const [result, other] = [anySign(random, 60), anySign(random, 60)];
  return [`(${expression(result + other, result - other)})/2=`, `${2 * result}/2=${result}`];
}

/** (u-v)/(2*a), brought to lowest terms. */
function fractionLine(random: Random): [string, string] {
  const a = random.int(2, 9);
  const [first, top] = [
    random.int(-60, 60),
    random.next() < 0.5 ? 2 * random.int(-50, 50) : 2 * a * random.int(-10, 10),
  ];
  return [`(${expression(first, top - first)})/(2*${a})=`, `${top}/${2 * a}=${fraction(top, 2 * a)}`];
}

const expression = (left: number, right: number): string => `${left}${right < 0 ? '-' : '+'}${Math.abs(right)}`;

function fraction(top: number, bottom: number): string {
  const divisor = gcd(top, bottom);
  return bottom / divisor === 1 ? String(top / divisor) : `${top / divisor}/${bottom / divisor}`;
}

const gcd = (left: number, right: number): number => (right === 0 ? Math.abs(left) : gcd(right, left % right));

/** A random polynomial of the areas' sizes, |c| at most `largest`, its key not in steer or holdout. */
function polynomial(random: Random, largest = 900): Equation {
  for (;;) {
    const k = random.pick([1, 1, 1, -1, 2, 3, 4, 5]);
    const equation = {
      a: k * random.pick([1, 1, 1, 2, 3, 4, 5, 6, 9]),
      b: k * random.pick([random.int(-12, 12), random.int(-60, 60), 0]),
      c: k * random.pick([random.int(-20, 20), random.int(-100, 100), random.int(-largest, largest), 0]),
    };
    if (splitOfKey(keyOf(equation)) === 'train') return equation;
  }
}

const polynomialText = (equation: Equation): string => promptOf(equation).replace('Solve ', '').replace('=0', '');

function readCoefficients(random: Random): Lesson {
  const equation = polynomial(random);
  const { a, b, c } = equation;
  return { kind: 'read', prompt: `Read ${polynomialText(equation)}`, pieces: [`a=${a}, b=${b}, c=${c}`] };
}

/** Divides by the signed greatest common divisor where it is not 1, and reads the rest. */
function reduceCoefficients(random: Random): Lesson {
  const equation = random.next() < 0.5 ? parsedTrainProblem(random) : polynomial(random);
  const content = contentOf(equation);
  const terms = [equation.a, equation.b, equation.c];
  const divided = terms.map((term) => term / content + 0);
  const steps = terms.flatMap((term, index) => (term === 0 ? [] : [`${term}/${signed(content)}=${divided[index]}`]));
  const first = content === 1 ? '' : `divide by ${content}: ${steps.join(', ')}\n`;
  return {
    kind: 'reduce',
    prompt: `Reduce ${polynomialText(equation)}`,
    pieces: [`${first}a=${divided[0]}, b=${divided[1]}, c=${divided[2]}`],
  };
}

function evaluatePolynomial(random: Random): Lesson {
  const { a, b, c } = polynomial(random, 100);
  const x = random.int(-12, 12);
  const [squared, first, second] = [x * x, times(a, x * x), times(b, x)];
  const sum = first + second;
  return {
    kind: 'evaluate',
    prompt: `Evaluate ${a}*x^2+${signed(b)}*x+${signed(c)} at x=${x}`,
    pieces: [
      `${signed(x)}^2=${squared}\n${a}*${squared}=${first}\n${b}*${signed(x)}=${second}\n${first}+${signed(second)}=${sum}\n${sum}+${signed(c)}=${sum + c}`,
    ],
  };
}

/** Letters with values in the prompt, and a formula in them. */
function evaluateLetters(random: Random): Lesson {
  const { a, b, c } = polynomial(random);
  const letters = `a=${a}, b=${b}, c=${c}`;
  const squared = b * b;
  const fourfold = `4*${signed(a)}*${signed(c)}=${a === 1 ? '' : `${signed(4 * a)}*${signed(c)}=`}${times(4, a, c)}`;
  const minus = (left: number, right: number): string => minusLine(left, right).join('');
  const formulas: [string, string][] = [
    ['b^2', `${signed(b)}^2=${squared}`],
    ['4*a*c', fourfold],
    ['b^2-c', `${signed(b)}^2=${squared}\n${minus(squared, c)}`],
    ['b^2-4*a*c', `${signed(b)}^2=${squared}\n${fourfold}\n${minus(squared, times(4, a, c))}`],
    ['b^2-c', `${signed(b)}^2=${squared}\n${minus(squared, c)}`],
    ['b^2-4*a*c', `${signed(b)}^2=${squared}\n${fourfold}\n${minus(squared, times(4, a, c))}`],
    ['2*a', `2*${signed(a)}=${2 * a}`],
    ['-b', `-${signed(b)}=${-b + 0}`],
    ['b-c', minus(b, c)],
  ];
  const [formula, steps] = random.pick(formulas);
  return { kind: 'letters', prompt: `${letters}: ${formula}`, pieces: [steps] };
}

/** (p-q)/(2*a) and (p+q)/(2*a) from p, q and a. */
function halves(random: Random): Lesson {
  const a = random.pick([1, 1, 2, 3, 4, 5, 6]);
  const [left, right] =
    random.next() < 0.5
      ? [random.int(-30, 30) * a, random.int(-30, 30) * a]
      : [random.int(-40, 40), random.int(-40, 40)];
  const [low, high] = left < right ? [left, right] : [right, left];
  const [p, q] = [low + high, high - low];
  const below = a === 1 ? '2' : `(2*${a})`;
  const line = (sign: string, top: number): string =>
    `x=(${p}${sign}${q})/${below}=${top}/${2 * a}=${fraction(top, 2 * a)}`;
  return {
    kind: 'halves',
    prompt: `Halves of ${p} and ${q} over ${a}`,
    pieces: [`${line('-', 2 * low)}\n${line('+', 2 * high)}`],
  };
}

function multiplyOut(random: Random): Lesson {
  for (;;) {
    const [r, s] = [random.int(-16, 16), random.int(-16, 16)];
    const equation = { a: 1, b: r + s, c: times(r, s) };
    if (splitOfKey(keyOf(equation)) !== 'train') continue;
    return {
      kind: 'multiply',
      prompt: `Multiply out (x+${signed(r)})*(x+${signed(s)})`,
      pieces: [
        `${signed(r)}+${signed(s)}=${r + s}\n${signed(r)}*${signed(s)}=${times(r, s)}\n${polynomialText(equation)}`,
      ],
    };
  }
}

function bareLinear(random: Random): Lesson {
  const [factor, root] = [random.int(2, 12), random.int(-20, 20)];
  const constant = -factor * root + 0;
  const tail = constant === 0 ? '' : `${constant > 0 ? '+' : ''}${constant}`;
  return { kind: 'linear', prompt: `Solve ${factor}x${tail}=0`, pieces: [`x=${root}`] };
}

/** A train quadratic with its roots and nothing else. That an equation may have none is not taught. */
function bareQuadratic(random: Random): Lesson {
  const drawn = trainProblem(random, random.next() < 0.3 ? ['monic'] : SOLVABLE);
  return { kind: 'bare', prompt: drawn.prompt, pieces: [drawn.expected ?? ''] };
}

const SOLVABLE = AREAS.filter((area) => area !== 'none');

function trainProblem(random: Random, areas: readonly string[] = AREAS): Problem {
  for (;;) {
    const drawn = problem(random.pick(areas), random);
    if (splitOfKey(drawn.key) === 'train') return drawn;
  }
}

function parsedTrainProblem(random: Random): Equation {
  const { prompt } = trainProblem(random);
  return parsePrompt(prompt);
}
