/**
 * The stages of a run in a form that a kill cannot hurt: each piece of finished work is on disk and in the journal, keyed
 * by what it depends on, and is read back instead of done again.
 */

import { z } from 'zod';
import { modelName, teacherDecoding } from './core/endpoint.ts';
import { isProofstillError, ProofstillError, throwIfInterrupted } from './core/errors.ts';
import type { Decoding, EvaluationHead } from './core/evaluated.ts';
import { contentHash, sha256 } from './core/hash.ts';
import type { GenerateOptions, Model } from './core/output.ts';
import {
  type Candidate,
  type DatasetRow,
  type Evaluation,
  type Measurement,
  measurementSchema,
  PRECISIONS,
  stepSchema,
} from './core/records.ts';
import type { Sample } from './core/sample.ts';
import { derivedSeed } from './core/seed.ts';
import type { Suite } from './core/suite.ts';
import type { Verifier } from './core/verdict.ts';
import { evaluate, evaluationKey } from './evaluate/evaluate.ts';
import { evaluationHead, type HeadOptions } from './evaluate/head.ts';
import { exportCheckpoint } from './export/export.ts';
import { generate } from './generate/generate.ts';
import type { NamedProblem } from './generate/problems.ts';
import { measure } from './measure/measure.ts';
import { checkpointHash } from './model/checkpoint.ts';
import { openStudent, studentFingerprint } from './model/student.ts';
import type { Config } from './run/config.ts';
import type { RunFolder } from './run/folder.ts';
import type { LineFile } from './run/lines.ts';
import { embeddedTrainer } from './train/embedded.ts';
import { discardProgress } from './train/progress.ts';
import { type Reviewed, settleEach } from './verify/settle.ts';

/** What happens while a run goes on, for whoever shows it. */
export type Progress =
  | { readonly kind: 'stage'; readonly title: string; readonly round?: number }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly note?: string }
  /** Holdout samples are about to be asked, none of which were before. */
  | { readonly kind: 'read'; readonly head: EvaluationHead }
  | { readonly kind: 'note'; readonly text: string };

export interface StagesOptions {
  readonly run: RunFolder;
  readonly config: Config;
  readonly suite: Suite;
  readonly teacher: Model;
  /** The teacher without a template, for rewriting long traces. @default teacher */
  readonly condenser?: Model | undefined;
  /** Judges whether a trace can be read, where the suite's verifier does not. */
  readonly readable?: Verifier | undefined;
  /** What people have decided by now; asked once a round. */
  readonly reviews?: (() => Reviewed) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly tell: (progress: Progress) => void;
}

type Sampling = Pick<GenerateOptions, 'temperature' | 'topP'> & Partial<Pick<GenerateOptions, 'maxTokens'>>;

const GREEDY = { temperature: 0, topP: 1 };
/** Processor threads of a device profile. */
const PROFILE_THREADS: Record<Config['device']['profile'], number> = { 'one-thread': 1 };
/** Prompts of a measurement: a distribution-free 95% bound on the 95th percentile needs 59. */
const MEASURED_PROMPTS = 60;

const secondsSchema = z.object({ seconds: z.number() });
const exportedSchema = secondsSchema.extend({ hash: z.string() });
const measuredSchema = secondsSchema.extend({ measurement: measurementSchema });
/** `isSpent`: a ceiling of spend ended it before every problem was done. */
const generatedSchema = secondsSchema.extend({ isSpent: z.boolean() });
const decisionsSchema = z.array(
  z.object({
    id: z.string(),
    attempt: z.number(),
    decision: z.union([z.enum(['accept', 'reject']), z.object({ text: z.string() })]),
  }),
);
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

  /** As {@link once}, and its first duration counts. */
  async onClock<T>(
    stage: string,
    inputs: object,
    schema: z.ZodType<T>,
    work: (onProgress: (done: number, total: number) => void) => Promise<T>,
  ): Promise<T> {
    const { seconds, result } = await this.once(stage, inputs, secondsSchema.extend({ result: schema }), async () => {
      const began = performance.now();
      const result = await work(this.#calls().onProgress);
      return { result, seconds: secondsSince(began) };
    });
    this.#seconds += seconds;
    return result;
  }

  /** Tells what begins. */
  announce(title: string, round?: number): void {
    this.#options.tell({ kind: 'stage', title, ...(round === undefined ? {} : { round }) });
  }

  /** Scores the teacher into `evaluations/<name>.jsonl`. */
  async evaluateTeacher(name: string, samples: readonly Sample[]): Promise<readonly Evaluation[]> {
    this.announce('Score the teacher on holdout');
    const { teacher, config } = this.#options;
    const model = { reference: modelName(config.teacher), fingerprint: teacher.fingerprint };
    return this.#evaluate(
      name,
      { samples, model, decoding: this.#decoding(teacherDecoding(config.teacher, config.maxTokens)) },
      (ask) => ask(teacher),
    );
  }

  /** Scores the student after a round, greedily and at the precision of the device, into `evaluations/<name>.jsonl`. */
  async evaluateStudent(round: number, name: string, samples: readonly Sample[]): Promise<readonly Evaluation[]> {
    this.announce(`Evaluate the student on ${samples.length} ${samples[0]?.split ?? ''} samples`);
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

  /**
   * Asks the teacher for a round's candidates and judges them, into `candidates/round-<n>.jsonl`.
   * @returns them as a person's decisions have settled them, and whether a ceiling of spend ended it early.
   * @throws config error where all that passed waits for a person
   */
  async candidates(
    round: number,
    problems: Iterable<NamedProblem>,
  ): Promise<{ candidates: readonly Candidate[]; isSpent: boolean }> {
    const { isSpent, seconds } = await this.once('generate', { round }, generatedSchema, () =>
      this.generate(round, problems),
    );
    this.#seconds += seconds;
    return { candidates: await this.#reviewed(round, this.#options.run.candidates(round).values), isSpent };
  }

  /**
   * Goes on with a round's candidates until every problem has its own. It is not journalled: called again, it goes on.
   * @returns whether a ceiling of spend ended it early.
   */
  async generate(round: number, problems: Iterable<NamedProblem>): Promise<z.infer<typeof generatedSchema>> {
    const lines = this.#options.run.candidates(round);
    this.announce('Generate candidates and verify them', round);
    const began = performance.now();
    const isSpent = await this.#generate(lines, problems);
    lines.sync();
    return { isSpent, seconds: secondsSince(began) };
  }

  /** Trains the student of the round before on the rows; `dataset` is their hash. */
  async train(round: number, rows: readonly DatasetRow[], dataset: string): Promise<z.infer<typeof trainedSchema>> {
    const { config, teacher, tell } = this.#options;
    const { via: _, method, ...recipe } = config.train;
    const into = this.directory(round);
    this.announce(`Train on ${rows.length} traces`, round);
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
    this.announce('Measure latency on this device');
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

  /** Appends the candidates of problems that have none yet. @returns whether a ceiling of spend ended it early */
  async #generate(lines: LineFile<Candidate>, problems: Iterable<NamedProblem>): Promise<boolean> {
    const { config, suite, teacher, condenser = teacher, readable } = this.#options;
    const { candidates, keep, trials, rejection, selection, condense } = config;
    // A kill in the middle of a problem leaves some of its candidates: all are asked for again, none is written twice.
    const last = lines.values.at(-1)?.id;
    const written = lines.values.filter(({ id }) => id === last).length;
    const skip = new Set(lines.values.map(({ id }) => id).filter((id) => id !== last));
    try {
      for await (const made of generate({
        ...this.#calls(),
        ...teacherDecoding(config.teacher, config.maxTokens),
        ...{ suite, teacher, problems, readable, candidates, keep, trials, rejection, selection, skip },
        condense: condense.above > 0 ? { above: condense.above, teacher: condenser } : undefined,
        maxUnscored: config.unscored.max,
      })) {
        for (const record of made.candidates.slice(made.id === last ? written : 0)) lines.append(record);
      }
      return false;
    } catch (error) {
      if (!isProofstillError(error, 'budget')) throw error;
      this.#options.tell({ kind: 'note', text: `${error.message}: the teacher is asked no more.` });
      return true;
    }
  }

  /** A person may decide until the round is learnt from; what counted then is kept, so that it can be learnt again. */
  async #reviewed(round: number, candidates: readonly Candidate[]): Promise<readonly Candidate[]> {
    const { run, config, reviews, tell } = this.#options;
    const command = `proofstill review --run ${run.directory}`;
    const decisions = await this.once('review', { round }, decisionsSchema, async () => {
      const review = reviews?.();
      const settled = settleEach(candidates, { ...config, ...(review ? { review } : {}) });
      const waiting = settled.filter(({ fate }) => fate === 'waiting').length;
      if (waiting > 0 && settled.every(({ fate }) => fate !== 'kept')) {
        throw new ProofstillError(
          'config',
          `all ${waiting} candidates of round ${round} that passed wait for a person`,
          {
            place: 'rejection.person',
            hint: `Decide with ${command}, then go on with proofstill distill --resume --run ${run.directory}`,
          },
        );
      }
      if (waiting > 0) {
        tell({
          kind: 'note',
          text: `${waiting} candidates of round ${round} wait for a person, and are left out: ${command}`,
        });
      }
      return candidates.flatMap(({ id, attempt, output }) => {
        const decision = review?.(id, attempt, sha256(output.text));
        return decision ? [{ id, attempt, decision }] : [];
      });
    });
    const decided = new Map(decisions.map(({ id, attempt, decision }) => [`${id}#${attempt}`, decision]));
    return settleEach(candidates, { ...config, review: (id, attempt) => decided.get(`${id}#${attempt}`) });
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
          const { temperature, topP, maxTokens } = decoding;
          const asked = { ...this.#calls(), temperature, topP, maxTokens, suite, samples, model: opened, done };
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
}

/** `count` of the items, evenly spread over their order. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)] as T);
}

const secondsSince = (began: number): number => (performance.now() - began) / 1000;
