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
import { DatasetFolder } from '../curate/export/write.ts';
import { generalRows, mix } from '../curate/mix.ts';
import type { StudentForm } from '../curate/student-form.ts';
import type { RecordedConfig } from '../run/config.ts';
import { VERSION } from '../run/version.ts';
import type { CliContext } from './context.ts';
import { candidatesOf, type Forbidden } from './curate-inputs.ts';
import { type ProgressView, progressView } from './progress.ts';

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

const SCRATCH = 'scratch.jsonl';

/** Writes the datasets into `folder`, which is there and empty. @throws record error where no row is left */
export async function curateInto(folder: string, task: CurateTask, context: CliContext): Promise<DatasetRecord> {
  const { config, student, settings, forbidden } = task;
  const datasets = new DatasetFolder(folder, task.formats);
  const { dropped, candidates } = await take(datasets, folder, task, context);
  if (datasets.length === 0) refuseEmpty(task, candidates.kept, dropped);
  for (const row of await generalOf(task, datasets.length)) datasets.addGeneral(row);
  const data = dataTerms(forbidden.own);
  const teacher = modelName(config.teacher);
  return datasets.end({
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
  });
}

interface Taken {
  readonly dropped: Readonly<Record<RowDrop, number>>;
  readonly candidates: CandidateTally;
}

/** Curates every kept candidate into the datasets; by way of a scratch file where long rows have a share of all. */
async function take(datasets: DatasetFolder, folder: string, task: CurateTask, context: CliContext): Promise<Taken> {
  const { config, student, settings, forbidden } = task;
  const { bytes: all, candidates } = candidatesOf(task.run, task.config);
  const turns = new Turns(context);
  const counts = new CandidateCount((stage) => isOn(config, stage));
  const isMixed = settings.long < 1;
  const store = isMixed ? new DiskRows(folder, SCRATCH) : datasets;
  const curator = new Curator({
    forbidden: forbidden.index,
    store,
    nearDuplicates: settings.nearDuplicates,
    student: student?.form,
    rowLength: settings.rowLength ?? undefined,
  });
  /** Numbers of the long rows, ascending. */
  const long: number[] = [];
  turns.begin('Curate candidates (MB)', Math.ceil(all / 1e6));
  for (const { candidate, isReviewed, bytes } of candidates) {
    if (turns.isOver()) await turns.next(Math.floor(bytes / 1e6));
    counts.take(candidate, isReviewed);
    if (candidate.fate !== 'kept') continue;
    const { key, area, prompt, output, id, attempt } = candidate;
    const row = { schema: SCHEMA, key, area, prompt, text: output.text, from: `${id}#${attempt}` } as const;
    const { drop, tokens = output.tokens.out } = curator.take(row);
    if (isMixed && drop === undefined && tokens >= settings.longAbove) long.push(store.length - 1);
  }
  const isKept = longRows(long.length, { others: store.length - long.length, share: settings.long });
  const surplus = new Set(long.filter((_, index) => !isKept(index)));
  if (store instanceof DiskRows) {
    turns.begin('Write datasets', store.length);
    for (let index = 0; index < store.length; index++) {
      if (turns.isOver()) await turns.next(index);
      if (!surplus.has(index)) datasets.add(store.at(index));
    }
    store.end();
    rmSync(join(folder, SCRATCH));
  }
  turns.end();
  return { dropped: { ...curator.dropped, 'long-share': surplus.size }, candidates: counts.tally };
}

/** Long work in turns: a signal is heard, and a bar drawn, between two of them only. */
class Turns {
  readonly #context: CliContext;
  readonly #progress: ProgressView;
  #total = 0;
  #work = 0;

  constructor(context: CliContext) {
    this.#context = context;
    this.#progress = progressView(context.process);
  }

  begin(title: string, total: number): void {
    this.#progress.stage(title);
    this.#total = total;
  }

  /** Asked once for each piece of work. */
  isOver(): boolean {
    return this.#work++ % 256 === 0;
  }

  async next(done: number): Promise<void> {
    await setImmediate();
    if (this.#context.signal.aborted) this.end();
    throwIfInterrupted(this.#context.signal);
    this.#progress.update(done, this.#total);
  }

  end(): void {
    this.#progress.end();
  }
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
