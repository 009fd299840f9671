/** Answer: a number with its unit; the same quantity in another unit is the same. */

import { differenceBetween, excerpt, isKnownUnit, parseAnswer, type Verifier } from 'proofstill';
import { answerVerifier, fail, PASS, unscored } from './answer-rule.ts';

/**
 * Compares quantities as {@link mathAnswer} does, and asks for the unit: `500 cm` is `5 m`, and `5` is `missing-unit`.
 * Other reasons: `wrong-kind`, `wrong-unit` (of another dimension, or not known), `wrong-answer`. An expected answer
 * without a unit is `unscored('bad-expected')`, one whose unit is not known `unscored('unknown-unit')`.
 */
export const quantity: Verifier = answerVerifier({
  name: 'quantity',
  version: '1',
  judgeOf: ({ expected = '' }) => {
    const wanted = parseAnswer(expected);
    if (wanted.kind !== 'scalar' || !wanted.unit) {
      return unscored('bad-expected', excerpt(expected) || 'the sample has none');
    }
    if (!isKnownUnit(wanted.unit)) return unscored('unknown-unit', `${wanted.unit} in ${excerpt(expected)}`);
    return (answer) => {
      const given = parseAnswer(answer);
      const detail = `expected ${excerpt(expected)}, got ${excerpt(answer)}`;
      if (given.kind !== 'scalar') return fail('wrong-kind', detail);
      if (!given.unit) return fail('missing-unit', detail);
      const difference = differenceBetween(wanted, given);
      return difference ? fail(difference, detail) : PASS;
    };
  },
});
