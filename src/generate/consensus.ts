/**
 * The right answer to a problem that nobody has solved: the one that most of a model's samples give (self-consistency,
 * arXiv:2203.11171). The suite's own verifier says which answers are the same.
 */

import { extractAnswer } from '../answer/extract.ts';
import { LIMITS } from '../answer/limits.ts';
import type { Output } from '../core/output.ts';
import type { Sample } from '../core/sample.ts';
import { statusOf, type Verifier } from '../core/verdict.ts';
import { verifyOutput } from '../verify/verify.ts';

/** Samples of the teacher for one problem. */
export const VOTERS = 5;
/** Part of the samples from which an answer counts as right, and from which a person is asked. */
const SURE = 0.6;
const DOUBTFUL = 0.4;

export interface Consensus {
  /** As the first of those that agree wrote it. */
  readonly expected: string;
  /** Part of all samples, those without an answer included. */
  readonly share: number;
  readonly isDoubtful: boolean;
}

/**
 * The answer that most of `outputs` give: sure from 60% of them and three, doubtful from 40%.
 * @returns `undefined` where fewer agree, two answers have as many, or the verifier can read none.
 * @throws interrupted
 */
export async function consensus(
  verifier: Verifier,
  sample: Sample,
  outputs: readonly Output[],
  signal?: AbortSignal,
): Promise<Consensus | undefined> {
  const accepts = async (expected: string, output: Output): Promise<boolean> => {
    const options = { policy: 'score', ...(signal ? { signal } : {}) } as const;
    const verdict = await verifyOutput(verifier, { ...sample, expected }, output, options);
    return statusOf(verdict, 'answer') === 'pass';
  };
  const groups: { readonly expected: string; votes: number }[] = [];
  for (const output of outputs) {
    const answer = answerOf(output);
    if (answer === undefined) continue;
    let same: (typeof groups)[number] | undefined;
    for (const group of groups) {
      if (await accepts(group.expected, output)) {
        same = group;
        break;
      }
    }
    if (same) same.votes++;
    // An answer that does not even accept itself is none that this verifier can judge by.
    else if (await accepts(answer, output)) groups.push({ expected: answer, votes: 1 });
  }
  const [first, second] = groups.sort((left, right) => right.votes - left.votes);
  if (!first || first.votes === second?.votes) return undefined;
  const share = first.votes / outputs.length;
  if (share < DOUBTFUL) return undefined;
  return { expected: first.expected, share, isDoubtful: share < SURE || first.votes < 3 };
}

/** Of an output that ended by itself, without control characters. */
function answerOf(output: Output): string | undefined {
  if (output.finishReason !== 'stop') return undefined;
  const found = extractAnswer(output, 'score');
  if ('reason' in found || found.answer.length > LIMITS.characters) return undefined;
  return /(?![\n\t])\p{Cc}/u.test(found.answer) ? undefined : found.answer;
}
