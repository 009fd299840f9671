/**
 * Trace: the process and not only its outcome. The arithmetic in the think block is recomputed; there must be enough of it,
 * it must be about this problem, and it must end in the answer. Two readings: `strict` for steps written line by line,
 * every one of which must hold, and `prose` for reasoning models that suppose, try and take back.
 */

import {
  type Check,
  defineVerifier,
  excerpt,
  extractAnswer,
  formOf,
  incompleteness,
  isComputed,
  LIMITS,
  literalsOf,
  numbersIn,
  type Output,
  ProofstillError,
  parseAnswer,
  Rational,
  type Relation,
  readTrace,
  type Sample,
  type TraceLine,
  traceOf,
  type Verifier,
  type VerifyOptions,
  verdictOf,
} from 'proofstill';
import { concludesInProse, faultInProse, type ProseFault } from './trace-prose.ts';

const NAME = 'trace-steps';
const VERSIONS = { strict: '1', prose: 'prose-1' } as const;

export interface Conclusion {
  readonly sample: Sample;
  /** As the output gives it; absent where it gives none. */
  readonly answerText?: string;
  readonly lines: readonly TraceLine[];
}

export interface TraceStepsOptions {
  /** Raise it whenever `uses` or `concludes` changes. @default '1' */
  readonly version?: string;
  /**
   * `strict`: every relation between numbers, line by line, must hold, and letters assert nothing. `prose`: formulas,
   * units, percent and ≈ are read as well, an equation is no claim, and what is only supposed, or called off directly
   * afterwards and then corrected or dropped, does not count. @default 'strict'
   */
  readonly reading?: 'strict' | 'prose';
  /** Of reading `prose`: the share, above 0 and at most 1, of the steps decided that must hold. @default 1 */
  readonly holding?: number;
  /** How many different equalities that compute something a trace needs; `5=5` and repetitions do not count. */
  readonly minimum: number;
  /**
   * Numbers that the equalities must contain, whatever their sign: a sign may be part of the operation. Where it is absent,
   * reading `strict` asks for none, and `prose` for half of the numbers in the prompt, one of them in a relation.
   */
  readonly uses?: (sample: Sample) => readonly (number | bigint | string)[];
  /**
   * `'pass'`, or the kebab-case reason why the trace does not lead to the answer. Replaces {@link concludesByNumbers}, and
   * in reading `prose` that the numbers of the answer are reached; both ask nothing of an answer without numbers, so a
   * suite with "no solution" answers gives its own.
   * @default concludesByNumbers
   */
  readonly concludes?: (conclusion: Conclusion) => string;
}

type Finding = Pick<Check, 'reason' | 'detail'>;

/**
 * A verifier of the steps in a think block. Both policies judge the steps alike.
 * @throws suite error for a share outside its bounds.
 */
export function traceSteps(options: TraceStepsOptions): Verifier {
  const { reading = 'strict', holding = 1, version = '1' } = options;
  if (!(holding > 0 && holding <= 1)) {
    throw new ProofstillError('suite', `expected holding to be a share above 0 and at most 1, got ${holding}`, {
      hint: 'holding: 0.9 lets one step in ten be false.',
    });
  }
  return defineVerifier({
    name: NAME,
    version: `${VERSIONS[reading]}.${version}`,
    verify: (sample, output, { policy }) => {
      const incomplete = incompleteness(output);
      if (incomplete) return verdictOf([{ name: NAME, score: 'trace', ...incomplete }]);
      const fault = faultOf(options, sample, output, policy);
      return verdictOf([{ name: NAME, score: 'trace', status: fault ? 'fail' : 'pass', ...fault }]);
    },
  });
}

function faultOf(
  options: TraceStepsOptions,
  sample: Sample,
  output: Output,
  policy: VerifyOptions['policy'],
): Finding | undefined {
  const trace = traceOf(output);
  if (!trace?.trim()) return { reason: 'no-trace' };
  if (trace.length > LIMITS.traceCharacters) return { reason: 'too-long', detail: `${trace.length} characters` };
  const found = extractAnswer(output, policy);
  const answerText = 'answer' in found ? found.answer : undefined;
  return options.reading === 'prose'
    ? proseFault(options, sample, trace, answerText)
    : strictFault(options, sample, trace, answerText);
}

function proseFault(
  { minimum, holding = 1, uses, concludes }: TraceStepsOptions,
  sample: Sample,
  trace: string,
  answerText: string | undefined,
): ProseFault | undefined {
  const numbers = uses?.(sample).map((number) => sizeOf(readNumber(number)));
  const { fault, steps } = faultInProse(trace, {
    minimum,
    holding,
    prompt: sample.prompt,
    ...(numbers ? { uses: numbers } : {}),
  });
  if (fault) return fault;
  const conclusion = concludes
    ? concludes({ sample, ...(answerText === undefined ? {} : { answerText }), lines: readTrace(trace) })
    : concludesInProse(answerText, steps);
  return conclusion === 'pass' ? undefined : { reason: conclusion };
}

function strictFault(
  { minimum, uses, concludes = concludesByNumbers }: TraceStepsOptions,
  sample: Sample,
  trace: string,
  answerText: string | undefined,
): Finding | undefined {
  const lines = readTrace(trace);

  for (const { relations, undecided } of lines) {
    const wrong = relations.find(({ holds }) => !holds);
    if (wrong) {
      return { reason: wrong.sign === '=' ? 'false-equality' : 'false-inequality', detail: excerpt(wrong.text) };
    }
    const [open] = undecided;
    if (open) return { reason: 'undecided-step', detail: `${open.reason}: ${excerpt(open.text)}` };
  }

  const steps = lines.flatMap(({ relations }) => relations.filter(isStep));
  const different = new Set(
    steps.map(({ left, right }) => [formOf(left.expression), formOf(right.expression)].sort().join('=')),
  );
  if (different.size < minimum) return { reason: 'too-few-steps', detail: `${different.size} of ${minimum}` };

  const used = new Set(steps.flatMap(numbersOf).map(sizeOf));
  const unused = uses?.(sample).find((number) => !used.has(sizeOf(readNumber(number))));
  if (unused !== undefined) return { reason: 'unused-number', detail: `${unused} is in no step` };

  const conclusion = concludes({ sample, ...(answerText === undefined ? {} : { answerText }), lines });
  return conclusion === 'pass' ? undefined : { reason: conclusion };
}

/** An equality that computes something: its two sides are not the same expression, nor both mere numbers. */
function isStep({ sign, left, right }: Relation): boolean {
  if (sign !== '=' || formOf(left.expression) === formOf(right.expression)) return false;
  return isComputed(left.expression) || isComputed(right.expression);
}

/** What a step mentions: the numbers written in it, and the value of its sides. */
function numbersOf({ left, right }: Relation): readonly Rational[] {
  return [...literalsOf(left.expression), ...literalsOf(right.expression), left.value];
}

/**
 * The built-in rule of `concludes`, for a suite's own rule to fall back on: every number of the answer occurs in the
 * equalities of the last two lines that hold any.
 * @returns `pass`, `no-answer`, `unreadable-answer` or `no-conclusion`.
 */
export function concludesByNumbers({ answerText, lines }: Conclusion): string {
  if (answerText === undefined) return 'no-answer';
  const numbers = numbersIn(parseAnswer(answerText));
  if (!numbers) return 'unreadable-answer';
  const last = lines
    .map(({ relations }) => relations.filter(isStep))
    .filter((steps) => steps.length > 0)
    .slice(-2);
  const reached = new Set(last.flat().flatMap(numbersOf).map(String));
  return numbers.every((number) => reached.has(number.toString())) ? 'pass' : 'no-conclusion';
}

function sizeOf(number: Rational): string {
  return (number.sign < 0 ? number.negated() : number).toString();
}

function readNumber(number: number | bigint | string): Rational {
  const value = Rational.parse(String(number));
  if (value) return value;
  throw new ProofstillError('suite', `expected a number that a trace must use, got ${JSON.stringify(String(number))}`, {
    hint: 'Return whole numbers, decimals or fractions such as -3/2 from uses(sample).',
  });
}
