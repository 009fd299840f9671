/** A file that is written from its beginning to its end, hashed on the way, and can be read meanwhile. */

import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetRow } from '../core/records.ts';
import { explainedNow } from './dataset.ts';

export interface DatasetFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A dataset's file that grows by the row. */
export interface FormatFile {
  add(row: DatasetRow): void;
  /** Finishes the file, and says what it is. */
  end(): DatasetFile;
}

/** Bytes that are written at once. */
const BUFFER = 2 ** 20;
/** Bytes of UTF-8 that one unit of a string may take. */
const WIDEST = 3;

export class OutFile {
  readonly #name: string;
  readonly #file: string;
  readonly #handle: number;
  readonly #hash = createHash('sha256');
  /** Bytes in the file, those in the buffer excluded. */
  #written = 0;
  #buffer = Buffer.allocUnsafe(BUFFER);
  #buffered = 0;

  /** @throws record error; so does what follows, as on a full disk */
  constructor(folder: string, name: string) {
    this.#name = name;
    this.#file = join(folder, name);
    this.#handle = explainedNow(this.#file, () => openSync(this.#file, 'w+'));
  }

  /** @returns bytes of the file up to and with this text */
  write(text: string): number {
    const most = WIDEST * text.length;
    if (this.#buffered + most > this.#buffer.length) this.#flush();
    if (most > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(most);
    this.#buffered += this.#buffer.write(text, this.#buffered);
    return this.#written + this.#buffered;
  }

  /** Writes bytes, now: they may be used for something else afterwards. */
  writeBytes(bytes: Uint8Array): void {
    this.#flush();
    this.#append(bytes);
  }

  /** What stands between two places of the file. */
  read(start: number, end: number): string {
    const from = start - this.#written;
    if (from >= 0) return this.#buffer.toString('utf8', from, end - this.#written);
    const bytes = Buffer.allocUnsafe(end - start);
    explainedNow(this.#file, () => readSync(this.#handle, bytes, 0, bytes.length, start));
    return bytes.toString();
  }

  /** Makes the file durable and closes it. */
  end(): DatasetFile {
    this.#flush();
    explainedNow(this.#file, () => fsyncSync(this.#handle));
    closeSync(this.#handle);
    return { name: this.#name, bytes: this.#written, sha256: this.#hash.digest('hex') };
  }

  #flush(): void {
    if (this.#buffered > 0) this.#append(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }

  #append(bytes: Uint8Array): void {
    explainedNow(this.#file, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#handle, bytes, at);
    });
    this.#hash.update(bytes);
    this.#written += bytes.length;
  }
}
