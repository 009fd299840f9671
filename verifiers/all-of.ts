/** Several verifiers as one: what must hold together, each check still reported by its own name and score. */

import { type Check, defineVerifier, ProofstillError, type Verifier, verdictOf, verifyOutput } from 'proofstill';

/**
 * The conjunction. All members judge, in order, also after a failure, for the three scores are reported apart; their
 * checks are joined, the first failure decides, and the answer is the first one that a member read. A member that throws
 * leaves the others' checks as they are.
 * @throws ProofstillError `config` without members.
 */
export function allOf(...members: readonly Verifier[]): Verifier {
  if (members.length === 0) {
    throw new ProofstillError('config', 'expected at least one verifier, got none', {
      place: 'allOf',
      hint: 'Pass the verifiers that must all pass, e.g. allOf(template, mathAnswer).',
    });
  }
  return defineVerifier({
    name: members.map(({ name }) => name).join('+'),
    version: members.map(({ version }) => version).join('+'),
    verify: async (sample, output, options) => {
      const checks: Check[] = [];
      let answer: string | undefined;
      for (const member of members) {
        const verdict = await verifyOutput(member, sample, output, options);
        checks.push(...verdict.checks);
        answer ??= verdict.answer;
      }
      return verdictOf(checks, answer);
    },
  });
}
