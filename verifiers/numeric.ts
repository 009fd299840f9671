/** Answer: a number that is near enough to the expected one. */

import { excerpt, numberIn, ProofstillError, type Verifier } from 'proofstill';
import { answerVerifier, fail, PASS, unscored, versionOf } from './answer-rule.ts';

export interface NumericOptions {
  /** Largest difference as a share of the expected number. @default 0 */
  readonly relative?: number;
  /** Largest difference. @default 0 */
  readonly absolute?: number;
}

/**
 * Judges numbers by their distance: within the larger of both tolerances, or equal where there are none. `1/3`, `√2`,
 * `2.5e3`, `25%` and `x=3` are numbers, and a unit that both have is left out of account, never converted. Reasons:
 * `wrong-kind` (no single real number), `out-of-tolerance`. An expected answer that is no number is
 * `unscored('bad-expected')`.
 * @throws ProofstillError `config` for a tolerance that is negative or not finite.
 */
export function numeric({ relative = 0, absolute = 0 }: NumericOptions = {}): Verifier {
  for (const [name, value] of Object.entries({ relative, absolute })) {
    if (Number.isFinite(value) && value >= 0) continue;
    throw new ProofstillError('config', `expected a tolerance of 0 or more, got ${value}`, {
      place: `numeric, ${name}`,
      hint: 'Give a share such as { relative: 0.01 }, or a distance such as { absolute: 0.5 }.',
    });
  }
  return answerVerifier({
    name: 'numeric',
    version: versionOf('1', { relative, absolute }),
    judgeOf: ({ expected = '' }) => {
      const wanted = numberIn(expected);
      if (wanted === undefined) return unscored('bad-expected', excerpt(expected) || 'the sample has none');
      const tolerance = Math.max(absolute, relative * Math.abs(wanted));
      return (answer) => {
        const given = numberIn(answer);
        if (given === undefined) return fail('wrong-kind', `expected ${wanted}, got ${excerpt(answer)}`);
        // Sums of decimals differ in their last bits.
        const isNear = Math.abs(given - wanted) <= tolerance + 4 * Number.EPSILON * Math.abs(wanted);
        return isNear ? PASS : fail('out-of-tolerance', `expected ${wanted} ± ${tolerance}, got ${given}`);
      };
    },
  });
}
