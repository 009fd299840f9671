/** What `proofstill generate` does, once its flags are read. */

import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { modelName, teacherDecoding } from '../core/endpoint.ts';
import { ProofstillError } from '../core/errors.ts';
import { type Candidate, SCHEMA } from '../core/records.ts';
import type { KeptPrecision } from '../core/statistics/kept-precision.ts';
import type { Suite } from '../core/suite.ts';
import { allocate } from '../generate/allocate.ts';
import { committedProblems } from '../generate/committed.ts';
import { type NamedProblem, problemsOf } from '../generate/problems.ts';
import { funnelTable } from '../report/funnel.ts';
import { findSuite, pinnedModel, pinnedSuite, readableVerifier } from '../resolve.ts';
import type { Spent } from '../run/calls.ts';
import { type RecordedConfig, recordConfig, resolveConfig } from '../run/config.ts';
import { findConfigFile } from '../run/config-file.ts';
import { createRun, openRun, type RunFolder, readRun } from '../run/folder.ts';
import { requireRoom, runNeeds } from '../run/preflight.ts';
import { type Progress, Stages } from '../stages.ts';
import { budgetOf, checkTeacher, openTeacher } from '../teacher.ts';
import { precisionByArea, selectionRates } from '../verify/precision.ts';
import { requireSandboxIsolation } from '../verify/sandbox/isolation.ts';
import { funnel, funnelRows } from '../verify/tally.ts';
import { type CliContext, printJson } from './context.ts';
import { configOf } from './distill-flags.ts';
import { EXIT } from './failure.ts';
import { takeBatchIn, writeBatchOut } from './generate-batch.ts';
import { type GenerateWork, planOf, planText } from './generate-plan.ts';
import { labelledTable } from './labelled-table.ts';
import { type ProgressView, progressView } from './progress.ts';
import type { TeacherFlags } from './teacher-flags.ts';

export interface GenerateFlags extends TeacherFlags {
  readonly problems?: number;
  readonly areas?: string;
  readonly seed?: number;
  readonly config?: string;
  readonly run?: string;
  readonly dryRun: boolean;
  readonly batchOut?: string;
  readonly batchIn?: readonly string[];
  readonly requireIsolation: boolean;
  readonly json: boolean;
}

export async function generateVerb(this: CliContext, flags: GenerateFlags, reference: string): Promise<void> {
  if (flags.requireIsolation) requireSandboxIsolation();
  const suite = await findSuite(reference);
  const config = await configFor(flags, reference);
  const problems = chosenProblems(suite, config, flags.areas);
  const work: GenerateWork = { config, suite, problems };
  const isAsked = flags.batchIn === undefined && flags.batchOut === undefined;
  const note = isAsked ? await checkTeacher(config.teacher, suite) : undefined;
  if (flags.dryRun) {
    const plan = await planOf(work, flags.run);
    if (flags.json) printJson(this, { schema: SCHEMA, ...plan, endpoint: note ?? null });
    else this.process.stdout.write(`${planText(plan, note)}\n`);
    return;
  }
  // Only tokens weigh here: nothing is trained.
  const needs = { rounds: 1, candidates: problems.length * config.trials, weightBytes: 0 };
  const { maxTokens } = teacherDecoding(config.teacher, config.maxTokens);
  const warning = requireRoom(flags.run ?? '.', runNeeds({ ...needs, maxTokens }));
  if (warning !== undefined) this.process.stderr.write(`${warning}\n`);
  using run = openFolder(flags.run, config);
  if (flags.batchOut !== undefined) {
    return writeBatchOut(this, { ...work, run }, flags.batchOut, flags.json);
  }
  if (flags.batchIn !== undefined && !(await takeBatchIn(this, { ...work, run }, flags.batchIn))) return;
  await generated(this, flags, { ...work, run });
}

async function configFor(flags: GenerateFlags, suite: string): Promise<RecordedConfig> {
  const file = flags.config ?? findConfigFile('.');
  const config = await resolveConfig({ ...(file === undefined ? {} : { file }), flags: configOf({ ...flags, suite }) });
  const { teacher } = config;
  return recordConfig({
    ...config,
    suites: [pinnedSuite(suite)],
    teacher: typeof teacher === 'string' ? pinnedModel(teacher) : teacher,
  });
}

function chosenProblems(suite: Suite, { problems, targets, seed }: RecordedConfig, named?: string): NamedProblem[] {
  const areas = named?.split(',').map((area) => area.trim()) ?? suite.areas;
  const unknown = areas.find((area) => !suite.areas.includes(area));
  if (unknown !== undefined) {
    throw new ProofstillError('config', `suite ${suite.name} has no area "${unknown}"`, {
      place: '--areas',
      hint: `It has ${suite.areas.join(', ')}.`,
    });
  }
  const scoreboard = { areas: {} };
  const allocation = allocate({ scoreboard, areas, problems, target: targets.answer });
  if (suite.problem) return [...problemsOf({ suite, allocation, round: 1, seed })];
  const none: ReadonlySet<string> = new Set();
  const committed = committedProblems({ suite, allocation, round: 1, seed, invented: [], asked: none, learnt: none });
  if (committed.length > 0) return committed;
  throw new ProofstillError('suite', 'the suite has neither train samples nor problem(area, random)', {
    place: suite.source ?? `suite ${suite.name}`,
    hint: 'Add samples of split train. New problems are written by distill, which knows where a student fails.',
  });
}

/** A new folder, or one that the same command has begun. Its budget may be another: that decides no record. */
function openFolder(directory: string | undefined, config: RecordedConfig): RunFolder {
  if (directory === undefined || !existsSync(join(directory, 'run.json'))) {
    return createRun(directory, { config, by: 'generate' });
  }
  const began = readRun(directory);
  const same = began.by === 'generate' && isDeepStrictEqual({ ...began.config, budget: 0 }, { ...config, budget: 0 });
  if (same) return openRun(directory);
  throw new ProofstillError('config', 'this folder holds a run of another command or with other settings', {
    place: directory,
    hint: 'Name another folder with --run, or give the settings that it began with: they are in its run.json.',
  });
}

async function generated(
  context: CliContext,
  { json }: GenerateFlags,
  work: GenerateWork & { run: RunFolder },
): Promise<void> {
  const { run, config, suite, problems } = work;
  const folder = relative('.', run.directory) || '.';
  const calls = run.calls();
  const progress = progressView(context.process);
  await using teacher = await openTeacher(config.teacher, suite, { calls, budget: budgetOf(config, calls) });
  const stages = new Stages({
    run,
    config,
    suite,
    teacher: teacher.model,
    condenser: teacher.plain,
    readable: await readableVerifier(),
    signal: context.signal,
    tell: (event) => show(progress, event),
  });
  run.setState('running');
  try {
    progress.say(`Run folder: ${folder}`);
    const { isSpent } = await stages.generate(1, problems);
    const candidates = run.candidates(1).values;
    run.setState(isSpent ? 'interrupted' : 'complete');
    progress.end();
    const { spent } = calls;
    const outcome = { candidates, isSpent, spent, precision: await precisionOf(suite, candidates) };
    if (json) printJson(context, documentOf(work, outcome, folder));
    else context.process.stdout.write(`${textOf(work, outcome, folder)}\n`);
    context.process.exitCode = isSpent ? EXIT.missed : EXIT.done;
  } catch (error) {
    run.setState(context.signal.aborted ? 'interrupted' : 'failed');
    progress.end();
    progress.say(`Nothing is lost. Go on with the same command and --run ${folder}`);
    throw error;
  } finally {
    await stages.close();
  }
}

function show(progress: ProgressView, event: Progress): void {
  if (event.kind === 'stage') progress.stage(event.title);
  else if (event.kind === 'progress') progress.update(event.done, event.total, event.note);
  else if (event.kind === 'note') progress.say(event.text);
}

interface Outcome {
  readonly candidates: readonly Candidate[];
  /** A ceiling was reached before every problem was done. */
  readonly isSpent: boolean;
  readonly spent: Spent;
  /** Of the passing traces, area by area; absent where the suite has no labelled table. */
  readonly precision: Readonly<Record<string, KeptPrecision | null>> | undefined;
}

/** A verifier that accepts one wrong answer in a hundred lets through mostly wrong ones where the teacher is rarely right. */
async function precisionOf(suite: Suite, candidates: readonly Candidate[]): Promise<Outcome['precision']> {
  const labelled = labelledTable(suite);
  if (!labelled) return undefined;
  const rates = await selectionRates(labelled.rows, suite.verify, { sampleOf: labelled.sampleOf });
  return precisionByArea(candidates, rates, suite.areas);
}

function documentOf({ config, suite, problems }: GenerateWork, outcome: Outcome, run: string): object {
  const { candidates, isSpent, spent, precision } = outcome;
  return {
    schema: SCHEMA,
    run,
    suite: suite.name,
    teacher: modelName(config.teacher),
    problems: problems.length,
    stoppedBecause: isSpent ? 'budget' : 'done',
    overall: funnel(candidates, config.rejection),
    areas: funnelRows(candidates, suite.areas, config.rejection),
    precision: precision ?? null,
    spent,
  };
}

function textOf({ config, suite }: GenerateWork, outcome: Outcome, run: string): string {
  const { candidates, isSpent, spent, precision } = outcome;
  const waiting = candidates.filter(({ fate }) => fate === 'waiting').length;
  return [
    funnelTable(funnelRows(candidates, suite.areas, config.rejection), funnel(candidates, config.rejection), precision),
    '',
    ...(spent.calls > 0 ? [spentText(spent)] : []),
    ...(isSpent ? ['A ceiling of the budget is reached: go on with the same command and a higher one.'] : []),
    ...(waiting > 0 ? [`${waiting} traces wait for a person: proofstill review --run ${run}`] : []),
    `Kept in ${run}. A dataset of it: proofstill curate --run ${run}`,
  ].join('\n');
}

function spentText({ calls, tokens, usd, unpriced }: Spent): string {
  const price = unpriced === calls ? 'at no known price' : `$${usd.toFixed(4)}`;
  const others = unpriced > 0 && unpriced < calls ? ` and ${unpriced} calls of no known price` : '';
  return `${calls} calls, ${tokens.in} tokens in and ${tokens.out} out, ${price}${others}.`;
}
