/** A model that is asked the samples of a suite, answer by answer into a run folder: what every way to evaluate shares. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isEndpointReference } from './core/endpoint.ts';
import { ProofstillError } from './core/errors.ts';
import type { Decoding, Evaluated, EvaluationHead, ScoredAttempt } from './core/evaluated.ts';
import type { Model } from './core/output.ts';
import { type Sample, SPLITS, type Split } from './core/sample.ts';
import type { Suite } from './core/suite.ts';
import { type EvaluateOptions, evaluate, evaluationKey } from './evaluate/evaluate.ts';
import { evaluationHead } from './evaluate/head.ts';
import { freshSamples } from './generate/fresh.ts';
import { findModel, isCheckpoint } from './resolve.ts';
import { callsWhenAsked } from './run/calls.ts';
import { type EvaluationFile, openEvaluation, unkeptEvaluation } from './run/evaluation-file.ts';
import { fileName, makeFolder, orExplain } from './run/files.ts';
import { LEDGER, noteRead } from './run/ledger.ts';
import { takeLock } from './run/lock.ts';
import { VERSION } from './run/version.ts';

/** Attempts that are judged in one go: few enough that slow verifiers keep nobody waiting, enough that turns cost nothing. */
const UNINTERRUPTED = 8;

export interface SamplesChoice {
  readonly split: Split;
  /** Only the first of them. */
  readonly limit?: number | undefined;
  /** Instead of the committed samples so many new ones, drawn by `seed`. */
  readonly fresh?: number | undefined;
  /** @default 1 */
  readonly seed?: number | undefined;
}

/** The samples that are chosen. @throws config or suite error where there are none */
export function chosenSamples(suite: Suite, { split, limit, fresh, seed = 1 }: SamplesChoice): Sample[] {
  if (fresh !== undefined) {
    if (limit !== undefined || split === 'stretch') {
      const other = limit === undefined ? 'split stretch' : 'limit';
      throw new ProofstillError('config', `fresh samples are drawn anew, and take no ${other}`, {
        place: 'fresh',
        hint: 'Leave one of them out.',
      });
    }
    const drawn = freshSamples({ suite, split, count: fresh, seed });
    if (drawn.length > 0) return drawn;
    throw new ProofstillError('suite', `every ${split} problem that suite ${suite.name} makes is committed already`, {
      place: 'fresh',
      hint: 'Widen the ranges of problem(area, random).',
    });
  }
  const samples = suite.samples.filter((sample) => sample.split === split).slice(0, limit);
  if (samples.length > 0) return samples;
  const others = SPLITS.filter((other) => suite.samples.some((sample) => sample.split === other));
  throw new ProofstillError('suite', `suite ${suite.name} has no committed ${split} samples`, {
    place: 'split',
    hint: `It has samples of: ${others.join(', ') || 'no split'}.`,
  });
}

export interface AskingOptions {
  readonly suite: Suite;
  /** All that may be asked: at least one, all of one split. */
  readonly samples: readonly Sample[];
  /** By reference, or a model of one's own, which is left open. */
  readonly model: string | Model;
  /** @default one greedy attempt of at most 256 tokens, seed 1, fp32 */
  readonly decoding: { readonly [Key in keyof Decoding]?: Decoding[Key] | undefined };
  /** Folder of the run: one that was ended is gone on with. Without one, no text is kept. */
  readonly folder?: string | undefined;
  /** What asks, as the ledger notes it where the samples are held out. */
  readonly by: string;
  /** @default runs/ledger.jsonl */
  readonly ledger?: string | undefined;
}

export interface Asking extends AsyncDisposable {
  /** What is there: attempts of an earlier run first. It grows as samples are asked. */
  readonly evaluated: Evaluated;
  /** Attempts that are not there yet. */
  readonly left: number;
  /** Asks of `samples` what is not there yet. @throws as {@link evaluate} */
  ask(
    samples: readonly Sample[],
    options?: Pick<EvaluateOptions, 'signal' | 'maxUnscored' | 'onProgress'>,
  ): Promise<void>;
}

/** Opens model and folder. @throws as {@link findModel}; config or record error where the folder holds something else or is in use */
export async function openAsking(options: AskingOptions): Promise<Asking> {
  const { suite, model: named, decoding, folder } = options;
  const isOurs = typeof named === 'string';
  const isKept = isOurs && folder !== undefined && isEndpointReference(named);
  const calls = isKept ? callsWhenAsked(join(folder, 'calls.jsonl')) : undefined;
  const { precision } = decoding;
  const model = isOurs ? await findModel(named, suite, { precision, ...(calls ? { calls } : {}) }) : named;
  const closeModel = async (): Promise<void> => {
    if (isOurs) await model.close();
    calls?.close();
  };
  try {
    const head = headOf(options, model);
    const file = folder === undefined ? unkeptEvaluation() : fileIn(folder, head);
    return asking(options, { model, head, file, closeModel });
  } catch (error) {
    await closeModel();
    throw error;
  }
}

function headOf({ suite, samples, model: named, decoding }: AskingOptions, model: Model): EvaluationHead {
  const { attempts = 1, maxTokens = 256, temperature = 0, topP = 1, seed = 1, precision = 'fp32' } = decoding;
  const { fingerprint } = model;
  const isNamed = typeof named === 'string';
  return evaluationHead({
    suite,
    samples,
    model: { reference: isNamed ? named : fingerprint, fingerprint },
    // Of a student only: a solver and a file have no network.
    decoding: {
      attempts,
      maxTokens,
      temperature,
      topP,
      seed,
      ...(isNamed && isCheckpoint(named) ? { precision } : {}),
    },
    versions: { proofstill: VERSION, node: process.versions.node },
  });
}

/** Locks the folder until the file is closed. */
function fileIn(folder: string, head: EvaluationHead): EvaluationFile {
  if (existsSync(join(folder, 'run.json'))) {
    throw new ProofstillError('config', 'this folder is a run of distill', {
      place: folder,
      hint: 'Name another folder with --run.',
    });
  }
  orExplain(folder, () => makeFolder(join(folder, 'evaluations')));
  const release = takeLock(join(folder, 'lock'));
  try {
    const file = openEvaluation(join(folder, 'evaluations', `${fileName(head.suite.name)}.jsonl`), head);
    return {
      ...file,
      close() {
        file.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

interface Opened {
  readonly model: Model;
  readonly head: EvaluationHead;
  readonly file: EvaluationFile;
  closeModel(): Promise<void>;
}

function asking({ suite, by, ledger = LEDGER }: AskingOptions, { model, head, file, closeModel }: Opened): Asking {
  const { precision: _, ...decoding } = head.decoding!;
  // A run that is gone on with is the same reading.
  let isNoted = head.split !== 'holdout' || file.attempts.length > 0;
  return {
    evaluated: { source: head.model.reference, head, attempts: file.attempts },
    get left() {
      return head.samples.n * decoding.attempts - file.attempts.length;
    },
    async ask(samples, options = {}) {
      const known = attemptsAt(samples, file.attempts);
      if (known.length === samples.length * decoding.attempts) return;
      if (!isNoted) noteRead(ledger, by, head);
      isNoted = true;
      const done = new Map(known.map((attempt) => [evaluationKey(attempt), attempt]));
      for await (const evaluation of evaluate({ ...options, ...decoding, suite, samples, model, done })) {
        file.append(evaluation);
        // Neither a verifier nor a replayed model waits for anything, so nothing else would get a turn.
        if (file.attempts.length % UNINTERRUPTED === 0) await setImmediate();
      }
      file.sync();
    },
    async [Symbol.asyncDispose]() {
      file.close();
      await closeModel();
    },
  };
}

function attemptsAt(samples: readonly Sample[], attempts: readonly ScoredAttempt[]): readonly ScoredAttempt[] {
  if (attempts.length === 0) return attempts;
  const ids = new Set(samples.map(({ id }) => id));
  return attempts.filter(({ sample }) => ids.has(sample));
}
