/**
 * Takes the texts out of a run folder and leaves its figures. A text is whatever a model or a person wrote: prompts, traces,
 * answers, notes. Nothing is deleted that Proofstill did not make: what it does not know stays, and is named.
 */

import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isProofstillError, ProofstillError } from '../core/errors.ts';
import type { Evaluated } from '../core/evaluated.ts';
import { SCHEMA } from '../core/records.ts';
import { writeBaseline } from './baseline.ts';
import { surveyEvaluation } from './evaluation-file.ts';
import { orExplain, UNFINISHED, writeWhole } from './files.ts';
import { lockRun, REDUCED } from './folder.ts';
import { takeLock } from './lock.ts';

/** Files and folders that hold texts or are made of them. The journal holds results of any kind, and nothing resumes a purged run. */
const TEXTS = [
  'journal.jsonl',
  'calls.jsonl',
  'candidates',
  'datasets',
  'exports',
  'reviews.jsonl',
  'rescored',
  'report.html',
];
/** Folders of evaluations: heads and verdicts stay, in a baseline's form. */
const EVALUATIONS = ['evaluations', join('baseline', 'evaluations')];
/** Records that hold no texts, but paths, in which a person's name may stand. */
const RECORDS = ['run.json', 'gate.json', 'measurements'];
/** What stays as it is. */
const FIGURES = ['summary.json', 'rounds.jsonl', 'baseline', ...Object.values(REDUCED)];
/** A reviewer's comes beside the run's own. */
const REVIEW_LOCK = 'reviews.lock';
const LOCKS = ['lock', REVIEW_LOCK];
const CHECKPOINTS = 'checkpoints';

export interface PurgeOptions {
  /** What a student learnt from texts it may say again. */
  readonly checkpoints: boolean;
}

/** What a purge does, by names in the run folder. */
export interface PurgePlan {
  readonly deleted: readonly string[];
  /** Evaluations of which only heads and verdicts stay. */
  readonly reduced: readonly string[];
  /** Not made by Proofstill: whether they hold texts, it cannot know. */
  readonly unknown: readonly string[];
}

/** `purged.json` */
export interface Purged extends PurgePlan {
  readonly schema: typeof SCHEMA;
  readonly at: string;
  /** False where it was cut short: purging again finishes it. */
  readonly finished: boolean;
}

/** What {@link purge} would do. @throws record error where the folder holds no run and no evaluation */
export function purgePlan(run: string, { checkpoints }: PurgeOptions): PurgePlan {
  if (!existsSync(join(run, 'run.json')) && !existsSync(join(run, 'evaluations'))) {
    throw new ProofstillError('record', 'there is no run in this folder: neither run.json nor evaluations', {
      place: run,
      hint: 'Name a run folder with --run; proofstill runs list shows them.',
    });
  }
  const names = orExplain(run, () => readdirSync(run)).sort();
  const texts = [...TEXTS, ...(checkpoints ? [CHECKPOINTS] : [])];
  const isText = (name: string): boolean => texts.includes(name) || name.startsWith(UNFINISHED);
  const known = [...EVALUATIONS, ...RECORDS, ...FIGURES, ...LOCKS, CHECKPOINTS];
  return {
    deleted: names.filter(isText),
    reduced: EVALUATIONS.flatMap((folder) => filesIn(run, folder)),
    unknown: names.filter((name) => !isText(name) && !known.includes(name)),
  };
}

/**
 * Takes the texts out of a run folder, under its lock, and says so in `purged.json`. Cut short, it goes on when it is done again.
 * @throws record error where the run is in use, or the system refuses; as {@link purgePlan}
 */
export function purge(run: string, options: PurgeOptions): Purged {
  const release = lockBoth(run);
  try {
    const plan = purgePlan(run, options);
    const record = (finished: boolean): Purged => ({ schema: SCHEMA, at: new Date().toISOString(), finished, ...plan });
    // First, so that nobody goes on with half a run.
    note(run, record(false));
    for (const name of plan.deleted) orExplain(join(run, name), () => rmSync(join(run, name), { recursive: true }));
    for (const name of plan.reduced) reduce(join(run, name));
    for (const file of RECORDS.flatMap((name) => filesIn(run, name))) shortenPaths(join(run, file));
    return note(run, record(true));
  } finally {
    release();
  }
}

function lockBoth(run: string): () => void {
  const release = lockRun(run);
  try {
    const releaseReviews = takeLock(resolve(run, REVIEW_LOCK));
    return () => {
      releaseReviews();
      release();
    };
  } catch (error) {
    release();
    throw error;
  }
}

function note(run: string, record: Purged): Purged {
  writeWhole(join(run, REDUCED.purged), `${JSON.stringify(record, null, 2)}\n`);
  return record;
}

/** The files in a folder of the run, or the name itself where it is a file. */
function filesIn(run: string, name: string): string[] {
  const path = join(run, name);
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [name];
  return orExplain(path, () => readdirSync(path))
    .map((file) => join(name, file))
    .sort();
}

/** Leaves the verdicts of an evaluation. What cannot be read as one is deleted: nobody could say what is in it. */
function reduce(file: string): void {
  const evaluated = evaluatedIn(file);
  if (evaluated === undefined) {
    orExplain(file, () => rmSync(file, { recursive: true }));
    return;
  }
  const head = withoutPaths(evaluated.head) as typeof evaluated.head;
  writeBaseline(file, { evaluations: [{ ...evaluated, head }], measurements: [] });
}

function evaluatedIn(file: string): Evaluated | undefined {
  if (!file.endsWith('.jsonl') || basename(file).startsWith(UNFINISHED)) return undefined;
  try {
    return surveyEvaluation(file);
  } catch (error) {
    if (isProofstillError(error)) return undefined;
    throw error;
  }
}

function shortenPaths(file: string): void {
  if (!file.endsWith('.json')) return;
  const content = orExplain(file, () => readFileSync(file, 'utf8'));
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    // Damaged: whoever reads it is told so, and there is no path to be found in it.
    return;
  }
  writeWhole(file, `${JSON.stringify(withoutPaths(value), null, 2)}\n`);
}

/** An absolute path, also behind a model's kind. */
const ABSOLUTE = /^(replay:)?(?:\/|[A-Za-z]:[\\/]).*?([^\\/]*)[\\/]*$/s;

/** A JSON value in which absolute paths are their last part. */
function withoutPaths(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(ABSOLUTE, '$1$2');
  if (Array.isArray(value)) return value.map(withoutPaths);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutPaths(member)]));
}
