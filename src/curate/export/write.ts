/** A folder of datasets with their card, written as the rows come. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetRow } from '../../core/records.ts';
import type { RowStore } from '../curator.ts';
import { explainedNow } from '../dataset.ts';
import { DiskRows } from '../disk-rows.ts';
import type { FormatFile } from '../out-file.ts';
import { datasetCard } from './card.ts';
import { type Format, openFormat } from './formats.ts';
import type { DatasetRecord, RowDrop } from './record.ts';

/** What is known besides the rows. */
export type Known = Omit<DatasetRecord, 'rows' | 'files'> & { readonly dropped: Readonly<Record<RowDrop, number>> };

/** Holds `rows.jsonl`, as `readDataset` reads it, and a file of each format. */
export class DatasetFolder implements RowStore {
  readonly #folder: string;
  readonly #rows: DiskRows;
  readonly #files: readonly FormatFile[];
  readonly #areas: Record<string, number> = Object.create(null);
  #general = 0;

  /** @param folder is there, and empty. @throws record error; so does what follows, as on a full disk */
  constructor(folder: string, formats: readonly Format[]) {
    this.#folder = folder;
    this.#rows = new DiskRows(folder, 'rows.jsonl');
    this.#files = [...new Set(formats)].map((format) => openFormat(format, folder));
  }

  get length(): number {
    return this.#rows.length;
  }

  /** Adds a row with a verified trace. */
  add(row: DatasetRow): void {
    this.#write(row);
    this.#areas[row.area] = (this.#areas[row.area] ?? 0) + 1;
  }

  addGeneral(row: DatasetRow): void {
    this.#write(row);
    this.#general++;
  }

  at(index: number): DatasetRow {
    return this.#rows.at(index);
  }

  /** Ends the files, and writes `dataset.json` and the card. @returns what `dataset.json` says */
  end({ dropped, ...known }: Known): DatasetRecord {
    const total = this.#rows.length;
    const record: DatasetRecord = {
      ...known,
      rows: { total, general: this.#general, dropped, areas: this.#areas },
      files: [this.#rows, ...this.#files].map((file) => file.end()),
    };
    this.#writeText('dataset.json', `${JSON.stringify(record, null, 2)}\n`);
    this.#writeText('README.md', datasetCard(record));
    return record;
  }

  #write(row: DatasetRow): void {
    this.#rows.add(row);
    for (const file of this.#files) file.add(row);
  }

  #writeText(name: string, text: string): void {
    const file = join(this.#folder, name);
    explainedNow(file, () => writeFileSync(file, text, { flush: true }));
  }
}
