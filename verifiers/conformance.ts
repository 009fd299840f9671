/** Holds any verifier, built-in or a user's own, against the contract of verifiers. */

import { isDeepStrictEqual } from 'node:util';
import {
  type Output,
  type Policy,
  type Sample,
  type Verdict,
  type Verifier,
  verdictOf,
  verifyOutput,
} from 'proofstill';

const POLICIES: readonly Policy[] = ['score', 'select'];

/** Outputs that models and attackers produce: none may make a verifier throw, hang or change its mind. */
export const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' \n\t',
  '\u0000',
  '\ud800',
  '<think>',
  '</think>',
  '<answer></answer>',
  '</answer><answer>',
  '<think></think><answer></answer>',
  '<think>1=1</think><answer>2</answer><answer>3</answer>',
  '<think>the answer is 7',
  '<answer>2 or maybe 3</answer>',
  `<answer>${'9^'.repeat(2_000)}9</answer>`,
  '<answer>9^9^9^9</answer>',
  '<answer>100000!</answer>',
  '<answer>1/0</answer>',
  '<answer>0^0</answer>',
  '<answer>NaN</answer>',
  `<answer>${'('.repeat(2_000)}1${')'.repeat(2_000)}</answer>`,
  `<answer>${'-'.repeat(4_000)}1</answer>`,
  `<answer>${'9'.repeat(100_000)}</answer>`,
  `<answer>${'1,'.repeat(2_000)}1</answer>`,
  `<answer>${'\\frac{'.repeat(600)}1</answer>`,
  `\\boxed{${'{'.repeat(100_000)}`,
  `<think>${'9^9^9^9=1\n'.repeat(1_000)}</think><answer>1</answer>`,
  `<think>${'('.repeat(50_000)}=1</think><answer>1</answer>`,
  `<think>${'a'.repeat(1_000_000)}</think><answer>1</answer>`,
  `<think>${'1+'.repeat(100_000)}1=2</think><answer>1</answer>`,
  `<think>${'wait, '.repeat(50_000)}</think><answer>1</answer>`,
  `<think>${'\\('.repeat(50_000)}${'$'.repeat(50_000)}</think><answer>1</answer>`,
  `${'<think>'.repeat(20_000)}${'</think>'.repeat(20_000)}`,
  `1${'\n'.repeat(4_000)}x\\end{`,
  `\\boxed{1},${' '.repeat(100_000)}x\\boxed{2}`,
  `The answer is 5${' '.repeat(100_000)}x`,
  `<answer>5${' '.repeat(100_000)}x</answer>`,
  `<answer>5 ${'m '.repeat(2_000)}!</answer>`,
  'constructor.constructor("return process")()',
  '<answer>__proto__</answer>',
  '<answer>x²−5x+6＝0 ⇒ x∈{2,3}</answer>',
];

/**
 * Problems found in a verifier; an empty list is a pass. Each of {@link HOSTILE_TEXTS}, and `texts`, is judged twice under
 * both policies: the verdict must be one, be the same both times, and follow from its checks; a cut-off output and an empty
 * one must not pass; sample and output must stay as they were.
 */
export async function verifierConformance(
  verifier: Verifier,
  sample: Sample,
  texts: readonly string[] = [],
): Promise<readonly string[]> {
  const problems: string[] = [];
  if (!verifier.name) problems.push('the name is empty');
  if (!verifier.version) problems.push('the version is empty');
  const frozen = Object.freeze({ ...sample });
  for (const text of [...HOSTILE_TEXTS, ...texts]) {
    for (const policy of POLICIES) {
      const shown = `${JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)} under ${policy}`;
      const report = (problem: string): number => problems.push(`${shown}: ${problem}`);
      const output = Object.freeze(outputOf(text, 'stop'));
      const verdict = await verifyOutput(verifier, frozen, output, { policy });
      const again = await verifyOutput(verifier, frozen, output, { policy });
      const cut = await verifyOutput(verifier, frozen, Object.freeze(outputOf(text, 'length')), { policy });
      const threw = verdict.checks.find(({ reason }) => reason === 'verifier-threw');
      if (threw) report(`no verdict: ${threw.detail}`);
      if (!isDeepStrictEqual(verdict, again)) report('two verdicts on one output differ');
      if (verdictOf(verdict.checks).status !== verdict.status) report('the status does not follow from the checks');
      if (faultlessFailure(verdict)) report('a check that did not pass gives no reason');
      if (text.trim() === '' && verdict.status === 'pass') report('an empty output passes');
      if (cut.status === 'pass') report('an output cut off by the token limit passes');
    }
  }
  return problems;
}

function outputOf(text: string, finishReason: Output['finishReason']): Output {
  return { text, finishReason, tokens: { in: 1, out: text.length }, timings: { firstTokenMs: 0, totalMs: 0 } };
}

function faultlessFailure(verdict: Verdict): boolean {
  return verdict.checks.some(({ status, reason }) => status !== 'pass' && !reason);
}
