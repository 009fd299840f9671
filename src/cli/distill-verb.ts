/** What `proofstill distill` does, once its flags are read. */

import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { modelName } from '../core/endpoint.ts';
import { isProofstillError, ProofstillError } from '../core/errors.ts';
import type { Summary } from '../core/records.ts';
import { type DistillEvent, type DistillOptions, distill } from '../distill.ts';
import { describeDevice } from '../measure/device.ts';
import { readCheckpoint, readConfig } from '../model/checkpoint.ts';
import { parameterCount } from '../nn/decoder-config.ts';
import { checkPremises } from '../premises.ts';
import { scoreTable, terminalReport } from '../report/terminal.ts';
import { findCheckpoint, findSuite, pinnedModel, pinnedSuite, readableVerifier } from '../resolve.ts';
import { type RecordedConfig, recordConfig, resolveConfig } from '../run/config.ts';
import { findConfigFile } from '../run/config-file.ts';
import { createRun, openRun, readRun } from '../run/folder.ts';
import { LEDGER, noteRead } from '../run/ledger.ts';
import { requireRoom, runNeeds, runPlan } from '../run/preflight.ts';
import { budgetOf, checkTeacher, openTeacher, reviewsOf } from '../teacher.ts';
import { requireSandboxIsolation } from '../verify/sandbox/isolation.ts';
import { type CliContext, printJson } from './context.ts';
import { configOf, type DistillFlags, refuseContradiction } from './distill-flags.ts';
import { EXIT } from './failure.ts';
import { type ProgressView, progressView } from './progress.ts';
import { viewOfRun, writeReport } from './report-of-run.ts';

/** The folder of run folders. */
const RUNS = 'runs';

export async function distillVerb(this: CliContext, flags: DistillFlags): Promise<void> {
  if (flags.requireIsolation) requireSandboxIsolation();
  const resumed = flags.resume ? resumedFolder(flags) : undefined;
  const config = resumed === undefined ? await newConfig(flags) : resumedConfig(flags, resumed);
  const warning = resumed === undefined ? roomWarning(flags.run ?? RUNS, config) : undefined;
  const suite = await findSuite(config.suites[0] as string);
  const { teacher: teacherConfig, mix } = config;
  checkPremises({
    suite,
    config,
    teacher: modelName(teacherConfig),
    generalTeacher: modelName(mix.teacher ?? teacherConfig),
  });
  await checkTeacher(teacherConfig, suite);
  if (mix.teacher !== undefined) await checkTeacher(mix.teacher, suite);
  using run = resumed === undefined ? createRun(flags.run, { config, device: describeDevice() }) : openRun(resumed);
  const calls = run.calls();
  const spending = { calls, budget: budgetOf(config, calls) };
  await using teacher = await openTeacher(teacherConfig, suite, spending);
  await using general = mix.teacher === undefined ? undefined : await openTeacher(mix.teacher, suite, spending);
  await distilled(this, flags, {
    run,
    config,
    suite,
    warning,
    teacher: teacher.model,
    condenser: teacher.plain,
    generalTeacher: general?.plain,
    readable: await readableVerifier(),
    reviews: () => reviewsOf(run.directory),
  });
}

async function distilled(
  context: CliContext,
  { json }: DistillFlags,
  work: Omit<DistillOptions, 'signal' | 'onEvent'> & { readonly warning: string | undefined },
): Promise<void> {
  const { process, signal } = context;
  const { directory } = work.run;
  const folder = relative('.', directory) || '.';
  const progress = progressView(process);
  progress.say(`Run folder: ${folder}`);
  if (work.warning !== undefined) progress.say(work.warning);
  try {
    const summary = await distill({ ...work, signal, onEvent: (event) => show(progress, event) });
    progress.end();
    const view = viewOfRun(directory, work.suite);
    const report = writeReport(directory, view);
    if (json) printJson(context, summary);
    else process.stdout.write(`${terminalReport(view)}\nReport: ${relative('.', report)}\n`);
    process.exitCode = exitCode(summary);
  } catch (error) {
    progress.end();
    if (signal.aborted || !isProofstillError(error)) {
      progress.say(`Nothing is lost. Go on with: proofstill distill --resume --run ${folder}`);
    }
    throw error;
  }
}

const exitCode = ({ targetsMet }: Summary): number => (targetsMet ? EXIT.done : EXIT.missed);

function show(progress: ProgressView, event: DistillEvent): void {
  if (event.kind === 'stage') progress.stage(event.round ? `Round ${event.round}: ${event.title}` : event.title);
  else if (event.kind === 'progress') progress.update(event.done, event.total, event.note);
  else if (event.kind === 'note') progress.say(event.text);
  else if (event.kind === 'read') noteRead(LEDGER, 'distill', event.head);
  else {
    const { round, steer, allocation, candidates, dataset, training } = event.round;
    const sum = (counts: Readonly<Record<string, number>>): number =>
      Object.values(counts).reduce((total, n) => total + n, 0);
    const areas = Object.entries(allocation).map(([area, problems]) => `${area} ${problems}`);
    progress.say(`\nRound ${round}, steer before its training:\n${scoreTable(steer)}`);
    progress.say(
      `Problems: ${areas.join(', ')}. ${sum(candidates.kept)} of ${sum(candidates.drawn)} candidates kept, ${dataset.rows - dataset.general} traces and ${dataset.general} general rows learnt in ${training.steps} steps.\n`,
    );
  }
}

/** @throws before there is a run folder, for whatever can be known to be wrong by then */
async function newConfig(flags: DistillFlags): Promise<RecordedConfig> {
  const file = flags.config ?? findConfigFile('.');
  const config = await resolveConfig({ ...(file === undefined ? {} : { file }), flags: configOf(flags) });
  const [suite, ...others] = config.suites;
  if (typeof suite !== 'string' || others.length > 0) {
    throw new ProofstillError('config', 'this version distils on one suite, given by name or path', {
      place: 'suites',
      hint: "Name one, for example suites: ['quadratics'] or suites: ['my/suite.ts'].",
    });
  }
  const student = findCheckpoint(config.student);
  readCheckpoint(student);
  return recordConfig({
    ...config,
    suites: [pinnedSuite(suite)],
    mix: { ...config.mix, ...(config.mix.prompts === undefined ? {} : { prompts: resolve(config.mix.prompts) }) },
    teacher: typeof config.teacher === 'string' ? pinnedModel(config.teacher) : config.teacher,
    student,
  });
}

/** @throws config error where disk or memory cannot hold the run */
function roomWarning(folder: string, config: RecordedConfig): string | undefined {
  return requireRoom(folder, runNeeds(runPlan(config, 4 * parameterCount(readConfig(config.student)))));
}

function resumedConfig(flags: DistillFlags, folder: string): RecordedConfig {
  if (flags.config !== undefined) {
    throw new ProofstillError('config', 'a resumed run goes on with the config that it began with', {
      place: '--config',
      hint: 'Leave --config out, or start a new run without --resume.',
    });
  }
  const { config, by } = readRun(folder);
  if (by !== 'distill') {
    throw new ProofstillError('config', `this run was made by ${by}`, {
      place: folder,
      hint: `Go on with it by the same command again: proofstill ${by} … --run ${folder}`,
    });
  }
  const { suite, teacher, student } = flags;
  const pinned = {
    ...flags,
    ...(suite === undefined ? {} : { suite: pinnedSuite(suite) }),
    ...(teacher === undefined ? {} : { teacher: pinnedModel(teacher) }),
    ...(student === undefined ? {} : { student: findCheckpoint(student) }),
  };
  // Ceilings of spend decide no record, and raising one is how a run goes on that reached it.
  const { maxUsd: usd = config.budget.usd, maxTotalTokens: tokens = config.budget.tokens, ...others } = pinned;
  refuseContradiction(configOf(others), config);
  const { rounds, minutes } = config.budget;
  const ceilings = { ...(usd === undefined ? {} : { usd }), ...(tokens === undefined ? {} : { tokens }) };
  return { ...config, budget: { rounds, minutes, ...ceilings } };
}

/** The folder that --run names, else the newest under runs/ that is not complete. */
function resumedFolder({ run }: DistillFlags): string {
  if (run !== undefined) return run;
  const [newest] = (existsSync(RUNS) ? readdirSync(RUNS) : [])
    .map((name) => join(RUNS, name))
    .filter((folder) => existsSync(join(folder, 'run.json')))
    .map((folder) => ({ folder, ...readRun(folder) }))
    .filter(({ by, state }) => by === 'distill' && state !== 'complete')
    .sort((left, right) => Date.parse(right.created) - Date.parse(left.created));
  if (newest) return newest.folder;
  throw new ProofstillError('config', 'there is no unfinished run to go on with', {
    place: `${RUNS}/`,
    hint: 'Name its folder with --run, or start a new run without --resume.',
  });
}
