/** Suite × model → records: every sample answered, judged, and streamed out in order. */

import { ProofstillError, throwIfInterrupted } from '../core/errors.ts';
import type { Model } from '../core/output.ts';
import type { Evaluation } from '../core/records.ts';
import type { Sample } from '../core/sample.ts';
import type { Suite } from '../core/suite.ts';
import type { Verdict } from '../core/verdict.ts';
import { judgeAttempt } from '../verify/evaluation.ts';
import { UnscoredTolerance } from '../verify/tolerance.ts';

/** Samples asked of the model at once: enough for it to fill a batch, few enough that a kill loses little. */
const CHUNK = 64;
/** Share of the outputs that may go unscored: a score of fewer than nine in ten is no score of the model. */
export const MAX_UNSCORED = 0.1;

export interface EvaluateOptions {
  readonly suite: Suite;
  /** At least one, ids unique. */
  readonly samples: readonly Sample[];
  readonly model: Model;
  /** Outputs for each sample. @default 1 */
  readonly attempts?: number;
  /** Limit on output tokens. */
  readonly maxTokens: number;
  readonly seed: number;
  /** @default 0, greedy */
  readonly temperature?: number;
  /** @default 1, off */
  readonly topP?: number;
  /** Share of the outputs, 0 to 1 and rounded up, that may go unscored before the evaluation ends. @default 0.1 */
  readonly maxUnscored?: number;
  readonly signal?: AbortSignal;
  /** Called after every evaluation with how many of `total` there are, those of an earlier run included. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Evaluations of an earlier, interrupted run, by {@link evaluationKey}: neither asked for nor yielded again. */
  readonly done?: ReadonlyMap<string, { readonly verdict: Verdict }>;
}

/** What an evaluation is of, among those of one model and one set of samples. */
export function evaluationKey({ sample, attempt }: Pick<Evaluation, 'sample' | 'attempt'>): string {
  return `${sample}#${attempt}`;
}

/**
 * Evaluates a model, leniently (policy `score`), with the suite's second judge where it has one.
 * @returns the evaluations in the order of samples and, within each, of attempts. They hold no timings: the same seed
 * gives the same records.
 * @throws suite error where there is no sample; model error where the model gives fewer outputs than asked for; verifier
 * error after the evaluation with which too many are unscored.
 */
export async function* evaluate(options: EvaluateOptions): AsyncGenerator<Evaluation, void> {
  const { suite, samples, model, maxTokens, seed, signal, onProgress } = options;
  const { attempts = 1, temperature = 0, topP = 1, done = new Map<string, never>() } = options;
  const judgeOptions = { policy: 'score', ...(signal ? { signal } : {}) } as const;
  if (samples.length === 0) {
    throw new ProofstillError('suite', 'expected at least one sample to evaluate, got none', {
      place: `suite ${suite.name}`,
      hint: 'Add samples, or give the suite a generator.',
    });
  }
  const isDone = (sample: Sample, attempt: number) => done.has(evaluationKey({ sample: sample.id, attempt }));
  const openOf = (sample: Sample) => range(attempts).filter((attempt) => !isDone(sample, attempt)).length;
  const open = samples.filter((sample) => openOf(sample) > 0);
  const total = samples.length * attempts;
  let finished = total - open.reduce((sum, sample) => sum + openOf(sample), 0);
  const unscored = new UnscoredTolerance(total, options.maxUnscored ?? MAX_UNSCORED);
  for (const { verdict } of done.values()) unscored.add(verdict);

  for (let start = 0; start < open.length; start += CHUNK) {
    const chunk = open.slice(start, start + CHUNK);
    const outputs = model.generate(
      chunk.map(({ id, prompt }) => ({ id, prompt })),
      { attempts, maxTokens, temperature, topP, seed, ...(signal ? { signal } : {}) },
    );
    let received = 0;
    for await (const output of outputs) {
      // An output that came after the signal may be cut short, and is not the model's fault.
      throwIfInterrupted(signal);
      const sample = chunk[Math.floor(received / attempts)];
      const attempt = received++ % attempts;
      if (!sample || isDone(sample, attempt)) continue;
      const evaluation = await judgeAttempt(suite, { sample, attempt, output }, judgeOptions);
      yield evaluation;
      onProgress?.(++finished, total);
      unscored.take(evaluation.verdict, `suite ${suite.name}, sample ${sample.id}`);
    }
    if (received < chunk.length * attempts) {
      throw new ProofstillError('model', `expected ${chunk.length * attempts} outputs, got ${received}`, {
        place: model.fingerprint,
      });
    }
  }
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
