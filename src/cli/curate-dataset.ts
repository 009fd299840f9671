/** A run's candidates into a folder of datasets, streamed: what `proofstill curate` takes its time for. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { modelName } from '../core/endpoint.ts';
import { ProofstillError, throwIfInterrupted } from '../core/errors.ts';
import { type DatasetRow, type RejectionStage, SCHEMA } from '../core/records.ts';
import { randomStream } from '../core/seed.ts';
import { Curator, longRows } from '../curate/curator.ts';
import { DiskRows } from '../curate/disk-rows.ts';
import type { Format } from '../curate/export/formats.ts';
import { CandidateCount, type CandidateTally, type DatasetRecord, type RowDrop } from '../curate/export/record.ts';
import { baseTerms, dataTerms, teacherTerms } from '../curate/export/terms.ts';
import { writeDatasets } from '../curate/export/write.ts';
import { generalRows, mix } from '../curate/mix.ts';
import type { StudentForm } from '../curate/student-form.ts';
import type { RecordedConfig } from '../run/config.ts';
import { VERSION } from '../run/version.ts';
import type { CliContext } from './context.ts';
import { candidatesOf, type Forbidden } from './curate-inputs.ts';
import { progressView } from './progress.ts';

/** What flags and the run's config say together. */
export interface CurateTask {
  readonly run: string;
  readonly config: RecordedConfig;
  readonly formats: readonly Format[];
  readonly forbidden: Forbidden;
  /** The directory of the student, and how it reads rows; absent where none is asked. */
  readonly student?: { readonly directory: string; readonly name: string; readonly form: StudentForm };
  readonly settings: DatasetRecord['settings'];
}

/** As `readDataset` reads it. */
const ROWS = 'rows.jsonl';
const SCRATCH = 'scratch.jsonl';

/** Writes the datasets into `folder`, which is there and empty. @throws record error where no row is left */
export async function curateInto(folder: string, task: CurateTask, context: CliContext): Promise<DatasetRecord> {
  const { config, student, settings, forbidden, formats } = task;
  const { rows, dropped, candidates } = await taken(folder, task, context);
  const general = await generalOf(task, rows.length);
  for (const row of general) rows.add(row);
  const data = dataTerms(forbidden.own);
  const teacher = modelName(config.teacher);
  const progress = progressView(context.process);
  progress.stage('Write datasets');
  try {
    return await writeDatasets(folder, {
      formats,
      rows,
      general: general.length,
      signal: context.signal,
      onProgress: progress.update,
      record: {
        schema: SCHEMA,
        proofstill: VERSION,
        teacher,
        student: student?.name ?? null,
        seed: config.seed,
        forbidden: {
          suites: forbidden.suites.map((suite) => `${suite.name}@${suite.version}`),
          problems: forbidden.problems,
        },
        settings,
        candidates,
        dropped,
        terms: {
          teacher: teacherTerms(teacher, data),
          base: student ? baseTerms(student.directory) : { says: 'unknown: no student was named.' },
          data,
        },
      },
    });
  } finally {
    progress.end();
  }
}

interface Taken {
  readonly rows: DiskRows;
  readonly dropped: Readonly<Record<RowDrop, number>>;
  readonly candidates: CandidateTally;
}

/** Curates every kept candidate. What it compares with is free when this returns. */
async function taken(folder: string, task: CurateTask, context: CliContext): Promise<Taken> {
  const { config, student, settings, forbidden } = task;
  const { bytes: all, candidates } = candidatesOf(task.run, task.config);
  const progress = progressView(context.process);
  const counts = new CandidateCount((stage) => isOn(config, stage));
  // Which long rows are too many is known when all have been seen.
  const isMixed = settings.long < 1;
  const store = new DiskRows(folder, isMixed ? SCRATCH : ROWS);
  const curator = new Curator({
    forbidden: forbidden.index,
    store,
    nearDuplicates: settings.nearDuplicates,
    student: student?.form,
    rowLength: settings.rowLength ?? undefined,
  });
  /** Numbers of the long rows, ascending. */
  const long: number[] = [];
  let line = 0;
  progress.stage('Curate candidates (MB)');
  try {
    for (const { candidate, isReviewed, bytes } of candidates) {
      if (line++ % 256 === 0) {
        // A signal is heard between two turns only.
        await setImmediate();
        throwIfInterrupted(context.signal);
        progress.update(Math.floor(bytes / 1e6), Math.ceil(all / 1e6));
      }
      counts.take(candidate, isReviewed);
      if (candidate.fate !== 'kept') continue;
      const { key, area, prompt, output, id, attempt } = candidate;
      const row = { schema: SCHEMA, key, area, prompt, text: output.text, from: `${id}#${attempt}` } as const;
      const { drop, tokens = output.tokens.out } = curator.take(row);
      if (isMixed && drop === undefined && tokens >= settings.longAbove) long.push(store.length - 1);
    }
  } finally {
    progress.end();
  }
  const isKept = longRows(long.length, { others: store.length - long.length, share: settings.long });
  const surplus = new Set(long.filter((_, index) => !isKept(index)));
  const dropped = { ...curator.dropped, 'long-share': surplus.size };
  const rows = isMixed ? without(surplus, store, folder) : store;
  if (rows.length === 0) refuseEmpty(task, counts.tally.kept, dropped);
  return { rows, dropped, candidates: counts.tally };
}

/** The rows but for some, by number, in a file of their own. */
function without(left: ReadonlySet<number>, store: DiskRows, folder: string): DiskRows {
  const rows = new DiskRows(folder, ROWS);
  for (let index = 0; index < store.length; index++) if (!left.has(index)) rows.add(store.at(index));
  store.end();
  rmSync(join(folder, SCRATCH));
  return rows;
}

/** General rows of the student that go with so many reasoning rows. */
async function generalOf(
  { student, settings, forbidden, config }: CurateTask,
  reasoning: number,
): Promise<DatasetRow[]> {
  if (!student || settings.general === 0) return [];
  const { directory, form } = student;
  const fitting = (await generalRows(directory)).filter(
    (row) => form.fits(row, settings.rowLength ?? Number.POSITIVE_INFINITY) && !forbidden.index.find(row),
  );
  const random = randomStream(config.seed, 'general', 'curate');
  return mix({ reasoning, general: fitting, share: settings.general, random });
}

function isOn({ rejection }: RecordedConfig, stage: RejectionStage): boolean {
  return stage === 'person' || rejection[stage];
}

function refuseEmpty(
  { settings, student }: CurateTask,
  kept: number,
  dropped: Readonly<Record<string, number>>,
): never {
  const reasons = Object.entries(dropped).filter(([, count]) => count > 0);
  const why = kept === 0 ? 'no candidate was kept' : reasons.map(([reason, count]) => `${count} ${reason}`).join(', ');
  const isStudent = dropped['too-long'] || dropped['template-lost'];
  throw new ProofstillError('record', `no row is left: ${why}`, {
    place: student?.directory ?? 'candidates',
    hint: isStudent
      ? `Name the student that is to learn with --student, or allow it more than ${settings.rowLength} tokens with --row-length.`
      : 'See why with proofstill report, and draw more candidates.',
  });
}
