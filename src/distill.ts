/**
 * The loop: measure the student, see where it falls short, have the teacher show how, keep what verifies, train, measure
 * again; until accuracy and latency targets hold on one checkpoint, or the budget or a plateau ends it. Holdout is read
 * before the first round and after the last, and nothing in between knows more of it than hashes of its keys.
 */

import { cpSync } from 'node:fs';
import { z } from 'zod';
import { ProofstillError } from './core/errors.ts';
import type { Model } from './core/output.ts';
import {
  type Candidate,
  type DatasetRow,
  type Evaluation,
  type Measurement,
  measurementSchema,
  PRECISIONS,
  type Round,
  SCHEMA,
  type Scoreboard,
  STOPS,
  type Stop,
  type Summary,
  stepSchema,
  summarySchema,
} from './core/records.ts';
import type { Sample, Split } from './core/sample.ts';
import { derivedSeed, randomStream } from './core/seed.ts';
import { samplesToShow } from './core/statistics.ts';
import type { Suite } from './core/suite.ts';
import { curate, hashedKeys } from './curate/curate.ts';
import { readDataset, writeDataset } from './curate/dataset.ts';
import { scoreboard, scores } from './evaluate/aggregate.ts';
import { agreement, judgeDisagreements, pairedChange } from './evaluate/compare.ts';
import { exportCheckpoint } from './export/export.ts';
import { allocate } from './generate/allocate.ts';
import { drawProblems } from './generate/draw.ts';
import { measure } from './measure/measure.ts';
import { checkpointHash } from './model/checkpoint.ts';
import { openStudent } from './model/student.ts';
import { candidatesOf, evaluated, once, type Progress, rowsOf, type Workbench } from './resumable.ts';
import type { Config } from './run/config.ts';
import type { RunFolder } from './run/folder.ts';
import { embeddedTrainer } from './train/embedded.ts';
import { discardProgress } from './train/progress.ts';
import type { Trainer } from './train/trainer.ts';

export interface DistillOptions {
  readonly run: RunFolder;
  /** Resolved, its `student` an absolute directory. */
  readonly config: Config;
  readonly suite: Suite;
  readonly teacher: Model;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: DistillEvent) => void;
}

export type DistillEvent =
  | Progress
  | { readonly kind: 'round'; readonly round: Round }
  | { readonly kind: 'note'; readonly text: string };

/** Processor threads of a device profile. */
const PROFILE_THREADS: Record<Config['device']['profile'], number> = { 'one-thread': 1 };
/** Prompts of a measurement: enough for a distribution-free 95% bound on the 95th percentile. */
const MEASURED_PROMPTS = 60;
/** A round that raises the pooled steer accuracy by less than this, twice in a row, is a plateau. */
const PLATEAU_GAIN = 0.005;

const secondsSchema = z.object({ seconds: z.number() });
const exportedSchema = z.object({ hash: z.string() });
const trainedSchema = secondsSchema.extend({
  hash: z.string(),
  steps: z.number(),
  tokens: z.number(),
  curve: z.array(stepSchema),
});
const measuredSchema = secondsSchema.extend({ measurement: measurementSchema });
const decisionSchema = z.object({ stop: z.enum(STOPS).nullable(), because: z.string() });

/**
 * Runs or resumes the loop in `run`, writes its `summary.json` and returns it.
 * @throws config error where the targets cannot be shown with so few samples; whatever a stage throws, the run then being
 * resumable; `interrupted` once `signal` is aborted.
 */
export async function distill(options: DistillOptions): Promise<Summary> {
  const { run, config, suite, teacher, signal, onEvent } = options;
  const bench: Workbench = { run, config, suite, signal, tell: (progress) => onEvent?.(progress) };
  const loop = new Loop(bench, teacher, onEvent);
  run.setState('running');
  try {
    const summary = await loop.whole();
    run.write('summary.json', `${JSON.stringify(summary, null, 2)}\n`);
    run.setState('complete');
    return summary;
  } catch (error) {
    run.setState(signal?.aborted ? 'interrupted' : 'failed');
    throw error;
  } finally {
    await loop.close();
  }
}

class Loop {
  readonly #bench: Workbench;
  readonly #teacher: Model;
  readonly #trainer: Trainer = embeddedTrainer();
  readonly #onEvent: DistillOptions['onEvent'];
  readonly #holdout: readonly Sample[];
  readonly #stretch: readonly Sample[];
  /** Hashes of the keys that must not be learnt: holdout's from the start, steer's as they are drawn. */
  readonly #forbidden: Set<string>;
  /** All stages' seconds so far, those of an earlier process included; the time between two processes is not. */
  #seconds = 0;

  constructor(bench: Workbench, teacher: Model, onEvent: DistillOptions['onEvent']) {
    this.#bench = bench;
    this.#teacher = teacher;
    this.#onEvent = onEvent;
    const ofSplit = (split: Split): Sample[] => bench.suite.samples.filter((sample) => sample.split === split);
    this.#holdout = ofSplit('holdout');
    this.#stretch = ofSplit('stretch');
    this.#forbidden = hashedKeys([...this.#holdout, ...this.#stretch]);
  }

  async whole(): Promise<Summary> {
    const { config } = this.#bench;
    await this.#exported(0, () => cpSync(config.student, this.#directory(0), { recursive: true }));
    const before = await this.#onHoldout(0, 'before');
    this.#stage('Score the teacher on holdout');
    const teacher = await this.#evaluation('holdout-teacher', this.#teacher, this.#holdout);

    const looks: Look[] = [];
    for (let round = 1; ; round++) {
      const look = await this.#look(round);
      looks.push(look);
      const { stop, because } = await this.#decision(looks);
      this.#onEvent?.({ kind: 'note', text: because });
      if (stop) return this.#end({ before, teacher, looks, stop });
      await this.#learn(round, look);
    }
  }

  /** What a round begins with: the student's scores on fresh steer samples, and its latency on their prompts. */
  async #look(round: number): Promise<Look> {
    const { suite } = this.#bench;
    const began = this.#seconds;
    const samples = this.#steerSamples(round);
    this.#stage('Evaluate the student on fresh steer samples', round);
    const evaluations = await this.#byStudent(round - 1, `steer-round-${round}`, samples);
    const evaluated = this.#seconds;
    const measurement = await this.#measured(round - 1, samples);
    return {
      steer: scoreboard(evaluations, suite.areas),
      measurement,
      seconds: { evaluate: evaluated - began, measure: this.#seconds - evaluated },
      began,
    };
  }

  /** Ends the loop or lets it go on. Kept in the journal: it hangs on a clock. */
  #decision(looks: readonly Look[]): Promise<z.infer<typeof decisionSchema>> {
    const { targets, budget } = this.#bench.config;
    const round = looks.length;
    return once(this.#bench, 'decide', { round }, decisionSchema, async () => {
      const { steer, measurement, began } = looks.at(-1) as Look;
      const { low, value } = steer.overall.answer;
      const { p95Ms } = measurement.whole;
      const figures = `answer ${percent(value)}, at least ${percent(low)} (target ${percent(targets.answer)}); p95 ${p95Ms.toFixed(0)} ms (target ${targets.p95Ms} ms)`;
      const spent = this.#seconds / 60;
      // Another turn takes about as long as the last one, and the holdout at the end as long as this look at steer.
      const nextTurn = (began - (looks.at(-2)?.began ?? began) + (this.#seconds - began)) / 60;
      const isStuck = looks.length > 2 && [1, 2].every((back) => gain(looks, back) < PLATEAU_GAIN);
      if (low !== null && low >= targets.answer && p95Ms <= targets.p95Ms) {
        return { stop: 'targets-met', because: `Targets met: ${figures}.` };
      }
      if (round > budget.rounds) return { stop: 'rounds', because: `${budget.rounds} rounds are used up: ${figures}.` };
      if (isStuck) return { stop: 'plateau', because: `Two rounds brought no gain: ${figures}.` };
      if (spent + nextTurn > budget.minutes) {
        return { stop: 'minutes', because: `${budget.minutes} minutes leave no time for another round: ${figures}.` };
      }
      return { stop: null, because: `Round ${round}: ${figures}.` };
    });
  }

  /** The rest of a round: allocate, generate, reject, curate, train, export. */
  async #learn(round: number, { steer, measurement, seconds }: Look): Promise<void> {
    const { run, config, suite } = this.#bench;
    const earlier = round > 1 ? await readDataset(run.dataset(round - 1)) : [];
    const allocation = allocate({
      scoreboard: steer,
      areas: suite.areas,
      problems: config.problems,
      target: config.targets.answer,
    });

    this.#stage('Generate candidates and verify them', round);
    const generating = this.#seconds;
    const used = new Set(earlier.map(({ key }) => key));
    const candidates = await this.#timed('generate', { round }, () =>
      candidatesOf(this.#bench, this.#teacher, round, allocation, used),
    );
    const { rows, ...dataset } = curate({ rows: [...earlier, ...rowsOf(candidates)], forbidden: this.#forbidden });
    await writeDataset(run.dataset(round), rows);
    const trained = await this.#trained(round, rows, dataset.hash);
    await this.#exported(round);
    const { hash, steps, tokens, curve, seconds: train } = trained;
    const record: Round = {
      schema: SCHEMA,
      round,
      steer,
      allocation,
      candidates: tally(candidates, suite.areas),
      dataset: { rows: rows.length, ...dataset },
      training: { steps, tokens, curve },
      checkpoint: { path: this.#name(round), hash },
      seconds: { ...seconds, generate: this.#seconds - generating - train, train },
      p95Ms: measurement.whole.p95Ms,
    };
    const lines = run.rounds();
    if (lines.values.length < round) lines.append(record);
    this.#onEvent?.({ kind: 'round', round: record });
  }

  async #trained(round: number, rows: readonly DatasetRow[], dataset: string): Promise<z.infer<typeof trainedSchema>> {
    const { config, signal, tell } = this.#bench;
    const { via: _, method, ...recipe } = config.train;
    const into = this.#directory(round);
    this.#stage(`Train on ${rows.length} traces`, round);
    const result = await once(this.#bench, 'train', { round, dataset }, trainedSchema, async () => {
      const began = performance.now();
      const trained = await this.#trainer.train({
        checkpoint: this.#directory(round - 1),
        dataset: rows,
        recipe: { ...recipe, seed: derivedSeed(config.seed, 'train', round) },
        into,
        manifest: { dataset, round, method, teacher: this.#teacher.fingerprint },
        ...(signal ? { signal } : {}),
        onStep: ({ step, loss }, total) =>
          tell({ kind: 'progress', done: step, total, note: `loss ${loss.toFixed(4)}` }),
      });
      return { ...trained, curve: [...trained.curve], seconds: secondsSince(began) };
    });
    // Only now: a kill between the checkpoint and its line in the journal repeats no step.
    discardProgress(into);
    this.#seconds += result.seconds;
    return result;
  }

  /** Puts a checkpoint's networks beside its weights, after `prepare` has made sure that those are there. */
  async #exported(round: number, prepare: () => void = () => undefined): Promise<void> {
    await this.#timed('export', { round }, () =>
      once(this.#bench, 'exported', { round }, exportedSchema, async () => {
        prepare();
        exportCheckpoint({ directory: this.#directory(round), precisions: PRECISIONS });
        return { hash: checkpointHash(this.#directory(round)) };
      }),
    );
  }

  async #measured(round: number, samples: readonly Sample[]): Promise<Measurement> {
    const { run, config, signal, tell } = this.#bench;
    const { precision, profile } = config.device;
    const checkpoint = this.#name(round);
    this.#stage('Measure latency on this device', round + 1);
    const { measurement, seconds } = await once(
      this.#bench,
      'measure',
      { round, precision },
      measuredSchema,
      async () => {
        const began = performance.now();
        const measured = await measure({
          checkpoint: this.#directory(round),
          precision,
          threads: PROFILE_THREADS[profile],
          requests: spread(samples, MEASURED_PROMPTS),
          maxTokens: config.maxTokens,
          ...(signal ? { signal } : {}),
          onProgress: (done, total) => tell({ kind: 'progress', done, total }),
        });
        return { measurement: { ...measured, checkpoint }, seconds: secondsSince(began) };
      },
    );
    run.writeMeasurement(measurement);
    this.#seconds += seconds;
    return measurement;
  }

  /** Holdout, and stretch where the suite has it: before the first round and after the last. */
  async #onHoldout(round: number, when: 'before' | 'after'): Promise<OnHoldout> {
    this.#stage(`Evaluate the student ${when} distillation on holdout`);
    const holdout = await this.#byStudent(round, `holdout-${when}`, this.#holdout);
    const stretch = this.#stretch.length > 0 ? await this.#byStudent(round, `stretch-${when}`, this.#stretch) : [];
    return { holdout, stretch };
  }

  async #byStudent(round: number, name: string, samples: readonly Sample[]): Promise<readonly Evaluation[]> {
    const student = await openStudent(this.#directory(round), { precision: this.#bench.config.device.precision });
    try {
      return await this.#evaluation(name, student, samples);
    } finally {
      await student.close();
    }
  }

  #evaluation(name: string, model: Model, samples: readonly Sample[]): Promise<readonly Evaluation[]> {
    return this.#timed('evaluate', { name }, () => evaluated(this.#bench, name, model, samples));
  }

  /** Fresh steer samples, each key once: fewer in an area that has fewer keys. */
  #steerSamples(round: number): Sample[] {
    const { suite, config } = this.#bench;
    const samples = suite.areas.flatMap((area) => {
      const random = randomStream(config.seed, 'steer', round, area);
      const drawn = [...drawProblems({ suite, area, split: 'steer', count: config.steerSamples, random })];
      const unique = [...new Map(drawn.map((problem) => [problem.key, problem])).values()];
      return unique.map((problem, index): Sample => {
        return { ...problem, id: `steer-${round}-${area}-${index}`, suite: suite.name, split: 'steer' };
      });
    });
    const needed = samplesToShow(config.targets.answer);
    if (samples.length < needed) {
      throw new ProofstillError(
        'config',
        `${samples.length} steer samples cannot show ${config.targets.answer}: even a perfect score needs ${needed}`,
        {
          place: 'steerSamples',
          hint: 'Raise steerSamples, or lower targets.answer.',
        },
      );
    }
    for (const hash of hashedKeys(samples)) this.#forbidden.add(hash);
    return samples;
  }

  async #end({
    before,
    teacher,
    looks,
    stop,
  }: {
    before: OnHoldout;
    teacher: readonly Evaluation[];
    looks: readonly Look[];
    stop: Stop;
  }): Promise<Summary> {
    const { config, suite } = this.#bench;
    const rounds = looks.length - 1;
    const { steer, measurement } = looks.at(-1) as Look;
    const after = await this.#onHoldout(rounds, 'after');
    const board = (evaluations: readonly Evaluation[]): Summary['before'] => {
      const { overall, areas } = scoreboard(evaluations, suite.areas);
      return { holdout: overall, areas };
    };
    const { p50Ms, p95Ms, p99Ms } = measurement.whole;
    const { tokensPerSecond, precision, threads, device } = measurement;
    return summarySchema.parse({
      schema: SCHEMA,
      seed: config.seed,
      suites: [suite.name],
      teacher: board(teacher),
      before: board(before.holdout),
      after: board(after.holdout),
      steer,
      ...(this.#stretch.length > 0
        ? { stretch: { before: scores(before.stretch), after: scores(after.stretch) } }
        : {}),
      paired: pairedChange(before.holdout, after.holdout),
      agreement: agreement(after.holdout, teacher),
      judges: [
        ...judgeDisagreements('before', before.holdout),
        ...judgeDisagreements('after', after.holdout),
        ...judgeDisagreements('teacher', teacher),
      ],
      latency: { p50Ms, p95Ms, p99Ms, tokensPerSecond, precision, threads, device },
      targets: config.targets,
      targetsMet: stop === 'targets-met',
      stoppedBecause: stop,
      rounds,
      wallSeconds: this.#seconds,
      checkpoint: this.#name(rounds),
      checkpointHash: checkpointHash(this.#directory(rounds)),
      report: 'report.html',
    });
  }

  /** Does `work`, which skips what is on disk already, and adds its first duration to the clock. */
  async #timed<T>(stage: string, inputs: object, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work();
    const { seconds } = await once(this.#bench, `${stage}-seconds`, inputs, secondsSchema, async () => ({
      seconds: secondsSince(began),
    }));
    this.#seconds += seconds;
    return result;
  }

  #stage(title: string, round?: number): void {
    this.#onEvent?.({ kind: 'stage', title, ...(round === undefined ? {} : { round }) });
  }

  /** The student after a round's training, as records name it; round 0 is the student as it came. */
  #name(round: number): string {
    return `checkpoints/round-${round}`;
  }

  #directory(round: number): string {
    return this.#bench.run.checkpoint(round);
  }

  async close(): Promise<void> {
    await this.#trainer.close();
  }
}

interface Look {
  readonly steer: Scoreboard;
  readonly measurement: Measurement;
  readonly seconds: { readonly evaluate: number; readonly measure: number };
  /** The clock when the round began. */
  readonly began: number;
}

interface OnHoldout {
  readonly holdout: readonly Evaluation[];
  readonly stretch: readonly Evaluation[];
}

/** Rise of the pooled answer rate at the look that is `back` before the last but one, 1 being the last. */
function gain(looks: readonly Look[], back: number): number {
  const rate = (look: Look | undefined): number => look?.steer.overall.answer.value ?? 0;
  return rate(looks.at(-back)) - rate(looks.at(-back - 1));
}

/** `count` of the items, evenly spread over their order. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)] as T);
}

/** Counts of drawn and kept candidates by area, and where the others were lost, most frequent first. */
function tally(candidates: readonly Candidate[], areas: readonly string[]): Round['candidates'] {
  const count = (of: (candidate: Candidate) => boolean): Record<string, number> =>
    Object.fromEntries(
      areas.map((area) => [area, candidates.filter((candidate) => candidate.area === area && of(candidate)).length]),
    );
  const lost = new Map<string, Round['candidates']['lost'][number]>();
  for (const { area, check = 'unknown', reason = 'unknown', fate } of candidates) {
    if (fate !== 'rejected') continue;
    const key = JSON.stringify([area, check, reason]);
    lost.set(key, { area, check, reason, count: (lost.get(key)?.count ?? 0) + 1 });
  }
  return {
    drawn: count(() => true),
    kept: count(({ fate }) => fate === 'kept'),
    lost: [...lost.values()].sort((left, right) => right.count - left.count),
  };
}

const secondsSince = (began: number): number => (performance.now() - began) / 1000;

const percent = (share: number | null): string => (share === null ? 'unknown' : `${(100 * share).toFixed(1)}%`);
