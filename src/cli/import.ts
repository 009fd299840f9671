/** What `proofstill import` does, once its flags are read. */

import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ProofstillError, throwIfInterrupted } from '../core/errors.ts';
import type { ScoredAttempt } from '../core/evaluated.ts';
import { SCHEMA } from '../core/records.ts';
import { scoreboard } from '../evaluate/aggregate.ts';
import { importLog } from '../evaluate/imports/import-log.ts';
import type { Imported, ImportOptions } from '../evaluate/imports/imported.ts';
import { scoreTable } from '../report/terminal.ts';
import { openEvaluation } from '../run/evaluation-file.ts';
import { fileName, makeFolder, orExplain, UNFINISHED } from '../run/files.ts';
import { takeLock } from '../run/lock.ts';
import { nearest } from '../run/nearest.ts';
import { type CliContext, printJson } from './context.ts';

export interface ImportFlags extends Pick<ImportOptions, 'scorer' | 'filter' | 'metric' | 'threshold' | 'area'> {
  readonly run: string;
  readonly json: boolean;
}

/** A log, and where its evaluation goes. */
interface Import {
  readonly log: string;
  readonly imported: Imported;
  readonly file: string;
}

/**
 * Imports logs into a run folder, an evaluation for each task. Every log is read before anything is written, and files
 * get their names when all of them are whole.
 */
export async function importVerb(this: CliContext, flags: ImportFlags, ...logs: string[]): Promise<void> {
  const { run, json, ...options } = flags;
  const imports: Import[] = [];
  for (const log of logs) {
    throwIfInterrupted(this.signal);
    const imported = await importLog(log, { ...options, nearest });
    const file = join(run, 'evaluations', `${safeName(imported.head.suite.name)}.jsonl`);
    refuseTaken(file, log, imports);
    imports.push({ log, imported, file });
  }
  orExplain(run, () => makeFolder(join(run, 'evaluations')));
  const release = takeLock(join(run, 'lock'));
  const unfinished: string[] = [];
  const boards = [];
  try {
    for (const { log, imported, file } of imports) {
      const draft = join(run, 'evaluations', `${UNFINISHED}${process.pid}-${fileName(imported.head.suite.name)}`);
      rmSync(draft, { force: true });
      unfinished.push(draft);
      const attempts = await written(draft, imported, this.signal);
      const { suite, model } = imported.head;
      const { notes } = imported;
      boards.push({ log, file, suite, model, notes, ...scoreboard(attempts, suite.areas) });
    }
    for (const [index, { file }] of imports.entries()) orExplain(file, () => renameSync(unfinished[index]!, file));
  } finally {
    for (const draft of unfinished) rmSync(draft, { force: true });
    release();
  }
  if (json) return printJson(this, { schema: SCHEMA, run, imported: boards });
  for (const { log, file, suite, model, notes, ...board } of boards) {
    const lines = [
      `${suite.name} by ${model.reference}, from ${log}`,
      scoreTable(board),
      ...notes.map((note) => `note: ${note}`),
    ];
    this.process.stdout.write(`${lines.join('\n')}\nKept in ${file}\n\n`);
  }
}

/** A task's name as that of a file: never a path, never hidden. */
function safeName(task: string): string {
  return fileName(task).replace(/^[.-]+/, '') || 'task';
}

function refuseTaken(file: string, log: string, imports: readonly Import[]): void {
  const other = imports.find((one) => one.file === file);
  if (other === undefined && !existsSync(file)) return;
  const message = other
    ? `${other.log} is of the same task`
    : `the run has an evaluation of this task already: ${file}`;
  throw new ProofstillError('config', message, {
    place: log,
    hint: 'Name another folder with --run: one for each model.',
  });
}

async function written(
  file: string,
  { head, evaluations }: Imported,
  signal: AbortSignal,
): Promise<readonly ScoredAttempt[]> {
  const lines = openEvaluation(file, head);
  try {
    for await (const evaluation of evaluations) {
      throwIfInterrupted(signal);
      lines.append(evaluation);
    }
    lines.sync();
    return lines.attempts;
  } finally {
    lines.close();
  }
}
