/** A run folder: everything that a run made, enough to reproduce and resume it. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { ProofstillError } from '../core/errors.ts';
import type { EvaluationHead } from '../core/evaluated.ts';
import type { Journal } from '../core/journal.ts';
import { parseJson } from '../core/json-lines.ts';
import {
  type Candidate,
  candidateSchema,
  deviceSchema,
  type Evaluation,
  type Measurement,
  type Round,
  roundSchema,
  SCHEMA,
} from '../core/records.ts';
import { type CallsFile, openCalls } from './calls.ts';
import { recordedConfigSchema } from './config.ts';
import { openEvaluationLines } from './evaluation-file.ts';
import { makeFolder, orExplain, UNFINISHED, writeWhole } from './files.ts';
import { type JournalFile, openJournal } from './journal.ts';
import { type LineFile, openLines } from './lines.ts';
import { isLocked, takeLock } from './lock.ts';
import { writeMeasurement } from './measurement-file.ts';
import { VERSION } from './version.ts';

/** `run.json`. A run that was killed still says `running`; nobody holds its lock then. */
const runSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  /** The verb that made it: whoever goes on with it must be the same. */
  by: z.enum(['distill', 'generate']),
  state: z.enum(['running', 'interrupted', 'failed', 'complete']),
  created: z.iso.datetime(),
  versions: z.strictObject({ proofstill: z.string(), node: z.string() }),
  config: recordedConfigSchema,
  /** Absent where nothing is measured. */
  device: deviceSchema.exactOptional(),
});
export type RunRecord = z.infer<typeof runSchema>;
export type RunState = RunRecord['state'];

/** What is known of a run before it begins. */
export type RunSettings = Pick<RunRecord, 'config' | 'device'> & Partial<Pick<RunRecord, 'by'>>;

const FOLDERS = ['evaluations', 'candidates', 'datasets', 'checkpoints', 'measurements'];

/**
 * Makes a new run folder and takes its lock. It may be there already, but must be empty.
 * @param directory its path. @default `runs/<time>` in the working folder
 * @param settings `by` is `distill` where nothing else is said
 * @throws record error where it is a run already, holds other files, cannot be written to, or is in use.
 */
export function createRun(directory: string | undefined, settings: RunSettings): RunFolder {
  const created = new Date().toISOString();
  const path = resolve(directory ?? join('runs', created.replaceAll(/[:.]/g, '-')));
  orExplain(path, () => makeFolder(path));
  return locked(path, (release) => {
    if (existsSync(join(path, 'run.json'))) {
      throw new ProofstillError('record', 'this folder is a run already', {
        place: path,
        hint: 'Go on with it by --resume, or name another folder with --run.',
      });
    }
    const foreign = readdirSync(path).find(
      (name) => name !== LOCK && !FOLDERS.includes(name) && !name.startsWith(UNFINISHED),
    );
    if (foreign) {
      throw new ProofstillError('record', `expected an empty folder for a new run, found ${foreign} in it`, {
        place: path,
        hint: 'Name another folder with --run.',
      });
    }
    orExplain(path, () => {
      for (const folder of FOLDERS) makeFolder(join(path, folder));
    });
    const versions = { proofstill: VERSION, node: process.versions.node };
    const record: RunRecord = { schema: SCHEMA, by: 'distill', state: 'running', created, versions, ...settings };
    writeRecord(path, record);
    return new RunFolder(path, record, release);
  });
}

/**
 * Opens a run to go on with it, and takes its lock.
 * @throws record error where there is no run, a record is corrupt, or it is in use.
 */
export function openRun(directory: string): RunFolder {
  const path = resolve(directory);
  readRun(path);
  refuseReduced(path);
  // Read again under the lock: what another process was doing may have just ended.
  return locked(path, (release) => new RunFolder(path, readRun(path), release));
}

/** Reads `run.json` without taking the lock. @throws record error where there is none or it is corrupt. */
export function readRun(directory: string): RunRecord {
  const file = join(resolve(directory), 'run.json');
  if (!existsSync(file)) {
    throw new ProofstillError('record', 'there is no run in this folder: it has no run.json', {
      place: directory,
      hint: 'Look for its path under runs/, or start a new run without --resume.',
    });
  }
  return parseJson(
    orExplain(file, () => readFileSync(file, 'utf8')),
    runSchema,
    file,
  );
}

/** An open run, by {@link createRun} or {@link openRun}. Its line files are opened when first asked for. */
export class RunFolder implements Disposable {
  readonly directory: string;
  readonly journal: Journal;
  #record: RunRecord;
  readonly #journalFile: JournalFile;
  readonly #lines = new Map<string, LineFile<object>>();
  #calls: CallsFile | undefined;
  readonly #release: () => void;

  constructor(directory: string, record: RunRecord, release: () => void) {
    this.directory = directory;
    this.#record = record;
    this.#journalFile = openJournal(join(directory, 'journal.jsonl'));
    this.journal = this.#journalFile;
    this.#release = release;
  }

  get record(): RunRecord {
    return this.#record;
  }

  setState(state: RunState): void {
    this.#record = { ...this.#record, state };
    writeRecord(this.directory, this.#record);
  }

  /** An absolute path in this folder. */
  path(...parts: string[]): string {
    return join(this.directory, ...parts);
  }

  /** `evaluations/<name>.jsonl`. @throws config error where it holds another evaluation than `head` says */
  evaluations(name: string, head: EvaluationHead): LineFile<Evaluation> {
    return this.#open(this.path('evaluations', `${name}.jsonl`), (file) => openEvaluationLines(file, head));
  }

  /** `candidates/round-<n>.jsonl` */
  candidates(round: number): LineFile<Candidate> {
    return this.#open(this.path('candidates', `round-${round}.jsonl`), (file) => openLines(file, candidateSchema));
  }

  /** `calls.jsonl`, what endpoints have answered. @throws record error at a corrupt line */
  calls(): CallsFile {
    this.#calls ??= openCalls(this.path('calls.jsonl'));
    return this.#calls;
  }

  /** `rounds.jsonl` */
  rounds(): LineFile<Round> {
    return this.#open(this.path('rounds.jsonl'), (file) => openLines(file, roundSchema));
  }

  /** The path of `datasets/round-<n>.jsonl`. */
  dataset(round: number): string {
    return this.path('datasets', `round-${round}.jsonl`);
  }

  /** The path of the checkpoint directory of a round. */
  checkpoint(round: number): string {
    return this.path('checkpoints', `round-${round}`);
  }

  /** Writes `measurements/<checkpoint>-<precision>-<suite>.json`. @returns its path. */
  writeMeasurement(measurement: Measurement): string {
    return writeMeasurement(this.directory, measurement);
  }

  /** Writes a file of this folder whole, e.g. `report.html`. @returns its path. */
  write(name: string, content: string): string {
    const file = this.path(name);
    writeWhole(file, content);
    return file;
  }

  /** Closes every file and gives the lock back. */
  close(): void {
    for (const lines of this.#lines.values()) lines.close();
    this.#lines.clear();
    this.#journalFile.close();
    try {
      this.#calls?.close();
    } finally {
      this.#release();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #open<T extends object>(file: string, open: (file: string) => LineFile<T>): LineFile<T> {
    const lines = (this.#lines.get(file) as LineFile<T> | undefined) ?? open(file);
    this.#lines.set(file, lines as LineFile<object>);
    return lines;
  }
}

const LOCK = 'lock';

/** Takes the lock of a run, whatever its state, for work that is not the run's own. @throws record error where it is in use */
export function lockRun(directory: string): () => void {
  return takeLock(join(resolve(directory), LOCK));
}

/** Whether somebody works on a run. */
export function isInUse(directory: string): boolean {
  return isLocked(join(resolve(directory), LOCK));
}

/** What says that a run has lost something that going on with it needs. */
export const REDUCED = { pruned: 'pruned.json', purged: 'purged.json' } as const;

function refuseReduced(path: string): void {
  const file = Object.values(REDUCED).find((name) => existsSync(join(path, name)));
  if (file === undefined) return;
  const lost = file === REDUCED.pruned ? 'checkpoints' : 'texts';
  throw new ProofstillError('record', `${lost} of this run were deleted: it cannot be gone on with`, {
    place: join(path, file),
    hint: 'Start a new run. The figures of this one are still there: proofstill runs list.',
  });
}

function locked(path: string, open: (release: () => void) => RunFolder): RunFolder {
  const release = takeLock(join(path, LOCK));
  try {
    return open(release);
  } catch (error) {
    release();
    throw error;
  }
}

function writeRecord(path: string, record: RunRecord): void {
  writeWhole(join(path, 'run.json'), `${JSON.stringify(record, null, 2)}\n`);
}
