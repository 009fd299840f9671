/** Runs a verifier on one output so that whatever it does ends in a verdict: a broken verifier never scores a model. */

import { isProofstillError, messageOf, ProofstillError, throwIfInterrupted } from '../core/errors.ts';
import type { Output } from '../core/output.ts';
import { verdictSchema } from '../core/records.ts';
import type { Sample } from '../core/sample.ts';
import { SCORES, statusOf, type Verdict, type Verifier, type VerifyOptions, verdictOf } from '../core/verdict.ts';

/**
 * Judges one output. A verifier that throws, or answers something that is no verdict, makes the output `unscored` with
 * reason `verifier-threw` on all three scores, for nobody knows which of them it would have judged.
 * @throws ProofstillError `interrupted` once `options.signal` is aborted, also while an asynchronous verifier is pending.
 */
export async function verifyOutput(
  verifier: Verifier,
  sample: Sample,
  output: Output,
  options: VerifyOptions,
): Promise<Verdict> {
  throwIfInterrupted(options.signal);
  try {
    const answered: unknown = await untilAborted(verifier.verify(sample, output, options), options.signal);
    const read = verdictSchema.safeParse(answered);
    // The schema's output type says `string | undefined` where the contract says "absent"; JSON has no undefined.
    if (read.success) return answered as Verdict;
    return unscored(verifier, `expected a verdict, got one with ${issuesOf(read.error.issues)}`);
  } catch (error) {
    if (isProofstillError(error, 'interrupted')) throw error;
    return unscored(verifier, messageOf(error));
  }
}

/** The verdict on an output, which fails where it was cut off, whatever the verifier read in it: a longer limit might have changed it. */
export function verdictOnWhole(verdict: Verdict, { finishReason }: Output): Verdict {
  if (finishReason !== 'length' || statusOf(verdict, 'answer') !== 'pass') return verdict;
  const cut = { name: 'complete', score: 'answer', status: 'fail', reason: 'truncated' } as const;
  return verdictOf([...verdict.checks, cut], verdict.answer);
}

function unscored(verifier: Verifier, detail: string): Verdict {
  const reason = 'verifier-threw';
  return verdictOf(SCORES.map((score) => ({ name: verifier.name, score, status: 'unscored', reason, detail })));
}

function issuesOf(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  return issues.map(({ path, message }) => `${path.map(String).join('.') || 'value'}: ${message}`).join('; ');
}

/** The value, or an `interrupted` error as soon as the signal is aborted. */
async function untilAborted<T>(value: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!(value instanceof Promise) || !signal) return value;
  let stop = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new ProofstillError('interrupted', 'interrupted', { cause: signal.reason }));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
