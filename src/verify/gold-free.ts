/** Which verifiers need nobody to know the right answer: those that put an answer into the problem, for one. */

import { partsOf } from '../core/output.ts';
import type { Sample } from '../core/sample.ts';
import { statusOf, type Verifier } from '../core/verdict.ts';
import { verifyOutput } from './verify.ts';

/**
 * Whether a verifier can judge an answer to `sample` without its expected one: whether it still accepts that one where there
 * is one, and else says anything at all of an answer.
 */
export async function judgesWithoutExpected(verifier: Verifier, sample: Sample): Promise<boolean> {
  const { expected, ...bare } = sample;
  const text = `<think>0</think><answer>${expected ?? '0'}</answer>`;
  const cost = { tokens: { in: 0, out: 0 }, timings: { firstTokenMs: 0, totalMs: 0 } };
  const output = { text, ...partsOf(text), finishReason: 'stop', ...cost } as const;
  const status = statusOf(await verifyOutput(verifier, bare, output, { policy: 'score' }), 'answer');
  return status === 'pass' || (status === 'fail' && expected === undefined);
}
