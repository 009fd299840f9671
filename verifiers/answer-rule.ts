/** What every rule on an answer has in common: the suite's own faults first, then reading the answer, then the rule. */

import {
  type Check,
  defineVerifier,
  type Extracted,
  extractAnswer,
  incompleteness,
  type Output,
  type Policy,
  type Sample,
  sha256,
  type Verdict,
  type Verifier,
  type VerifyOptions,
  verdictOf,
} from 'proofstill';

/** What a rule says of an answer. */
export type Finding = Pick<Check, 'status' | 'reason' | 'detail'>;

export const PASS: Finding = { status: 'pass' };

/** The model's fault. `reason` is a kebab-case code, `detail` for a person's eyes. */
export function fail(reason: string, detail?: string): Finding {
  return { status: 'fail', reason, ...(detail === undefined ? {} : { detail }) };
}

/** The suite's or the harness's fault. */
export function unscored(reason: string, detail?: string): Finding {
  return { status: 'unscored', reason, ...(detail === undefined ? {} : { detail }) };
}

/** Judges an answer as it was read out of the output, trimmed and not empty. */
export type AnswerJudge = (answer: string, options: VerifyOptions) => Finding | Promise<Finding>;

export interface AnswerRule {
  /** Name of the verifier and of its one check. */
  readonly name: string;
  readonly version: string;
  /** How the answer is read. @default extractAnswer */
  readonly read?: (output: Output, policy: Policy) => Extracted;
  /** The judge of this sample's answers, or what is wrong with the sample, whatever the answer. */
  readonly judgeOf: (sample: Sample) => AnswerJudge | Finding;
}

/** A verifier from a rule on the answer. */
export function answerVerifier({ name, version, read = extractAnswer, judgeOf }: AnswerRule): Verifier {
  const verdict = (finding: Finding, answer?: string): Verdict =>
    verdictOf([{ name, score: 'answer', ...finding }], answer);
  return defineVerifier({
    name,
    version,
    verify: (sample, output, options) => {
      const judge = judgeOf(sample);
      if (typeof judge !== 'function') return verdict(judge);
      const found = read(output, options.policy);
      if ('reason' in found) {
        return verdict(found.reason === 'cancelled' ? unscored(found.reason) : fail(found.reason));
      }
      const finding = judge(found.answer, options);
      return finding instanceof Promise
        ? finding.then((late) => verdict(late, found.answer))
        : verdict(finding, found.answer);
    },
  });
}

/** A version that changes with the rule and with the options it was made from: recorded verdicts are keyed by it. */
export function versionOf(rule: string, options: unknown): string {
  return `${rule}-${sha256(JSON.stringify(options) ?? '').slice(0, 8)}`;
}

const THINK = /<think>/i;
const THINK_END = /<\/think>/i;

/**
 * The whole answer, for those that are no phrase: data, an assignment in lines, prose. Policy `score` takes the content
 * of the last answer tag, else all that stands behind the think block; `select` the single complete answer tag. Unlike
 * {@link extractAnswer} it looks for no box, phrase or hedge inside: `{"note":"the answer is 2?"}` is one answer.
 */
export function wholeAnswer(output: Output, policy: Policy): Extracted {
  const incomplete = incompleteness(output);
  if (incomplete) return { reason: incomplete.reason };
  const rest = output.text.split(THINK_END).at(-1) as string;
  const visible = THINK.test(rest) ? '' : rest;
  const open = visible.lastIndexOf('<answer>');
  const close = open < 0 ? -1 : visible.indexOf('</answer>', open);
  if (policy === 'select') {
    if (visible.indexOf('<answer>') !== open || visible.indexOf('</answer>') !== visible.lastIndexOf('</answer>')) {
      return { reason: 'several-answers' };
    }
    if (close < 0) return { reason: 'no-answer' };
  }
  const answer = open < 0 ? visible : visible.slice(open + '<answer>'.length, close < 0 ? undefined : close);
  return answer.trim() === '' ? { reason: 'no-answer' } : { answer: answer.trim() };
}

/**
 * The answer of a rule that takes none but certain texts: policy `select` needs no look for hedges there, and "Much Ado
 * About Nothing" is none.
 */
export function literalAnswer(output: Output, policy: Policy): Extracted {
  return policy === 'select' ? wholeAnswer(output, policy) : extractAnswer(output, policy);
}
