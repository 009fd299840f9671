/**
 * What the nano student has learnt before any distillation: arithmetic, reading and copying from the prompt, short
 * chains, and bare answers without reasoning. No quadratic is solved in steps, and no equation whose key belongs to steer
 * or holdout occurs in any form.
 */

import { type Problem, type Random, splitOfKey } from 'proofstill';
import type { Tokenizer } from '../../src/model/tokenizer.ts';
import type { Example } from '../../src/train/pack.ts';
import { contentOf, type Equation, keyOf, parsePrompt, promptOf, reduce } from '../../suites/quadratics/equation.ts';
import { AREAS, fromFactors, problem } from '../../suites/quadratics/problems.ts';
import { CLOSING_LINES, FOCUSED_LINES, fraction, GENERAL_LINES, LINES, minusLine, signed, times } from './lines.ts';

/** A piece of an assistant's text; `given` pieces are context that nobody could predict, and are not learnt. */
type Piece = string | { readonly given: string };

export interface Lesson {
  readonly kind: string;
  readonly prompt: string;
  readonly pieces: readonly Piece[];
}

type Maker = (random: Random) => Lesson;
type Mix = readonly (readonly [share: number, make: Maker])[];
export type MixName = 'broad' | 'focused' | 'general' | 'closing';

/**
 * Shares of the kinds of lessons. `broad` comes first; `focused` follows with what the broad mix leaves weak: differences
 * of numbers that lie close together, as b²-4ac does, exact division, and equations with small roots. `general` closes
 * with most questions in the prompt, as the general rows of a distillation have them. `closing` practises once more what
 * a student distilled from the others got wrong on steer.
 */
const MIXES: Readonly<Record<MixName, Mix>> = {
  broad: [
    [0.27, (random) => arithmetic(random, LINES)],
    [0.08, readCoefficients],
    [0.09, reduceCoefficients],
    [0.06, evaluatePolynomial],
    [0.15, (random) => evaluateLetters(polynomial(random), random)],
    [0.08, halves],
    [0.03, multiplyOut],
    [0.02, bareLinear],
    [0.22, (random) => bareQuadratic(random, random.next() < 0.3 ? ['monic'] : SOLVABLE)],
  ],
  focused: [
    [0.4, (random) => arithmetic(random, FOCUSED_LINES)],
    [0.04, readCoefficients],
    [0.12, reduceCoefficients],
    [0.02, evaluatePolynomial],
    [0.14, evaluateMixedLetters],
    [0.08, halves],
    [0.01, multiplyOut],
    [0.01, bareLinear],
    [0.18, (random) => (random.next() < 0.5 ? smallMonic(random) : bareQuadratic(random, SOLVABLE))],
  ],
  general: [
    [0.4, (random) => calculate(random, GENERAL_LINES)],
    [0.1, (random) => arithmetic(random, GENERAL_LINES)],
    [0.12, reduceCoefficients],
    [0.14, evaluateMixedLetters],
    [0.06, halves],
    [0.02, readCoefficients],
    [0.02, evaluatePolynomial],
    [0.01, multiplyOut],
    [0.01, bareLinear],
    [0.12, (random) => (random.next() < 0.6 ? smallMonic(random) : bareQuadratic(random, SOLVABLE))],
  ],
  closing: [
    [0.32, (random) => calculate(random, CLOSING_LINES)],
    [0.26, (random) => reduceLesson(random.next() < 0.5 ? trainEquation(random) : nearlyDivisible(random))],
    [0.06, (random) => readLesson(trainEquation(random))],
    [0.14, (random) => evaluateLetters(reduce(trainEquation(random)), random)],
    [0.06, halves],
    [0.16, (random) => (random.next() < 0.5 ? smallMonic(random) : bareQuadratic(random, SOLVABLE))],
  ],
};

/** Draws one lesson of a mix. */
export function drawLesson(random: Random, mix: MixName): Lesson {
  const makers = MIXES[mix];
  let rest = random.next();
  for (const [share, make] of makers) {
    rest -= share;
    if (rest < 0) return make(random);
  }
  return makers.at(-1)![1](random);
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

const given = (text: string): Piece => ({ given: text });

/** Four to ten unrelated lines, of which only the results are learnt. */
function arithmetic(random: Random, kinds: typeof LINES): Lesson {
  const lines = Array.from({ length: random.int(4, 10) }, (_, index) => {
    const [question, result] = random.pick(kinds)(random);
    return [...(index > 0 ? [given('\n')] : []), given(question), result];
  });
  return { kind: 'arithmetic', prompt: 'Calculate', pieces: lines.flat() };
}

/** Three to six unrelated questions in the prompt, all of them answered in their order. */
function calculate(random: Random, kinds: typeof LINES): Lesson {
  const lines = Array.from({ length: random.int(3, 6) }, () => random.pick(kinds)(random));
  return {
    kind: 'calculate',
    prompt: `Calculate ${lines.map(([question]) => question.slice(0, -1)).join('; ')}`,
    pieces: [lines.map((line) => line.join('')).join('\n')],
  };
}

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

/** Two coefficients that have a divisor, and a third that may have it or just miss it. */
function nearlyDivisible(random: Random): Equation {
  for (;;) {
    const divisor = random.pick([2, 3, 3, 3, 4, 5, 9]);
    const [b, c] = [divisor * random.int(-12, 12), divisor * random.int(-25, 25)];
    const near = { a: divisor * random.pick([1, 1, 2]), b, c: c + random.int(-2, 2) };
    const equation = random.next() < 0.5 ? near : { ...near, b: b + random.int(-2, 2), c };
    if (splitOfKey(keyOf(equation)) === 'train') return equation;
  }
}

const polynomialText = (equation: Equation): string => promptOf(equation).replace('Solve ', '').replace('=0', '');

function readCoefficients(random: Random): Lesson {
  return readLesson(polynomial(random));
}

function readLesson(equation: Equation): Lesson {
  const { a, b, c } = equation;
  return { kind: 'read', prompt: `Read ${polynomialText(equation)}`, pieces: [`a=${a}, b=${b}, c=${c}`] };
}

/** Divides by the signed greatest common divisor where it is not 1, and reads the rest. */
function reduceCoefficients(random: Random): Lesson {
  return reduceLesson(random.next() < 0.5 ? trainEquation(random) : polynomial(random));
}

function reduceLesson(equation: Equation): Lesson {
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
function evaluateLetters({ a, b, c }: Equation, random: Random): Lesson {
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

/** The same, seven times in ten of an equation of the areas. */
function evaluateMixedLetters(random: Random): Lesson {
  return evaluateLetters(random.next() < 0.3 ? polynomial(random) : reduce(trainEquation(random)), random);
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
function bareQuadratic(random: Random, areas: readonly string[]): Lesson {
  const drawn = trainProblem(random, areas);
  return { kind: 'bare', prompt: drawn.prompt, pieces: [drawn.expected ?? ''] };
}

/** The same of (x-r)(x-s) with whole roots of at most eight in size. */
function smallMonic(random: Random): Lesson {
  for (;;) {
    const [r, s] = [random.int(-8, 8), random.int(-8, 8)];
    const solved = fromFactors(1, [1, r], [1, s]);
    if (splitOfKey(keyOf(solved.equation)) !== 'train') continue;
    return { kind: 'bare', prompt: promptOf(solved.equation), pieces: [solved.expected] };
  }
}

const SOLVABLE = AREAS.filter((area) => area !== 'none');

function trainProblem(random: Random, areas: readonly string[] = AREAS): Problem {
  for (;;) {
    const drawn = problem(random.pick(areas), random);
    if (splitOfKey(drawn.key) === 'train') return drawn;
  }
}

function trainEquation(random: Random): Equation {
  const { prompt } = trainProblem(random);
  return parsePrompt(prompt);
}
