/** JSON lines of any length of file: read by the line, so that what is judged line by line is never all in memory. */

import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import type { z } from 'zod';
import { messageOf, ProofstillError } from '../core/errors.ts';
import { parseJson } from '../core/json-lines.ts';

export interface ReadLine<T> {
  readonly value: T;
  /** `file:line` */
  readonly place: string;
}

/**
 * Yields every line that is not blank.
 * @throws record error where the file cannot be read, or with `file:line` at the first line that is not what it should be.
 */
export async function* readLinesOf<T>(file: string, schema: z.ZodType<T>): AsyncGenerator<ReadLine<T>, void> {
  let line = 0;
  for await (const text of textLinesOf(file)) {
    const place = `${file}:${++line}`;
    if (text.trim() !== '') yield { value: parseJson(text, schema, place), place };
  }
}

/** How many lines a file has, for a progress bar, and their SHA-256; `undefined` for what can be read only once, such as a pipe. */
export async function surveyLines(file: string): Promise<{ lines: number; hash: string } | undefined> {
  if (!orExplain(file, () => statSync(file)).isFile()) return undefined;
  const hash = createHash('sha256');
  let lines = 0;
  for await (const text of textLinesOf(file)) {
    hash.update(`${text}\n`);
    lines++;
  }
  return { lines, hash: hash.digest('hex') };
}

async function* textLinesOf(file: string): AsyncGenerator<string, void> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() as string;
      yield* lines;
    }
  } catch (error) {
    throw unreadable(file, error);
  }
  if (rest !== '') yield rest;
}

function orExplain<T>(file: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): ProofstillError {
  return new ProofstillError('record', `cannot read the file: ${messageOf(cause)}`, {
    place: file,
    hint: 'Name a JSON Lines file.',
    cause,
  });
}
