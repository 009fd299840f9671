/** One attempt at one sample, judged: the record that evaluating, verifying and rescoring have in common. */

import type { Output } from '../core/output.ts';
import { type Evaluation, SCHEMA } from '../core/records.ts';
import type { Sample } from '../core/sample.ts';
import type { Suite } from '../core/suite.ts';
import type { VerifyOptions } from '../core/verdict.ts';
import { verdictOnWhole, verifyOutput } from './verify.ts';

export interface Attempt {
  readonly sample: Sample;
  /** From 0. */
  readonly attempt: number;
  readonly output: Output;
}

/**
 * Judges an attempt by the suite's verifier, and by its second judge where it has one. The record holds no timings: they
 * differ run by run.
 * @throws ProofstillError `interrupted` once the signal is aborted.
 */
export async function judgeAttempt(
  suite: Suite,
  { sample, attempt, output }: Attempt,
  options: VerifyOptions,
): Promise<Evaluation> {
  const { id, area, prompt, expected } = sample;
  const { text, finishReason, tokens } = output;
  const verdict = verdictOnWhole(await verifyOutput(suite.verify, sample, output, options), output);
  const judge = suite.judge && verdictOnWhole(await verifyOutput(suite.judge, sample, output, options), output);
  return {
    schema: SCHEMA,
    sample: id,
    area,
    prompt,
    ...(expected === undefined ? {} : { expected }),
    attempt,
    output: { text, finishReason, tokens: { in: tokens.in, out: tokens.out } },
    verdict: { ...verdict, checks: [...verdict.checks] },
    ...(judge ? { judge: { ...judge, checks: [...judge.checks] } } : {}),
  };
}
