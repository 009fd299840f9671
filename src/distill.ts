/**
 * The loop: measure the student, see where it falls short, have the teacher show how, keep what verifies, train, measure
 * again; until accuracy and latency targets hold on one checkpoint, or the budget or a plateau ends it. Holdout is read
 * before the first round and after the last, and nothing in between knows more of it than hashes of its keys.
 */

import { cpSync } from 'node:fs';
import { z } from 'zod';
import { teacherDecoding } from './core/endpoint.ts';
import { ProofstillError } from './core/errors.ts';
import { contentHash } from './core/hash.ts';
import type { Model } from './core/output.ts';
import {
  type Candidate,
  type DatasetRow,
  type Evaluation,
  type Measurement,
  type Round,
  SCHEMA,
  type Scoreboard,
  STOPS,
  type Stop,
  type Summary,
  summarySchema,
} from './core/records.ts';
import type { Sample, Split } from './core/sample.ts';
import { randomStream } from './core/seed.ts';
import type { Suite } from './core/suite.ts';
import { statusOf } from './core/verdict.ts';
import { curate } from './curate/curate.ts';
import { writeDataset } from './curate/dataset.ts';
import { ContaminationIndex } from './curate/decontaminate.ts';
import { mix } from './curate/mix.ts';
import { studentForm } from './curate/student-form.ts';
import { scoreboard, scores } from './evaluate/aggregate.ts';
import { agreement, judgeDisagreements, pairedChange } from './evaluate/agreement.ts';
import { answerPrompts, readGeneralSources } from './general-rows.ts';
import { allocate } from './generate/allocate.ts';
import { type SteerSample, steerSamples } from './generate/steer.ts';
import { checkpointHash } from './model/checkpoint.ts';
import { findVerifier } from './named-verifiers.ts';
import { checkPremises } from './premises.ts';
import type { Config } from './run/config.ts';
import type { RunFolder } from './run/folder.ts';
import { type Progress, Stages, type StagesOptions } from './stages.ts';
import { TrainProblems } from './train-problems.ts';
import { tally } from './verify/tally.ts';

export interface DistillOptions extends Pick<StagesOptions, 'condenser' | 'readable' | 'reviews'> {
  readonly run: RunFolder;
  /** Resolved, its `student` an absolute directory. */
  readonly config: Config;
  readonly suite: Suite;
  readonly teacher: Model;
  /** Answers the general prompts of `mix.prompts`. @default the teacher without a template */
  readonly generalTeacher?: Model | undefined;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: DistillEvent) => void;
}

export type DistillEvent = Progress | { readonly kind: 'round'; readonly round: Round };

/** A round that raises the pooled steer accuracy by less than this, twice in a row, is a plateau. */
const PLATEAU_GAIN = 0.005;

const begunSchema = z.object({ suite: z.string(), general: z.string() });
const decisionSchema = z.object({ stop: z.enum(STOPS).nullable(), because: z.string() });

/**
 * Runs the loop in `run`, or goes on with it, writes its `summary.json` and returns it.
 * @throws as {@link checkPremises}, before anything is asked; whatever a stage throws, the run then being resumable;
 * `interrupted` once `signal` is aborted.
 */
export async function distill(options: DistillOptions): Promise<Summary> {
  const { run, signal } = options;
  const stages = new Stages({ ...options, tell: (progress) => options.onEvent?.(progress) });
  run.setState('running');
  try {
    const summary = await new Loop(options, stages).turn();
    run.write('summary.json', `${JSON.stringify(summary, null, 2)}\n`);
    run.setState('complete');
    return summary;
  } catch (error) {
    run.setState(signal?.aborted ? 'interrupted' : 'failed');
    throw error;
  } finally {
    await stages.close();
  }
}

/** What a round begins with: the student's scores on fresh steer samples, and what it costs on their prompts. */
interface Look {
  readonly steer: Scoreboard;
  readonly failing: readonly SteerSample[];
  readonly measurement: Measurement;
  readonly seconds: { readonly evaluate: number; readonly measure: number };
  /** The clock when the round began. */
  readonly began: number;
}

interface OnHoldout {
  readonly holdout: readonly Evaluation[];
  readonly stretch: readonly Evaluation[];
}

class Loop {
  readonly #options: DistillOptions;
  readonly #stages: Stages;
  readonly #holdout: readonly Sample[];
  readonly #stretch: readonly Sample[];
  /** Hashes of what must not be learnt: holdout's from the start, steer's as they are drawn. */
  readonly #forbidden: ContaminationIndex;
  readonly #problems: TrainProblems;
  /** So that the student does not forget what it could do. */
  #general: readonly DatasetRow[] = [];
  /** What earlier rounds kept of the teacher. */
  #reasoning: readonly DatasetRow[] = [];
  /** A ceiling of spend is reached: the teacher can be asked no more. */
  #isSpent = false;

  constructor(options: DistillOptions, stages: Stages) {
    const ofSplit = (split: Split): Sample[] => options.suite.samples.filter((sample) => sample.split === split);
    this.#options = options;
    this.#stages = stages;
    this.#holdout = ofSplit('holdout');
    this.#stretch = ofSplit('stretch');
    this.#forbidden = new ContaminationIndex([...this.#holdout, ...this.#stretch, ...ofSplit('steer')]);
    const { suite, teacher, condenser, config, signal } = options;
    const decoding = { ...teacherDecoding(config.teacher, config.maxTokens), seed: config.seed };
    this.#problems = new TrainProblems({
      ...{ stages, suite, teacher, writer: condenser, signal, decoding },
      keepsDoubtful: config.rejection.person !== 'off',
      say: (text) => this.#note(text),
    });
  }

  async turn(): Promise<Summary> {
    const { config } = this.#options;
    await this.#begin();
    await this.#stages.export(0, () => cpSync(config.student, this.#stages.directory(0), { recursive: true }));
    const before = await this.#onHoldout(0, 'before');
    const teacher = await this.#stages.evaluateTeacher('holdout-teacher', this.#holdout);
    const looks: Look[] = [];
    for (let round = 1; ; round++) {
      const look = await this.#look(round);
      looks.push(look);
      const { stop, because } = await this.#decide(looks);
      this.#note(because);
      if (stop) return this.#end({ before, teacher, looks, stop });
      if (!(await this.#learn(round, look))) return this.#end({ before, teacher, looks, stop: 'spend' });
    }
  }

  /** A resumed run must be asked what it was asked before. */
  async #begin(): Promise<void> {
    const { run, suite, config, teacher, condenser = teacher, generalTeacher = condenser, signal } = this.#options;
    const { name, version, samples, verify } = suite;
    checkPremises({ suite, config, teacher: teacher.fingerprint, generalTeacher: generalTeacher.fingerprint });
    const { brought, prompts } = await readGeneralSources(config);
    const current = {
      suite: contentHash({ name, version, samples, verifier: verify.version }),
      general: contentHash({ brought, prompts }),
    };
    const begun = await this.#stages.once('begin', {}, begunSchema, async () => current);
    const isSuite = begun.suite !== current.suite;
    if (isSuite || begun.general !== current.general) {
      const changed = isSuite
        ? `suite ${name}`
        : 'what general rows come from (general.jsonl of the student, mix.prompts)';
      throw new ProofstillError('record', `${changed} has changed since this run began`, {
        place: run.directory,
        hint: 'Start a new run, or go back to what it began with.',
      });
    }
    const general = { run, config, stages: this.#stages, teacher: generalTeacher, signal };
    const { readable = await findVerifier('readable') } = this.#options;
    const say = (text: string): void => this.#note(text);
    this.#general = [...brought, ...(await answerPrompts(prompts, { ...general, readable, say }))];
    if (config.mix.general > 0 && this.#general.length === 0) {
      this.#note(`${config.student} brings no general.jsonl: it may forget what it could do.`);
    }
  }

  async #look(round: number): Promise<Look> {
    const stages = this.#stages;
    const began = stages.seconds;
    const { suite, config } = this.#options;
    const perArea = config.steerSamples;
    const samples = steerSamples({ suite, round, perArea, seed: config.seed, target: config.targets.answer });
    this.#forbidden.add(samples);
    const evaluations = await stages.evaluateStudent(round - 1, `steer-round-${round}`, samples);
    const evaluated = stages.seconds;
    const measurement = await stages.measure(round - 1, samples);
    const steer = scoreboard(evaluations, suite.areas);
    const failed = new Set(
      evaluations.flatMap(({ sample, verdict }) => (statusOf(verdict, 'answer') === 'fail' ? sample : [])),
    );
    const failing = samples.filter(({ id }) => failed.has(id));
    const took = { evaluate: evaluated - began, measure: stages.seconds - evaluated };
    return { steer, failing, measurement, seconds: took, began };
  }

  /** Ends the loop or lets it go on. Kept in the journal, for it hangs on a clock. */
  #decide(looks: readonly Look[]): Promise<z.infer<typeof decisionSchema>> {
    const { targets, budget } = this.#options.config;
    const round = looks.length;
    return this.#stages.once('decide', { round }, decisionSchema, async () => {
      const { steer, measurement, began } = looks.at(-1) as Look;
      const { low, value } = steer.overall.answer;
      const { p95Ms } = measurement.whole;
      const figures = `answer ${percent(value)}, at least ${percent(low)} (target ${percent(targets.answer)}); p95 ${p95Ms.toFixed(0)} ms (target ${targets.p95Ms} ms)`;
      if (low !== null && low >= targets.answer && p95Ms <= targets.p95Ms) {
        return { stop: 'targets-met', because: `Targets met: ${figures}.` };
      }
      if (this.#isSpent) return { stop: 'spend', because: `The budget of the teacher is spent: ${figures}.` };
      if (round > budget.rounds) return { stop: 'rounds', because: `${budget.rounds} rounds are used up: ${figures}.` };
      if (round > 2 && gain(looks, 1) < PLATEAU_GAIN && gain(looks, 2) < PLATEAU_GAIN) {
        return { stop: 'plateau', because: `Two rounds brought no gain: ${figures}.` };
      }
      // Another round takes about as long as the last, and holdout at the end as long as this look at steer.
      const { seconds } = this.#stages;
      const lastRound = began - (looks.at(-2)?.began ?? began);
      if (seconds + lastRound + (seconds - began) > 60 * budget.minutes) {
        return { stop: 'minutes', because: `${budget.minutes} minutes leave no time for another round: ${figures}.` };
      }
      return { stop: null, because: `Before round ${round}: ${figures}.` };
    });
  }

  /**
   * The rest of a round: allocate, generate, reject, curate, train, export.
   * @returns whether there was anything to learn; otherwise the budget of the teacher was spent before
   */
  async #learn(round: number, { steer, failing, measurement, seconds }: Look): Promise<boolean> {
    const { run, config, suite, onEvent } = this.#options;
    const stages = this.#stages;
    const began = stages.seconds;
    const { areas } = suite;
    const allocation = allocate({ scoreboard: steer, areas, problems: config.problems, target: config.targets.answer });
    const learnt = new Set(this.#reasoning.map(({ key }) => key));
    const isForbidden = (prompt: string, key: string): boolean =>
      this.#forbidden.find({ key, prompt, text: '' }) !== undefined;
    const posed = await this.#problems.ofRound({ round, allocation, failing, learnt, isForbidden });
    const { candidates, isSpent } = await stages.candidates(round, posed.problems);
    const generate = stages.seconds - began;
    this.#isSpent = isSpent || posed.isSpent;
    const isAnythingKept = candidates.some(({ fate }) => fate === 'kept');
    if (this.#isSpent && !isAnythingKept) return false;
    const { rowLength } = config.train;
    const student = studentForm(config.student);
    const { rows: reasoning, ...dropped } = curate({
      rows: [...this.#reasoning, ...rowsOf(candidates)],
      forbidden: this.#forbidden,
      nearDuplicates: config.curate.nearDuplicates,
      mix: config.mix,
      student,
      rowLength,
    });
    this.#reasoning = reasoning;
    if (reasoning.length === 0) throw nothingToLearn(round, candidates.length);
    const general = mix({
      reasoning: reasoning.length,
      general: this.#general.filter((row) => student.fits(row, rowLength) && !this.#forbidden.find(row)),
      share: config.mix.general,
      random: randomStream(config.seed, 'general', round),
    });
    const rows = [...reasoning, ...general];
    const dataset = { rows: rows.length, general: general.length, ...dropped, hash: contentHash(rows) };
    await writeDataset(run.dataset(round), rows);
    const { hash, seconds: train, ...training } = await stages.train(round, rows, dataset.hash);
    await stages.export(round);
    const record: Round = {
      schema: SCHEMA,
      round,
      steer,
      allocation,
      candidates: tally(candidates, areas, config.rejection),
      dataset,
      training,
      checkpoint: { path: stages.name(round), hash },
      seconds: { ...seconds, generate, train },
      p95Ms: measurement.whole.p95Ms,
    };
    const lines = run.rounds();
    if (lines.values.length < round) lines.append(record);
    onEvent?.({ kind: 'round', round: record });
    return true;
  }

  /** Holdout, and stretch where the suite has it: before the first round and after the last. */
  async #onHoldout(round: number, when: 'before' | 'after'): Promise<OnHoldout> {
    const evaluated = (split: Split, samples: readonly Sample[]): Promise<readonly Evaluation[]> =>
      this.#stages.evaluateStudent(round, `${split}-${when}`, samples);
    const holdout = await evaluated('holdout', this.#holdout);
    return { holdout, stretch: this.#stretch.length > 0 ? await evaluated('stretch', this.#stretch) : [] };
  }

  #note(text: string): void {
    this.#options.onEvent?.({ kind: 'note', text });
  }

  async #end(known: {
    before: OnHoldout;
    teacher: readonly Evaluation[];
    looks: readonly Look[];
    stop: Stop;
  }): Promise<Summary> {
    const { config, suite } = this.#options;
    const { before, teacher, looks, stop } = known;
    const rounds = looks.length - 1;
    const { steer, measurement } = looks.at(-1) as Look;
    const after = await this.#onHoldout(rounds, 'after');
    const board = (evaluations: readonly Evaluation[]): Summary['before'] => {
      const { overall, areas } = scoreboard(evaluations, suite.areas);
      return { holdout: overall, areas };
    };
    const { p50Ms, p95Ms, p99Ms } = measurement.whole;
    const { tokensPerSecond, precision, threads, device } = measurement;
    const hasStretch = this.#stretch.length > 0;
    return summarySchema.parse({
      schema: SCHEMA,
      seed: config.seed,
      suites: [suite.name],
      teacher: board(teacher),
      before: board(before.holdout),
      after: board(after.holdout),
      steer,
      ...(hasStretch ? { stretch: { before: scores(before.stretch), after: scores(after.stretch) } } : {}),
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
      wallSeconds: this.#stages.seconds,
      checkpoint: this.#stages.name(rounds),
      checkpointHash: checkpointHash(this.#stages.directory(rounds)),
      report: 'report.html',
    });
  }
}

/** What the student may learn of the candidates. */
function rowsOf(candidates: readonly Candidate[]): DatasetRow[] {
  return candidates
    .filter(({ fate }) => fate === 'kept')
    .map(({ id, attempt, key, area, prompt, output }) => {
      return { schema: SCHEMA, key, area, prompt, text: output.text, from: `${id}#${attempt}` };
    });
}

function nothingToLearn(round: number, candidates: number): ProofstillError {
  return new ProofstillError('model', `of ${candidates} candidates none may be learnt from`, {
    place: `round ${round}`,
    hint: `candidates/round-${round}.jsonl says why each was rejected: name another teacher, raise trials, or switch a stage of rejection off.`,
  });
}

/** How much the pooled answer rate rose from one look to the next, `back` looks before the end; 1 is the last rise. */
function gain(looks: readonly Look[], back: number): number {
  const rate = (look: Look | undefined): number => look?.steer.overall.answer.value ?? 0;
  return rate(looks.at(-back)) - rate(looks.at(-back - 1));
}

const percent = (share: number | null): string => (share === null ? 'unknown' : `${(100 * share).toFixed(1)}%`);
