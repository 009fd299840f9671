/** What `proofstill distill` does, once its flags are read. */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { isProofstillError, ProofstillError } from '../core/errors.ts';
import type { Summary } from '../core/records.ts';
import { type DistillEvent, distill } from '../distill.ts';
import { describeDevice } from '../measure/device.ts';
import { terminalReport } from '../report/terminal.ts';
import { type Config, recordConfig, resolveConfig } from '../run/config.ts';
import { findConfigFile } from '../run/config-file.ts';
import { createRun, openRun, type RunFolder, readRun } from '../run/folder.ts';
import { type CliContext, printJson } from './context.ts';
import { EXIT } from './failure.ts';
import { type ProgressView, progressView } from './progress.ts';
import { viewOfRun, writeReport } from './report-of-run.ts';
import { findCheckpoint, findModel, findSuite } from './resolve.ts';

export interface DistillFlags {
  readonly suite?: string;
  readonly teacher?: string;
  readonly student?: string;
  readonly targetAnswer?: number;
  readonly targetP95?: number;
  readonly rounds?: number;
  readonly minutes?: number;
  readonly problems?: number;
  readonly candidates?: number;
  readonly steerSamples?: number;
  readonly epochs?: number;
  readonly learningRate?: number;
  readonly precision?: 'fp32' | 'int8';
  readonly seed?: number;
  readonly config?: string;
  readonly run?: string;
  readonly resume: boolean;
  readonly json: boolean;
}

export async function distillVerb(this: CliContext, flags: DistillFlags): Promise<void> {
  const progress = progressView(this.process);
  const config = flags.resume ? resumedConfig(flags) : await newConfig(flags);
  const [reference, ...others] = config.suites;
  if (typeof reference !== 'string' || others.length > 0) {
    throw new ProofstillError('config', 'this version distils on one suite, given by name or path', {
      place: 'suites',
    });
  }
  const suite = await findSuite(reference);
  const teacher = await findModel(config.teacher, suite);
  using run = openFolder(flags, config);
  const folder = relative('.', run.directory) || '.';
  progress.say(`Run folder: ${folder}`);
  try {
    const onEvent = (event: DistillEvent): void => show(progress, event);
    const summary = await distill({ run, config, suite, teacher, signal: this.signal, onEvent });
    progress.end();
    const report = writeReport(run.directory, suite);
    if (flags.json) printJson(this, summary);
    else
      this.process.stdout.write(
        `${terminalReport(viewOfRun(run.directory, suite))}\nReport: ${relative('.', report)}\n`,
      );
    this.process.exitCode = exitCode(summary);
  } catch (error) {
    progress.end();
    if (isProofstillError(error, 'interrupted') || !isProofstillError(error)) {
      progress.say(`Nothing is lost. Go on with: proofstill distill --resume --run ${folder}`);
    }
    throw error;
  } finally {
    await teacher.close();
  }
}

const exitCode = ({ targetsMet }: Summary): number => (targetsMet ? EXIT.done : EXIT.missed);

function show(progress: ProgressView, event: DistillEvent): void {
  if (event.kind === 'stage') progress.stage(event.round ? `Round ${event.round}: ${event.title}` : event.title);
  else if (event.kind === 'progress') progress.update(event.done, event.total, event.note);
  else if (event.kind === 'note') progress.say(event.text);
  else {
    const { round, candidates, dataset, training } = event.round;
    const sum = (counts: Readonly<Record<string, number>>): number =>
      Object.values(counts).reduce((total, n) => total + n, 0);
    const areas = Object.entries(event.round.allocation).map(([area, problems]) => `${area} ${problems}`);
    progress.say(
      `Round ${round}: ${sum(candidates.kept)} of ${sum(candidates.drawn)} candidates kept (problems: ${areas.join(', ')}), ${dataset.rows} traces learnt in ${training.steps} steps.`,
    );
  }
}

async function newConfig(flags: DistillFlags): Promise<Config> {
  const file = flags.config ?? findConfigFile('.');
  const { suite, teacher, student, problems, candidates, steerSamples, seed } = flags;
  const some = <T extends object>(section: T): T | undefined =>
    Object.values(section).some((value) => value !== undefined) ? section : undefined;
  const config = await resolveConfig({
    ...(file === undefined ? {} : { file }),
    flags: {
      suites: suite === undefined ? undefined : [suite],
      teacher,
      student,
      problems,
      candidates,
      steerSamples,
      seed,
      train: some({ epochs: flags.epochs, learningRate: flags.learningRate }),
      targets: some({ answer: flags.targetAnswer, p95Ms: flags.targetP95 }),
      budget: some({ rounds: flags.rounds, minutes: flags.minutes }),
      device: some({ precision: flags.precision }),
    },
  });
  return { ...config, student: findCheckpoint(config.student) };
}

function resumedConfig(flags: DistillFlags): Config {
  refuseWithResume(flags);
  return readRun(resumedFolder(flags)).config;
}

function openFolder(flags: DistillFlags, config: Config): RunFolder {
  if (flags.resume) return openRun(resumedFolder(flags));
  return createRun(flags.run, { config: recordConfig(config), device: describeDevice() });
}

/** The folder that --run names, else the newest under runs/ that is not complete. */
function resumedFolder({ run }: DistillFlags): string {
  if (run !== undefined) return run;
  const root = resolve('runs');
  const folders = existsSync(root) ? readdirSync(root).map((name) => join(root, name)) : [];
  const [newest] = folders
    .filter((folder) => existsSync(join(folder, 'run.json')) && readRun(folder).state !== 'complete')
    .sort((left, right) => statSync(right).mtimeMs - statSync(left).mtimeMs);
  if (newest) return newest;
  throw new ProofstillError('config', 'there is no unfinished run to go on with', {
    place: root,
    hint: 'Name its folder with --run, or start a new run without --resume.',
  });
}

/** @throws config error naming what only a new run takes */
function refuseWithResume(flags: DistillFlags): void {
  const { resume: _resume, run: _run, json: _json, ...others } = flags;
  const [given] = Object.entries(others).filter(([, value]) => value !== undefined);
  if (!given) return;
  const flag = `--${given[0].replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new ProofstillError('config', 'a resumed run goes on with the config that it began with', {
    place: flag,
    hint: `Leave ${flag} out, or start a new run without --resume.`,
  });
}
