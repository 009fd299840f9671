/** Answer: the output's answer says exactly what the expected one says, whatever its notation. */

import {
  type Check,
  defineVerifier,
  differenceBetween,
  excerpt,
  extractAnswer,
  parseAnswer,
  type Structure,
  verdictOf,
} from 'proofstill';

const NAME = 'math-answer';

/**
 * Compares numbers, fractions and sets of them exactly and order-free, and anything else as normalised text. An
 * expected answer that is missing or unreadable is the suite's fault: `unscored('bad-expected')`.
 */
export const mathAnswer = defineVerifier({
  name: NAME,
  version: '1',
  verify: (sample, output, { policy }) => {
    const verdict = (part: Pick<Check, 'status' | 'reason' | 'detail'>, answer?: string) =>
      verdictOf([{ name: NAME, score: 'answer', ...part }], answer);
    const expected = readExpected(sample.expected);
    if (!expected) {
      const detail = sample.expected === undefined ? 'the sample has none' : excerpt(sample.expected);
      return verdict({ status: 'unscored', reason: 'bad-expected', detail });
    }
    const found = extractAnswer(output, policy);
    if ('reason' in found) {
      return verdict({ status: found.reason === 'cancelled' ? 'unscored' : 'fail', reason: found.reason });
    }
    const reason = differenceBetween(expected, parseAnswer(found.answer));
    if (!reason) return verdict({ status: 'pass' }, found.answer);
    const detail = `expected ${excerpt(sample.expected ?? '')}, got ${excerpt(found.answer)}`;
    return verdict({ status: 'fail', reason, detail }, found.answer);
  },
});

function readExpected(expected: string | undefined): Structure | undefined {
  const structure = expected?.trim() ? parseAnswer(expected) : undefined;
  return structure?.kind === 'unreadable' ? undefined : structure;
}
