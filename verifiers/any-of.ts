/** Several verifiers as alternatives: one that passes is enough, and the verdict says which one it was. */

import {
  type Check,
  defineVerifier,
  ProofstillError,
  type Verdict,
  type Verifier,
  verdictOf,
  verifyOutput,
} from 'proofstill';

/**
 * The disjunction. Members judge in order until one passes, so that a dear one (a judge, a sandbox) stands last. Where one
 * passes, its checks are the verdict's; where none does but one is unscored, nobody knows, and the checks of the first
 * such are; where all fail, all their checks are. The `detail` of each says what the members before it found.
 * @throws ProofstillError `config` without members.
 */
export function anyOf(...members: readonly Verifier[]): Verifier {
  if (members.length === 0) {
    throw new ProofstillError('config', 'expected at least one verifier, got none', {
      place: 'anyOf',
      hint: 'Pass the verifiers of which one must pass, e.g. anyOf(mathAnswer, exact()).',
    });
  }
  return defineVerifier({
    name: members.map(({ name }) => name).join('|'),
    version: members.map(({ version }) => version).join('|'),
    verify: async (sample, output, options) => {
      const verdicts: Verdict[] = [];
      const found: string[] = [];
      for (const member of members) {
        const verdict = await verifyOutput(member, sample, output, options);
        if (verdict.status === 'pass') {
          return verdictOf(explained(verdict.checks, [`decided by ${member.name}`, ...found]), verdict.answer);
        }
        verdicts.push(verdict);
        found.push(`${member.name}: ${verdict.reason ?? verdict.status}`);
      }
      const undecided = verdicts.find(({ status }) => status === 'unscored');
      const checks = undecided?.checks ?? verdicts.flatMap((verdict) => verdict.checks);
      const answer = verdicts.find((verdict) => verdict.answer !== undefined)?.answer;
      return verdictOf(explained(checks, ['none of them passes', ...found]), answer);
    },
  });
}

function explained(checks: readonly Check[], findings: readonly string[]): Check[] {
  return checks.map((check) => ({
    ...check,
    detail: [...(check.detail === undefined ? [] : [check.detail]), ...findings].join('; '),
  }));
}
