/**
 * The stages of a run in a form that a kill cannot hurt: each piece of finished work is on disk and in the journal, keyed
 * by what it depends on, and is read back instead of done again.
 */

import { z } from 'zod';
import { modelName } from './core/endpoint.ts';
import { throwIfInterrupted } from './core/errors.ts';
import type { Decoding, EvaluationHead } from './core/evaluated.ts';
import { contentHash } from './core/hash.ts';
import type { GenerateOptions, Model, Output } from './core/output.ts';
import {
  type Candidate,
  type DatasetRow,
  type Evaluation,
  type Measurement,
  measurementSchema,
  PRECISIONS,
  SCHEMA,
  stepSchema,
} from './core/records.ts';
import type { Sample } from './core/sample.ts';
import { derivedSeed } from './core/seed.ts';
import type { Suite } from './core/suite.ts';
import { evaluate, evaluationKey } from './evaluate/evaluate.ts';
import { evaluationHead, type HeadOptions } from './evaluate/head.ts';
import { exportCheckpoint } from './export/export.ts';
import { generate } from './generate/generate.ts';
import { measure } from './measure/measure.ts';
import { checkpointHash } from './model/checkpoint.ts';
import { openStudent, studentFingerprint } from './model/student.ts';
import type { Config } from './run/config.ts';
import type { RunFolder } from './run/folder.ts';
import { embeddedTrainer } from './train/embedded.ts';
import { discardProgress } from './train/progress.ts';
import { type Judged, reject } from './verify/reject.ts';
import { UnscoredTolerance } from './verify/tolerance.ts';

/** What happens while a run goes on, for whoever shows it. */
export type Progress =
  | { readonly kind: 'stage'; readonly title: string; readonly round?: number }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly note?: string }
  /** Holdout samples are about to be asked, none of which were before. */
  | { readonly kind: 'read'; readonly head: EvaluationHead };

export interface StagesOptions {
  readonly run: RunFolder;
  readonly config: Config;
  readonly suite: Suite;
  readonly teacher: Model;
  readonly signal?: AbortSignal | undefined;
  readonly tell: (progress: Progress) => void;
}

type Sampling = Pick<GenerateOptions, 'temperature' | 'topP'>;

/** R1's own sampling (DeepSeek-R1 README, usage recommendations): what teachers are asked with. */
const TEACHER_SAMPLING = { temperature: 0.6, topP: 0.95 };
const GREEDY = { temperature: 0, topP: 1 };
/** Processor threads of a device profile. */
const PROFILE_THREADS: Record<Config['device']['profile'], number> = { 'one-thread': 1 };
/** Prompts of a measurement: a distribution-free 95% bound on the 95th percentile needs 59. */
const MEASURED_PROMPTS = 60;

const secondsSchema = z.object({ seconds: z.number() });
const exportedSchema = secondsSchema.extend({ hash: z.string() });
const measuredSchema = secondsSchema.extend({ measurement: measurementSchema });
const trainedSchema = secondsSchema.extend({
  hash: z.string(),
  steps: z.number(),
  tokens: z.number(),
  curve: z.array(stepSchema),
});

export class Stages {
  readonly #options: StagesOptions;
  readonly #trainer = embeddedTrainer();
  #seconds = 0;

  constructor(options: StagesOptions) {
    this.#options = options;
  }

  /** All stages' seconds so far, those of an earlier process included; the time between two processes is not. */
  get seconds(): number {
    return this.#seconds;
  }

  /** The student after a round's training, as records name it; round 0 is the student as it came. */
  name(round: number): string {
    return `checkpoints/round-${round}`;
  }

  directory(round: number): string {
    return this.#options.run.checkpoint(round);
  }

  /**
   * Does `work` unless the journal holds its result under this stage and these inputs.
   * @returns what JSON keeps of the result, whether it is new or not.
   */
  async once<T>(stage: string, inputs: object, schema: z.ZodType<T>, work: () => Promise<T>): Promise<T> {
    const { run, signal } = this.#options;
    throwIfInterrupted(signal);
    const key = `${stage}:${contentHash(inputs).slice(0, 16)}`;
    if (run.journal.get(key) === undefined) run.journal.record(key, await work());
    return schema.parse(run.journal.get(key));
  }

  /** Scores the teacher into `evaluations/<name>.jsonl`. */
  async evaluateTeacher(name: string, samples: readonly Sample[]): Promise<readonly Evaluation[]> {
    this.#stage('Score the teacher on holdout');
    const { teacher, config } = this.#options;
    const model = { reference: modelName(config.teacher), fingerprint: teacher.fingerprint };
    return this.#evaluate(name, { samples, model, decoding: this.#decoding(TEACHER_SAMPLING) }, (ask) => ask(teacher));
  }

  /** Scores the student after a round, greedily and at the precision of the device, into `evaluations/<name>.jsonl`. */
  async evaluateStudent(round: number, name: string, samples: readonly Sample[]): Promise<readonly Evaluation[]> {
    this.#stage(`Evaluate the student on ${samples.length} ${samples[0]?.split ?? ''} samples`);
    const { precision } = this.#options.config.device;
    const model = { reference: this.name(round), fingerprint: studentFingerprint(this.directory(round), precision) };
    const decoding = { ...this.#decoding(GREEDY), precision };
    return this.#evaluate(name, { samples, model, decoding }, async (ask) => {
      const student = await openStudent(this.directory(round), { precision });
      try {
        await ask(student);
      } finally {
        await student.close();
      }
    });
  }

  /** Asks the teacher for a round's candidates and judges them, into `candidates/round-<n>.jsonl`. */
  async candidates(
    round: number,
    allocation: Readonly<Record<string, number>>,
    exclude: ReadonlySet<string>,
  ): Promise<readonly Candidate[]> {
    const { run, config, suite, teacher } = this.#options;
    this.#stage('Generate candidates and verify them', round);
    const lines = run.candidates(round);
    // A kill in the middle of a problem leaves some of its candidates: all are asked for again, none is written twice.
    const whole = Math.floor(lines.values.length / config.candidates);
    let written = lines.values.length - whole * config.candidates;
    const problems = Object.values(allocation).reduce((sum, n) => sum + n, 0);
    const unscored = new UnscoredTolerance(problems * config.candidates, config.unscored.max);
    await this.#timed('generate', { round }, async () => {
      for await (const { problem, outputs } of generate({
        ...this.#calls(),
        ...TEACHER_SAMPLING,
        suite,
        teacher,
        allocation,
        round,
        candidates: config.candidates,
        exclude,
        skip: whole,
      })) {
        const sample: Sample = { ...problem, id: `train-${round}`, suite: suite.name, split: 'train' };
        const judged = await reject(suite.verify, sample, outputs, this.#cancelling());
        for (const [attempt, result] of judged.entries()) {
          const output = outputs[attempt] as Output;
          if (attempt >= written) lines.append(this.#candidate(sample, { attempt, output, result }));
          unscored.take(result.verdict, `round ${round}, problem ${problem.key}`);
        }
        written = 0;
      }
      lines.sync();
    });
    return lines.values;
  }

  /** Trains the student of the round before on the rows; `dataset` is their hash. */
  async train(round: number, rows: readonly DatasetRow[], dataset: string): Promise<z.infer<typeof trainedSchema>> {
    const { config, teacher, tell } = this.#options;
    const { via: _, method, ...recipe } = config.train;
    const into = this.directory(round);
    this.#stage(`Train on ${rows.length} traces`, round);
    const result = await this.once('train', { round, dataset }, trainedSchema, async () => {
      const began = performance.now();
      const { curve, ...trained } = await this.#trainer.train({
        checkpoint: this.directory(round - 1),
        dataset: rows,
        recipe: { ...recipe, seed: derivedSeed(config.seed, 'train', round) },
        into,
        manifest: { dataset, round, method, teacher: teacher.fingerprint },
        ...this.#cancelling(),
        onStep: ({ step, loss }, total) =>
          tell({ kind: 'progress', done: step, total, note: `loss ${loss.toFixed(3)}` }),
      });
      return { ...trained, curve: [...curve], seconds: secondsSince(began) };
    });
    // Only now: a kill between the checkpoint and its line in the journal repeats no step.
    discardProgress(into);
    this.#seconds += result.seconds;
    return result;
  }

  /** Puts a checkpoint's networks beside its weights, after `prepare` has made sure that those are there. */
  async export(round: number, prepare: () => void = () => undefined): Promise<void> {
    const { seconds } = await this.once('export', { round }, exportedSchema, async () => {
      const began = performance.now();
      prepare();
      exportCheckpoint({ directory: this.directory(round), precisions: PRECISIONS });
      return { hash: checkpointHash(this.directory(round)), seconds: secondsSince(began) };
    });
    this.#seconds += seconds;
  }

  /** Measures the student after a round on the prompts of `samples`, into `measurements/`. */
  async measure(round: number, samples: readonly Sample[]): Promise<Measurement> {
    const { run, config, suite } = this.#options;
    const { precision, profile } = config.device;
    this.#stage('Measure latency on this device');
    const { measurement, seconds } = await this.once('measure', { round, precision }, measuredSchema, async () => {
      const began = performance.now();
      const measured = await measure({
        ...this.#calls(),
        checkpoint: this.directory(round),
        precision,
        suite: suite.name,
        threads: PROFILE_THREADS[profile],
        requests: spread(samples, MEASURED_PROMPTS),
      });
      return { measurement: { ...measured, checkpoint: this.name(round) }, seconds: secondsSince(began) };
    });
    run.writeMeasurement(measurement);
    this.#seconds += seconds;
    return measurement;
  }

  async close(): Promise<void> {
    await this.#trainer.close();
  }

  #candidate(
    { id, key, area, prompt, expected }: Sample,
    { attempt, output: made, result }: { attempt: number; output: Output; result: Judged },
  ): Candidate {
    const { config, suite, teacher } = this.#options;
    const { text, finishReason, tokens, served } = made;
    const lost =
      result.fate === 'rejected' ? [{ stage: 'answer', check: result.check, reason: result.reason } as const] : [];
    return {
      schema: SCHEMA,
      id,
      key,
      area,
      prompt,
      ...(expected === undefined ? {} : { expected }),
      attempt,
      output: { text, finishReason, tokens: { in: tokens.in, out: tokens.out } },
      teacher: teacher.fingerprint,
      decoding: { ...TEACHER_SAMPLING, maxTokens: config.maxTokens, seed: config.seed },
      verifier: `${suite.verify.name}@${suite.verify.version}`,
      ...(served ? { served } : {}),
      fate: result.fate,
      failures: lost,
    };
  }

  /** Evaluates after the last whole line of the file; `lend` hands a model over, where anything is left to ask. */
  async #evaluate(
    name: string,
    { samples, model, decoding }: Pick<HeadOptions, 'samples' | 'model'> & { readonly decoding: Decoding },
    lend: (ask: (model: Model) => Promise<void>) => Promise<void>,
  ): Promise<readonly Evaluation[]> {
    const { run, config, suite } = this.#options;
    const { versions } = run.record;
    const head = evaluationHead({ suite, samples, model, decoding, versions });
    const lines = run.evaluations(name, head);
    const done = new Map(lines.values.map((evaluation) => [evaluationKey(evaluation), evaluation]));
    await this.#timed('evaluate', { name }, async () => {
      const isComplete = samples.length > 0 && done.size === samples.length;
      if (head.split === 'holdout' && done.size === 0) this.#options.tell({ kind: 'read', head });
      if (!isComplete) {
        await lend(async (opened) => {
          const { temperature, topP } = decoding;
          const asked = { ...this.#calls(), temperature, topP, suite, samples, model: opened, done };
          for await (const evaluation of evaluate({ ...asked, maxUnscored: config.unscored.max })) {
            lines.append(evaluation);
          }
        });
      }
      lines.sync();
    });
    return lines.values;
  }

  /** What every stage that asks a model is told. */
  #calls(): {
    maxTokens: number;
    seed: number;
    signal?: AbortSignal;
    onProgress: (done: number, total: number) => void;
  } {
    const { maxTokens, seed } = this.#options.config;
    const onProgress = (done: number, total: number): void => this.#options.tell({ kind: 'progress', done, total });
    return { maxTokens, seed, ...this.#cancelling(), onProgress };
  }

  #decoding(sampling: Sampling): Decoding {
    const { maxTokens, seed } = this.#options.config;
    return { attempts: 1, maxTokens, ...sampling, seed };
  }

  #cancelling(): { signal?: AbortSignal } {
    const { signal } = this.#options;
    return signal ? { signal } : {};
  }

  /** Does `work`, which skips what is on disk already, and adds its first duration to the clock. */
  async #timed(stage: string, inputs: object, work: () => Promise<void>): Promise<void> {
    const began = performance.now();
    await work();
    const { seconds } = await this.once(stage, inputs, secondsSchema, async () => ({ seconds: secondsSince(began) }));
    this.#seconds += seconds;
  }

  #stage(title: string, round?: number): void {
    this.#options.tell({ kind: 'stage', title, ...(round === undefined ? {} : { round }) });
  }
}

/** `count` of the items, evenly spread over their order. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)] as T);
}

const secondsSince = (began: number): number => (performance.now() - began) / 1000;
