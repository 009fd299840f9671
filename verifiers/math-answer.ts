/** Answer: the output's answer says exactly what the expected one says, whatever its notation. */

import {
  type Check,
  type Difference,
  defineVerifier,
  differenceBetween,
  excerpt,
  extractAnswer,
  lastBox,
  lastFormula,
  type Output,
  parseAnswer,
  type Sample,
  type Structure,
  type Verdict,
  type VerifyOptions,
  verdictOf,
} from 'proofstill';
import { choice } from './choice.ts';

const NAME = 'math-answer';
const CHOICE = choice();
const LETTER = /^\s*(?:\$?\\(?:text|textbf|mathrm|boxed)\{)?\(?([A-Z])\)?\}?\$?[.:]?\s*$/;

/**
 * Compares numbers and formulas, sets, points, intervals, matrices, equations, ratios, quantities and words
 * ({@link parseAnswer}): exactly where fractions decide, else at random points ({@link differenceBetween}). A single capital
 * letter is a choice. Policy `score` also takes the last number out of a sentence. An expected answer that is missing or
 * that cannot be read is the suite's fault: `unscored('bad-expected')`.
 */
export const mathAnswer = defineVerifier({
  name: NAME,
  version: '2',
  verify: (sample, output, options) => {
    const expected = readExpected(sample.expected);
    if (!expected) {
      const detail = sample.expected === undefined ? 'the sample has none' : excerpt(sample.expected);
      return verdict({ status: 'unscored', reason: 'bad-expected', detail });
    }
    const found = extractAnswer(output, options.policy);
    if (LETTER.test(sample.expected as string) || ('answer' in found && LETTER.test(found.answer))) {
      const chosen = chooses(sample, output, options);
      if (chosen) return chosen;
    }
    if ('reason' in found) {
      return verdict({ status: found.reason === 'cancelled' ? 'unscored' : 'fail', reason: found.reason });
    }
    const reason = differenceOf(expected, found.answer, options);
    if (!reason) return verdict({ status: 'pass' }, found.answer);
    const detail = `expected ${excerpt(sample.expected as string)}, got ${excerpt(found.answer)}`;
    // Nobody knows what an expected answer says that cannot be read, unless it is repeated word by word.
    if (expected.kind === 'unreadable')
      return verdict({ status: 'unscored', reason: 'bad-expected', detail }, found.answer);
    return verdict({ status: 'fail', reason, detail }, found.answer);
  },
});

function verdict(part: Pick<Check, 'status' | 'reason' | 'detail'>, answer?: string): Verdict {
  return verdictOf([{ name: NAME, score: 'answer', ...part }], answer);
}

function readExpected(expected: string | undefined): Structure | undefined {
  return expected?.trim() ? parseAnswer(lastBox(expected) ?? expected) : undefined;
}

/** A sentence where a number is expected holds one, if it holds one at all. */
function differenceOf(expected: Structure, answer: string, { policy }: VerifyOptions): Difference | undefined {
  const whole = parseAnswer(answer);
  const difference = differenceBetween(expected, whole);
  const isRead = whole.kind !== 'text' && whole.kind !== 'unreadable';
  const isSentence = /\p{L}{2}/u.test(answer.replace(/\\[a-z]+/gi, ' '));
  if (!difference || policy === 'select' || isRead || !isSentence || expected.kind === 'text') return difference;
  const formula = lastFormula(answer);
  return formula === undefined ? difference : differenceBetween(expected, parseAnswer(formula));
}

/** The verdict of {@link choice} under this name; `undefined` where the expected answer is no option. */
function chooses(sample: Sample, output: Output, options: VerifyOptions): Verdict | undefined {
  const { checks, answer, status } = CHOICE.verify(sample, output, options) as Verdict;
  if (status === 'unscored') return undefined;
  return verdictOf(
    checks.map((check) => ({ ...check, name: NAME })),
    answer,
  );
}
