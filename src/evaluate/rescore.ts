/** Recorded evaluations judged again, by the verifier as it is now: a better rule needs no model to be asked twice. */

import { type Output, partsOf } from '../core/output.ts';
import type { Evaluation } from '../core/records.ts';
import type { Sample } from '../core/sample.ts';
import type { Suite } from '../core/suite.ts';
import { SCORES, type Score, type Status, type Verdict, verdictOf } from '../core/verdict.ts';
import { judgeAttempt } from '../verify/evaluation.ts';

export interface RescoreOptions {
  readonly suite: Suite;
  readonly evaluations: Iterable<Evaluation>;
  readonly signal?: AbortSignal;
  /** Called after every evaluation with how many there were. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Judges each recorded output again, leniently (policy `score`), and by the second judge where the suite has one. A sample
 * that the suite still has is taken as the suite has it now, its expected answer included, as long as its prompt is the
 * one that was asked; any other as it was recorded, without `meta`.
 * @returns the evaluations in their order, with new verdicts.
 */
export async function* rescore(options: RescoreOptions): AsyncGenerator<Evaluation, void> {
  const { suite, evaluations, signal, onProgress } = options;
  const samples = new Map(suite.samples.map((sample) => [sample.id, sample]));
  const judgeOptions = { policy: 'score', ...(signal ? { signal } : {}) } as const;
  let done = 0;
  for (const evaluation of evaluations) {
    const known = samples.get(evaluation.sample);
    const sample = known?.prompt === evaluation.prompt ? known : recordedSample(suite, evaluation);
    const { attempt } = evaluation;
    yield await judgeAttempt(suite, { sample, attempt, output: recordedOutput(evaluation) }, judgeOptions);
    onProgress?.(++done);
  }
}

/** What one score of a verdict says. */
export interface Finding {
  readonly status: Status | null;
  readonly reason: string | null;
}

/** A score of one output that came out differently; `null` where a verdict says nothing about it. */
export interface ChangedVerdict {
  readonly sample: string;
  readonly attempt: number;
  readonly score: Score;
  readonly before: Finding;
  readonly after: Finding;
}

type Judged = Pick<Evaluation, 'sample' | 'attempt'> & { readonly verdict: Verdict };

/**
 * Where two judgements of the same outputs differ, score by score, in status or in reason.
 * **Shapes**: `after` has the order and length of `before`, as {@link rescore} gives it.
 */
export function changedVerdicts(before: readonly Judged[], after: readonly Judged[]): ChangedVerdict[] {
  return before.flatMap(({ sample, attempt, verdict }, index) => {
    const now = (after[index] as Judged).verdict;
    return SCORES.flatMap((score) => {
      const change = { before: findingOf(verdict, score), after: findingOf(now, score) };
      const isSame = change.before.status === change.after.status && change.before.reason === change.after.reason;
      return isSame ? [] : [{ sample, attempt, score, ...change }];
    });
  });
}

function findingOf(verdict: Verdict, score: Score): Finding {
  const checks = verdict.checks.filter((check) => check.score === score);
  if (checks.length === 0) return { status: null, reason: null };
  const { status, reason = null } = verdictOf(checks);
  return { status, reason };
}

/** A sample that the suite does not have, or no longer asks so. */
function recordedSample(suite: Suite, { sample: id, area, prompt, expected }: Evaluation): Sample {
  return {
    id,
    suite: suite.name,
    area,
    split: 'steer',
    prompt,
    ...(expected === undefined ? {} : { expected }),
    key: suite.key({ prompt }),
  };
}

function recordedOutput({ output: { text, finishReason, tokens } }: Evaluation): Output {
  return { text, ...partsOf(text), finishReason, tokens, timings: { firstTokenMs: 0, totalMs: 0 } };
}
