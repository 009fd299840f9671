/**
 * The steps of a trace in prose, as R1-like models write it, and what must be true of them: `traceSteps` with
 * `reading: 'prose'` judges by this file.
 */

import {
  excerpt,
  numbersIn,
  numbersWritten,
  parseAnswer,
  Rational,
  readSteps,
  type Step,
  type Steps,
} from 'proofstill';

export interface ProseDemands {
  /** How many different computing steps must hold. */
  readonly minimum: number;
  /** Share, 0 to 1, of the decided steps that must hold; those that are withdrawn count neither way. */
  readonly holding: number;
  /** The problem's text. */
  readonly prompt: string;
  /** Numbers that each must be in a relation; where absent, half of the prompt's own must occur, and one in a relation. */
  readonly uses?: readonly string[];
}

export interface ProseFault {
  readonly reason: string;
  readonly detail?: string;
}

/** The answer is looked for in so many of the last sentences without a relation. */
const ENDING = 12;

/** The first fault of a trace in prose, and its steps for the judgement of its conclusion. */
export function faultInProse(
  trace: string,
  { minimum, holding, prompt, uses }: ProseDemands,
): { readonly fault?: ProseFault; readonly steps: Steps } {
  const read = readSteps(trace);
  const fault = falseStep(read.steps, holding) ?? tooFew(read.steps, minimum) ?? unused(read, prompt, uses);
  return { steps: read, ...(fault ? { fault } : {}) };
}

function falseStep(steps: readonly Step[], holding: number): ProseFault | undefined {
  const decided = steps.filter(({ status }) => status !== 'withdrawn');
  const failed = decided.filter(({ status }) => status === 'fails');
  const [first] = failed;
  if (!first || decided.length - failed.length >= holding * decided.length) return undefined;
  const isEquality = /[=≈]|is/.test(first.sign);
  return {
    reason: isEquality ? 'false-equality' : 'false-inequality',
    detail: `${failed.length} of ${decided.length}: ${excerpt(first.text)}`,
  };
}

function tooFew(steps: readonly Step[], minimum: number): ProseFault | undefined {
  const different = new Set(steps.filter(isComputing).map(({ form }) => form));
  return different.size < minimum ? { reason: 'too-few-steps', detail: `${different.size} of ${minimum}` } : undefined;
}

function isComputing({ status, isComputed, numbers }: Step): boolean {
  return status === 'holds' && isComputed && numbers.length > 0;
}

function unused(
  { mentioned, prose }: Steps,
  prompt: string,
  uses: readonly string[] | undefined,
): ProseFault | undefined {
  if (uses) {
    const missing = uses.find((number) => !mentioned.has(number));
    return missing === undefined ? undefined : { reason: 'unused-number', detail: `${missing} is in no step` };
  }
  // 0 and 1 are in every problem.
  const own = [...new Set(numbersWritten(prompt))].filter((number) => number !== '0' && number !== '1');
  const inProse = new Set(numbersWritten(prose.join('\n')));
  const percents = percentsIn(prompt);
  const isRelated = (number: string): boolean =>
    [number, ...(percents.get(number) ?? [])].some((spelling) => mentioned.has(spelling));
  const missing = own.filter((number) => !isRelated(number) && !inProse.has(number));
  const isIdle = own.length > 1 && !own.some(isRelated);
  if (!isIdle && missing.length * 2 <= own.length) return undefined;
  const which = isIdle ? 'none' : `not ${missing.join(', ')}`;
  return { reason: 'unused-number', detail: `of the problem's ${own.length} numbers, ${which} is used` };
}

/** What stands for a percentage in a calculation: 0.2, 0.8 and 1.2 for 20%. By the number in front of the sign. */
function percentsIn(prompt: string): ReadonlyMap<string, readonly string[]> {
  const found = [...prompt.matchAll(/(\d{1,9}(?:\.\d{1,9})?)\s?(?:\\?%|percent)/g)];
  return new Map(
    found.flatMap(([, digits = '']) => {
      const number = Rational.parse(digits);
      if (!number) return [];
      const share = number.dividedBy(Rational.of(100));
      const spellings = [share, Rational.ONE.minus(share), Rational.ONE.plus(share)];
      return [[number.toString(), spellings.map((spelling) => spelling.toString().replace('-', ''))] as const];
    }),
  );
}

/**
 * Whether a trace in prose leads to an answer: every number of the answer stands alone on a side of a relation, or in one of
 * the last sentences without a relation. Of a formula, each of its digits must occur.
 * @returns `pass`, `no-answer` or `no-conclusion`. An answer without numbers is not looked for.
 */
export function concludesInProse(answerText: string | undefined, { prose, mentioned, results }: Steps): string {
  if (answerText === undefined) return 'no-answer';
  const ending = prose.slice(-ENDING).join('\n');
  const values = numbersIn(parseAnswer(answerText));
  if (values) {
    const stated = new Set(numbersWritten(ending));
    const isReached = (value: Rational): boolean =>
      results.has(value.toString()) ||
      (value.sign >= 0 && stated.has(value.toString())) ||
      ending.includes(value.toString());
    return values.every(isReached) ? 'pass' : 'no-conclusion';
  }
  const occurring = new Set([...mentioned, ...numbersWritten(ending)]);
  return numbersWritten(answerText).every((number) => occurring.has(number)) ? 'pass' : 'no-conclusion';
}
