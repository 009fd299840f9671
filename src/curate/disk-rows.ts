/** Rows in a file as JSON lines, read again by their number: what a dataset of any size is curated into. */

import type { DatasetRow } from '../core/records.ts';
import type { RowStore } from './curator.ts';
import { type DatasetFile, type FormatFile, OutFile } from './out-file.ts';

/** Line ends in a block of memory: blocks are never copied. */
const BLOCK = 2 ** 16;

export class DiskRows implements RowStore, FormatFile {
  readonly #out: OutFile;
  /** Of each row, where its line ends in the file. */
  readonly #ends: Float64Array[] = [];
  #length = 0;

  /** Makes the file, in place of one that is there. @throws record error; so does what follows, as on a full disk */
  constructor(folder: string, name: string) {
    this.#out = new OutFile(folder, name);
  }

  get length(): number {
    return this.#length;
  }

  add(row: DatasetRow): void {
    const end = this.#out.write(`${JSON.stringify(row)}\n`);
    if (this.#length % BLOCK === 0) this.#ends.push(new Float64Array(BLOCK));
    this.#ends.at(-1)![this.#length++ % BLOCK] = end;
  }

  at(index: number): DatasetRow {
    return JSON.parse(this.#out.read(index === 0 ? 0 : this.#end(index - 1), this.#end(index)));
  }

  /** Finishes the file: rows are not read after that. */
  end(): DatasetFile {
    return this.#out.end();
  }

  #end(index: number): number {
    return this.#ends[Math.floor(index / BLOCK)]![index % BLOCK]!;
  }
}
