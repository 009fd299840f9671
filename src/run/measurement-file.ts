/** Where measurements are kept: one file for each checkpoint, precision and suite, in a folder's `measurements`. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseJson } from '../core/json-lines.ts';
import { type Measurement, measurementSchema } from '../core/records.ts';
import { fileName, makeFolder, orExplain, writeWhole } from './files.ts';

const FOLDER = 'measurements';

/**
 * Writes `<directory>/measurements/<checkpoint>-<precision>-<suite>.json`, in place of an earlier one, and makes the folders.
 * @returns its path
 * @throws record error where the system refuses.
 */
export function writeMeasurement(directory: string, measurement: Measurement): string {
  const folder = join(directory, FOLDER);
  orExplain(folder, () => makeFolder(folder));
  const file = join(
    folder,
    `${basename(resolve(measurement.checkpoint))}-${measurement.precision}-${fileName(measurement.suite)}.json`,
  );
  writeWhole(file, `${JSON.stringify(measurement, null, 2)}\n`);
  return file;
}

/**
 * All measurements of a folder, by file name; none where it has no `measurements`.
 * @throws record error where one is corrupt or cannot be read.
 */
export function readMeasurements(directory: string): Measurement[] {
  const folder = join(directory, FOLDER);
  if (!existsSync(folder)) return [];
  return orExplain(folder, () => readdirSync(folder))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readMeasurement(join(folder, name)));
}

/** @throws record error where it is not there or no measurement. */
export function readMeasurement(file: string): Measurement {
  return parseJson(
    orExplain(file, () => readFileSync(file, 'utf8')),
    measurementSchema,
    file,
  );
}
