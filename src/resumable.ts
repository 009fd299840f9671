/**
 * A run's stages in a form that a kill cannot hurt: each piece of finished work is on disk and in the journal, keyed by
 * what it depends on, and is read back instead of done again.
 */

import type { z } from 'zod';
import { throwIfInterrupted } from './core/errors.ts';
import { contentHash } from './core/hash.ts';
import type { Model } from './core/output.ts';
import type { Candidate, DatasetRow, Evaluation } from './core/records.ts';
import { SCHEMA } from './core/records.ts';
import type { Problem, Sample } from './core/sample.ts';
import type { Suite } from './core/suite.ts';
import { evaluate, evaluationKey } from './evaluate/evaluate.ts';
import { generate } from './generate/generate.ts';
import type { Config } from './run/config.ts';
import type { RunFolder } from './run/folder.ts';
import { reject } from './verify/reject.ts';

/** What happens while a run goes on, for whoever shows it. */
export type Progress =
  | { readonly kind: 'stage'; readonly title: string; readonly round?: number }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly note?: string };

export interface Workbench {
  readonly run: RunFolder;
  readonly config: Config;
  readonly suite: Suite;
  readonly signal?: AbortSignal | undefined;
  readonly tell: (progress: Progress) => void;
}

/** R1's own sampling (DeepSeek-R1 README, usage recommendations): what teachers are asked with. */
const TEACHER_SAMPLING = { temperature: 0.6, topP: 0.95 };

/**
 * Does `work` unless the journal holds its result under this stage and these inputs.
 * @returns what JSON keeps of the result, whether it is new or not.
 */
export async function once<T>(
  { run, signal }: Workbench,
  stage: string,
  inputs: unknown,
  schema: z.ZodType<T>,
  work: () => Promise<T>,
): Promise<T> {
  throwIfInterrupted(signal);
  const key = `${stage}:${contentHash(inputs).slice(0, 16)}`;
  if (run.journal.get(key) === undefined) run.journal.record(key, await work());
  return schema.parse(run.journal.get(key));
}

/** Evaluates into `evaluations/<name>.jsonl`, going on after the last whole line. */
export async function evaluated(
  { run, config, suite, signal, tell }: Workbench,
  name: string,
  model: Model,
  samples: readonly Sample[],
): Promise<readonly Evaluation[]> {
  const lines = run.evaluations(name);
  const done = new Map(lines.values.map((evaluation) => [evaluationKey(evaluation), evaluation]));
  const { maxTokens, seed } = config;
  const sampling = model.fingerprint.startsWith('student:') ? {} : TEACHER_SAMPLING;
  const onProgress = (finished: number, total: number): void => tell({ kind: 'progress', done: finished, total });
  for await (const evaluation of evaluate({
    suite,
    samples,
    model,
    maxTokens,
    seed,
    ...sampling,
    ...(signal ? { signal } : {}),
    onProgress,
    done,
  })) {
    lines.append(evaluation);
  }
  lines.sync();
  return lines.values;
}

/** Asks the teacher for a round's candidates and judges them, into `candidates/round-<n>.jsonl`. */
export async function candidatesOf(
  { run, config, suite, signal, tell }: Workbench,
  teacher: Model,
  round: number,
  allocation: Readonly<Record<string, number>>,
  exclude: ReadonlySet<string>,
): Promise<readonly Candidate[]> {
  const lines = run.candidates(round);
  const { candidates, seed, maxTokens } = config;
  // A kill in the middle of a problem leaves some of its candidates: those are asked for again, and not written twice.
  const whole = Math.floor(lines.values.length / candidates);
  let written = lines.values.length - whole * candidates;
  const onProgress = (done: number, total: number): void => tell({ kind: 'progress', done, total });
  for await (const { problem, outputs } of generate({
    suite,
    teacher,
    allocation,
    round,
    candidates,
    seed,
    ...TEACHER_SAMPLING,
    maxTokens,
    exclude,
    skip: whole,
    ...(signal ? { signal } : {}),
    onProgress,
  })) {
    const sample: Sample = { ...problem, id: `train-${round}`, suite: suite.name, split: 'train' };
    const judged = await reject(suite.verify, sample, outputs, signal ? { signal } : {});
    judged.forEach((result, attempt) => {
      if (attempt >= written) lines.append(candidateOf(problem, outputs[attempt]!, attempt, result));
    });
    written = 0;
  }
  lines.sync();
  return lines.values;
}

function candidateOf(
  { key, area, prompt }: Problem,
  {
    text,
    finishReason,
    tokens,
  }: { text: string; finishReason: Candidate['output']['finishReason']; tokens: { in: number; out: number } },
  attempt: number,
  judged: Awaited<ReturnType<typeof reject>>[number],
): Candidate {
  const output = { text, finishReason, tokens };
  const { fate } = judged;
  const loss = fate === 'rejected' ? { check: judged.check, reason: judged.reason } : {};
  return { schema: SCHEMA, key, area, prompt, attempt, output, fate, ...loss };
}

/** What the student may learn of the candidates. */
export function rowsOf(candidates: readonly Candidate[]): DatasetRow[] {
  return candidates
    .filter(({ fate }) => fate === 'kept')
    .map(({ key, area, prompt, output }) => ({ schema: SCHEMA, key, area, prompt, text: output.text }));
}
