/** A folder of datasets with their card. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { throwIfInterrupted } from '../../core/errors.ts';
import { explainedNow } from '../dataset.ts';
import type { DiskRows } from '../disk-rows.ts';
import { datasetCard } from './card.ts';
import { type Format, openFormat } from './formats.ts';
import type { DatasetRecord, RowDrop } from './record.ts';

export interface WriteOptions {
  readonly formats: readonly Format[];
  /** All rows, in this folder: those with a verified trace, then so many general ones. */
  readonly rows: DiskRows;
  readonly general: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
  /** What is known before the rows are written. */
  readonly record: Omit<DatasetRecord, 'rows' | 'files'> & { readonly dropped: Readonly<Record<RowDrop, number>> };
}

/**
 * Writes each format's file, row by row, `dataset.json` and the card beside the rows, and ends the rows' file.
 * @returns what `dataset.json` says. @throws record error, as on a full disk; interrupted once `signal` is aborted
 */
export async function writeDatasets(folder: string, options: WriteOptions): Promise<DatasetRecord> {
  const { formats, rows, general, record, signal, onProgress } = options;
  const files = [...new Set(formats)].map((format) => openFormat(format, folder));
  const areas: Record<string, number> = Object.create(null);
  let done = 0;
  for (const row of rows) {
    if (done % 256 === 0) {
      // A signal is heard between two turns only.
      await setImmediate();
      throwIfInterrupted(signal);
      onProgress?.(done, rows.length);
    }
    for (const file of files) file.add(row);
    if (done++ < rows.length - general) areas[row.area] = (areas[row.area] ?? 0) + 1;
  }
  const { dropped, ...known } = record;
  const whole: DatasetRecord = {
    ...known,
    rows: { total: rows.length, general, dropped, areas },
    files: [rows, ...files].map((file) => file.end()),
  };
  writeText(folder, 'dataset.json', `${JSON.stringify(whole, null, 2)}\n`);
  writeText(folder, 'README.md', datasetCard(whole));
  return whole;
}

function writeText(folder: string, name: string, text: string): void {
  const file = join(folder, name);
  explainedNow(file, () => writeFileSync(file, text, { flush: true }));
}
