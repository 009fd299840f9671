/** What `proofstill curate` does, once its flags are read. */

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ProofstillError } from '../core/errors.ts';
import { REJECTION_STAGES } from '../core/records.ts';
import type { Format } from '../curate/export/formats.ts';
import type { DatasetRecord } from '../curate/export/record.ts';
import { studentForm } from '../curate/student-form.ts';
import { visible } from '../report/decision-text.ts';
import { table } from '../report/terminal.ts';
import { findCheckpoint } from '../resolve.ts';
import { makeFolder, orExplain, UNFINISHED } from '../run/files.ts';
import { readRun } from '../run/folder.ts';
import { type CliContext, printJson } from './context.ts';
import { type CurateTask, curateInto } from './curate-dataset.ts';
import { forbiddenOf } from './curate-inputs.ts';

export interface CurateFlags {
  readonly run: string;
  readonly out?: string;
  readonly format: readonly Format[];
  readonly student?: string;
  readonly rowLength?: number;
  readonly suite?: readonly string[];
  readonly general?: number;
  readonly nearDuplicates?: number;
  readonly json: boolean;
}

export async function curateVerb(this: CliContext, flags: CurateFlags): Promise<void> {
  const { run, json } = flags;
  const { config } = readRun(run);
  const out = resolve(flags.out ?? join(run, 'datasets', 'curated'));
  refuseTaken(out);
  const name = flags.student ?? config.student;
  const directory = name === 'none' ? undefined : findCheckpoint(name);
  const task: CurateTask = {
    run,
    config,
    formats: flags.format,
    forbidden: await forbiddenOf(run, config.suites, flags.suite ?? []),
    ...(directory === undefined ? {} : { student: { directory, name, form: studentForm(directory) } }),
    settings: {
      nearDuplicates: flags.nearDuplicates ?? config.curate.nearDuplicates,
      rowLength: directory === undefined ? null : (flags.rowLength ?? config.train.rowLength),
      general: flags.general ?? config.mix.general,
      long: config.mix.long,
      longAbove: config.mix.longAbove,
    },
  };
  const draft = join(dirname(out), `${UNFINISHED}${process.pid}-${basename(out)}`);
  orExplain(out, () => {
    makeFolder(dirname(out));
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft);
  });
  try {
    const record = await curateInto(draft, task, this);
    orExplain(out, () => takePlace(draft, out));
    if (json) return printJson(this, { out, ...record });
    this.process.stdout.write(`${summary(record)}\nKept in ${out}\n`);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function refuseTaken(out: string): void {
  if (!existsSync(out) || existsSync(join(out, 'dataset.json'))) return;
  if (orExplain(out, () => readdirSync(out)).length === 0) return;
  throw new ProofstillError('config', 'this folder holds something else than a dataset of ours', {
    place: out,
    hint: 'Name another folder with --out.',
  });
}

/** An earlier dataset goes only when the new one is whole. */
function takePlace(draft: string, out: string): void {
  const old = `${draft}-old`;
  if (existsSync(out)) renameSync(out, old);
  renameSync(draft, out);
  rmSync(old, { recursive: true, force: true });
}

function summary({ candidates, rows, files }: DatasetRecord): string {
  const steps: [string, number][] = [
    ['drawn', candidates.drawn],
    ['rejected', candidates.rejected],
    ...REJECTION_STAGES.flatMap((stage): [string, number][] => {
      const sum = Object.values(candidates.areas)
        .flatMap((teachers) => Object.values(teachers))
        .reduce((total, { rejected }) => total + (rejected[stage] ?? 0), 0);
      return sum > 0 ? [[`  by ${stage}`, sum]] : [];
    }),
    ['spare', candidates.spare],
    ['waiting for a person', candidates.waiting],
    ['kept', candidates.kept],
    ...Object.entries(rows.dropped),
    ['general', rows.general],
    ['rows', rows.total],
  ];
  const lines = steps.map(([step, count]) => [step, count.toLocaleString('en-US')]);
  const size = (bytes: number): string =>
    bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  const written = files.map(({ name, bytes }) => `${visible(name, 80)}  ${size(bytes)}`);
  return `${table(['candidates', 'count'], lines)}\n\n${written.join('\n')}`;
}
