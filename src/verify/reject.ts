/** Rejection sampling: of the outputs for one problem, which may a student learn from. */

import type { Output } from '../core/output.ts';
import type { Sample } from '../core/sample.ts';
import type { Verdict, Verifier } from '../core/verdict.ts';
import { verdictOnWhole, verifyOutput } from './verify.ts';

export interface RejectOptions {
  /** Outputs kept at most for one problem. @default 1 */
  readonly keep?: number;
  readonly signal?: AbortSignal;
}

/** What became of one output, and by which check and reason where it was rejected. */
export type Judged =
  | { readonly fate: 'kept' | 'spare'; readonly verdict: Verdict }
  | { readonly fate: 'rejected'; readonly verdict: Verdict; readonly check: string; readonly reason: string };

/**
 * Judges each output with policy `select`, and keeps the shortest that pass, by output tokens, the earlier attempt first
 * among equals. What could not be scored is rejected: nobody vouches for it. Identical texts count once: the later ones
 * are `spare`.
 * **Shapes**: `outputs` in order of attempts; the result has the same order and length.
 * @throws ProofstillError `interrupted` once the signal is aborted.
 */
export async function reject(
  verifier: Verifier,
  sample: Sample,
  outputs: readonly Output[],
  { keep = 1, signal }: RejectOptions = {},
): Promise<readonly Judged[]> {
  const options = signal ? { policy: 'select' as const, signal } : { policy: 'select' as const };
  const verdicts: Verdict[] = [];
  for (const output of outputs) {
    verdicts.push(verdictOnWhole(await verifyOutput(verifier, sample, output, options), output));
  }
  const kept = shortest(outputs, verdicts, keep);
  return verdicts.map((verdict, attempt) => {
    if (verdict.status === 'pass') return { fate: kept.has(attempt) ? 'kept' : 'spare', verdict };
    return { fate: 'rejected', verdict, ...decisive(verdict) };
  });
}

/** Attempt indices of the `keep` shortest passing outputs with different texts. */
function shortest(outputs: readonly Output[], verdicts: readonly Verdict[], keep: number): ReadonlySet<number> {
  const texts = new Set<string>();
  const passing = [...outputs.entries()].filter(([attempt]) => verdicts[attempt]?.status === 'pass');
  const ranked = passing.sort(([, left], [, right]) => left.tokens.out - right.tokens.out);
  const different = ranked.filter(([, { text }]) => !texts.has(text) && texts.add(text));
  return new Set(different.slice(0, keep).map(([attempt]) => attempt));
}

/** The check that decided a verdict: the first in order with the verdict's status. */
function decisive(verdict: Verdict): { check: string; reason: string } {
  const check = verdict.checks.find(({ status }) => status === verdict.status);
  return { check: check?.name ?? 'verdict', reason: check?.reason ?? verdict.reason ?? verdict.status };
}
