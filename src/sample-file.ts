/** The rows of a file of samples, JSON lines or CSV, each with its line: what {@link suiteOfFile} makes a suite of. */

import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { messageOf, ProofstillError } from './core/errors.ts';
import { parseJson } from './core/json-lines.ts';
import { SPLITS } from './core/sample.ts';
import { nearest } from './run/nearest.ts';

const text = z.string().refine((value) => value.trim() !== '', 'expected a text, got an empty one');

/** It is printed in tables and messages. */
const name = text.refine((value) => !/\p{Cc}/u.test(value), 'expected a name without control characters');

const rowSchema = z.strictObject({
  id: name,
  prompt: text,
  area: name.exactOptional(),
  split: z.enum(SPLITS).exactOptional(),
  expected: text.exactOptional(),
  key: text.exactOptional(),
  meta: z.record(z.string(), z.unknown()).exactOptional(),
});
const COLUMNS = Object.keys(rowSchema.shape).filter((column) => column !== 'meta');

/** A sample as a person writes it, and the `file:line` on which it begins. */
export type SampleRow = z.infer<typeof rowSchema> & { readonly place: string };

const FILE = /\.(?:jsonl|csv)$/i;

/** Whether a path is named as a file of samples is. */
export function isSampleFile(path: string): boolean {
  return FILE.test(path);
}

/**
 * Reads a `.jsonl` file, one sample a line, or a `.csv` file with a header row, parted by `,`, `;` or tabs. Blank lines are
 * skipped; an empty cell counts as not given.
 * @throws suite error where the file cannot be read or its columns are none of a sample's; record error with `file:line`
 * where a row is no sample.
 */
export function readSampleFile(file: string): SampleRow[] {
  const content = contentOf(file);
  return extname(file).toLowerCase() === '.csv' ? rowsOfCsv(content, file) : rowsOfJsonLines(content, file);
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (cause) {
    throw new ProofstillError('suite', `the samples cannot be read: ${messageOf(cause)}`, {
      place: file,
      hint: 'Name an existing .jsonl or .csv file.',
      cause,
    });
  }
}

function rowsOfJsonLines(content: string, file: string): SampleRow[] {
  return content.split('\n').flatMap((line, index) => {
    const place = `${file}:${index + 1}`;
    return line.trim() === '' ? [] : [{ ...parseJson(line, rowSchema, place), place }];
  });
}

function rowsOfCsv(content: string, file: string): SampleRow[] {
  return cellsOf(content, file).map(({ record, raw, info }) => {
    // `lines` counts up to the row's last line, and a cell may have several.
    const place = `${file}:${info.lines - (raw.trim().split('\n').length - 1)}`;
    const given = Object.entries(record).filter(([, cell]) => cell.trim() !== '');
    const result = rowSchema.safeParse(Object.fromEntries(given));
    if (!result.success) throw new ProofstillError('record', z.prettifyError(result.error), { place });
    return { ...result.data, place };
  });
}

interface CsvRow {
  readonly record: Readonly<Record<string, string>>;
  readonly raw: string;
  readonly info: { readonly lines: number };
}

function cellsOf(content: string, file: string): CsvRow[] {
  const columns = (header: string[]): string[] => checkedColumns(header, file);
  try {
    return parse(content, {
      columns,
      delimiter: delimiterOf(content),
      info: true,
      raw: true,
      skip_empty_lines: true,
    }) as unknown as CsvRow[];
  } catch (cause) {
    const { code, lines } = cause as { code?: string; lines?: number };
    if (!code?.startsWith('CSV_') && !code?.startsWith('INVALID_')) throw cause;
    throw new ProofstillError('record', `expected CSV: ${messageOf(cause)}`, {
      place: `${file}:${lines ?? 1}`,
      hint: 'Put a cell with a separator, a quote or a line break in double quotes, and write a quote in it twice.',
      cause,
    });
  }
}

/** The separator that the header row has most of. */
function delimiterOf(content: string): string {
  const [header = ''] = content.trimStart().split('\n', 1);
  const counted = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: header.split(delimiter).length }));
  return counted.reduce((most, other) => (other.count > most.count ? other : most)).delimiter;
}

function checkedColumns(header: string[], file: string): string[] {
  const names = header.map((column) => column.trim());
  const place = `${file}:1`;
  const hint = `The columns are ${COLUMNS.join(', ')}; id and prompt must be there.`;
  const unknown = names.find((column) => !COLUMNS.includes(column));
  if (unknown !== undefined) {
    const meant = nearest(unknown, COLUMNS);
    throw new ProofstillError('suite', `unknown column "${unknown}"`, {
      place,
      hint: meant ? `Did you mean ${meant}? ${hint}` : hint,
    });
  }
  const twice = names.find((column, index) => names.indexOf(column) !== index);
  const missing = ['id', 'prompt'].find((column) => !names.includes(column));
  if (twice === undefined && missing === undefined) return names;
  const message = twice === undefined ? `there is no column "${missing}"` : `the column "${twice}" is there twice`;
  throw new ProofstillError('suite', message, { place, hint });
}
