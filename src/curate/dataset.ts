/** Datasets as JSON lines: `{"schema":1,"key":…,"area":…,"prompt":…,"text":…}`. */

import { readFile, rename, writeFile } from 'node:fs/promises';
import { messageOf, ProofstillError } from '../core/errors.ts';
import { parseJsonLines } from '../core/json-lines.ts';
import { type DatasetRow, datasetRowSchema } from '../core/records.ts';

/** Writes a dataset whole: a kill leaves the old file or the new one. @throws record error */
export async function writeDataset(file: string, rows: readonly DatasetRow[]): Promise<void> {
  const unfinished = `${file}.unfinished-${process.pid}`;
  await explained(file, async () => {
    await writeFile(unfinished, rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { flush: true });
    await rename(unfinished, file);
  });
}

/** Reads a dataset. @throws record error with `file:line` at the first line that is not a row. */
export async function readDataset(file: string): Promise<DatasetRow[]> {
  return parseJsonLines(await explained(file, () => readFile(file, 'utf8')), datasetRowSchema, file);
}

async function explained<T>(file: string, operation: () => Promise<T>): Promise<T> {
  return operation().catch((cause: unknown) => refuse(file, cause));
}

/** Runs a file operation; what the system refuses becomes a record error at `file`. */
export function explainedNow<T>(file: string, operation: () => T): T {
  try {
    return operation();
  } catch (cause) {
    return refuse(file, cause);
  }
}

function refuse(file: string, cause: unknown): never {
  throw new ProofstillError('record', `cannot read or write the dataset: ${messageOf(cause)}`, { place: file, cause });
}
