/**
 * Append-only JSON lines, each with its own checksum: `{…,"sum":"1a2b3c4d"}`. A kill can only tear the last line, which
 * is dropped and its work redone; a line that ends and does not match its sum was changed later, and is an error.
 */

import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { isProofstillError, ProofstillError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { parseJson } from '../core/json-lines.ts';
import { orExplain, syncFolder, writeAll } from './files.ts';

/** A file of records that grows by the line. */
export interface LineFile<T> extends Pick<LineAppender<T>, 'sync' | 'close'> {
  readonly file: string;
  /** What was there when it was opened, and what was appended since. */
  readonly values: readonly T[];
  /** As {@link LineAppender.append}. */
  append(value: T): void;
}

/** A file of records of which none is kept in memory. */
export interface LineAppender<T> {
  /**
   * Appends one line; it survives a kill of this process when this returns.
   * @returns bytes of the file up to and with it
   * @throws record error
   */
  append(value: T): number;
  /** Waits until every line would survive a power cut. */
  sync(): void;
  close(): void;
}

/**
 * Opens a line file for appending, creating it where it is not there; a torn last line is cut off.
 * @throws record error with `file:line` at the first corrupt line, the file left as it is.
 */
export function openLines<T extends object>(file: string, schema: z.ZodType<T>): LineFile<T> {
  const values: T[] = [];
  const appender = appendLines(file, (line, place) => values.push(openLine(line, schema, place)));
  return {
    ...appender,
    file,
    values,
    append(value) {
      appender.append(value);
      values.push(value);
    },
  };
}

/**
 * Opens a line file for appending without keeping its values: each line that is there is shown to `see`, sealed, with the
 * bytes of the file up to and with it.
 * @throws as {@link openLines}, and what `see` throws
 */
export function appendLines<T extends object>(
  file: string,
  see: (sealed: string, place: string, end: number) => void,
): LineAppender<T> {
  let size = 0;
  if (existsSync(file)) {
    for (const { text, place, end, isTorn } of scanLines(file)) {
      if (isTorn) break;
      see(text, place, end);
      size = end;
    }
  }
  const handle = orExplain(file, () => openSync(file, 'a'));
  orExplain(file, () => {
    ftruncateSync(handle, size);
    syncFolder(dirname(file));
  });
  let isTorn = false;
  // Half a line, of a full disk, must not stand in front of the next one.
  const mend = (): void => {
    ftruncateSync(handle, size);
    isTorn = false;
  };
  return {
    append(value) {
      const line = Buffer.from(`${sealLine(value, file)}\n`);
      orExplain(file, () => {
        if (isTorn) mend();
        try {
          writeAll(handle, line);
        } catch (error) {
          isTorn = true;
          mend();
          throw error;
        }
      });
      size += line.length;
      return size;
    },
    sync: () => orExplain(file, () => fsyncSync(handle)),
    close: () => closeSync(handle),
  };
}

/**
 * Reads a line file without changing it; a torn last line is left out.
 * @throws record error with `file:line` at the first corrupt line, and where the file cannot be read.
 */
export function readLines<T extends object>(file: string, schema: z.ZodType<T>): T[] {
  return [...scanLines(file)].flatMap(({ text, place, isTorn }) => (isTorn ? [] : [openLine(text, schema, place)]));
}

/** A line as it stands in a file, without its end. */
export interface ScannedLine {
  readonly text: string;
  /** `file:line` */
  readonly place: string;
  /** Bytes of the file up to and with this line. */
  readonly end: number;
  /** The file ends before the line does. */
  readonly isTorn: boolean;
}

const CHUNK = 2 ** 20;
const LINE_END = 10;

/** The lines of a file of any size, one chunk of it in memory at a time. @throws record error where it cannot be read */
export function* scanLines(file: string): Generator<ScannedLine, void> {
  const handle = orExplain(file, () => openSync(file, 'r'));
  try {
    const chunk = Buffer.allocUnsafe(CHUNK);
    let rest: Buffer[] = [];
    let line = 0;
    let end = 0;
    for (;;) {
      const size = orExplain(file, () => readSync(handle, chunk));
      if (size === 0) break;
      let start = 0;
      for (let stop = nextEnd(chunk, 0, size); stop >= 0; stop = nextEnd(chunk, start, size)) {
        const last = chunk.subarray(start, stop);
        const text = (rest.length === 0 ? last : Buffer.concat([...rest, last])).toString();
        end += stop + 1 - start + rest.reduce((sum, { length }) => sum + length, 0);
        rest = [];
        start = stop + 1;
        yield { text, place: `${file}:${++line}`, end, isTorn: false };
      }
      // A copy: the chunk is read into again.
      if (start < size) rest.push(Buffer.from(chunk.subarray(start, size)));
    }
    const torn = Buffer.concat(rest);
    if (torn.length > 0) {
      yield { text: torn.toString(), place: `${file}:${line + 1}`, end: end + torn.length, isTorn: true };
    }
  } finally {
    closeSync(handle);
  }
}

/** Where the next line ends among the first `size` bytes, or −1. */
function nextEnd(chunk: Buffer, start: number, size: number): number {
  const found = chunk.indexOf(LINE_END, start);
  return found < size ? found : -1;
}

/** A record as one checksummed line. @throws record error for a number that JSON would silently make `null`. */
export function sealLine(value: object, place: string): string {
  const line = JSON.stringify(value, (key, member: unknown) => {
    if (typeof member === 'number' && !Number.isFinite(member)) {
      throw new ProofstillError('record', `expected a finite number for "${key}", got ${member}`, { place });
    }
    return member;
  });
  const comma = line === '{}' ? '' : ',';
  return `${line.slice(0, -1)}${comma}"sum":"${sha256(line).slice(0, 8)}"}`;
}

/** `"sum":"1a2b3c4d"}` */
const SUM_LENGTH = 17;

/** What a sealed line says. @throws record error at `place` where it does not match its sum, or `schema` */
export function openLine<T>(sealed: string, schema: z.ZodType<T>, place: string): T {
  const [, sum] = /^"sum":"([0-9a-f]{8})"\}$/.exec(sealed.slice(-SUM_LENGTH)) ?? [];
  const start = sealed.slice(0, -SUM_LENGTH).replace(/,$/, '');
  const line = `${start}}`;
  if (sha256(line).slice(0, 8) !== sum) {
    throw new ProofstillError('record', 'this line does not match its checksum: it was changed after it was written', {
      place,
      hint: 'Restore the file from a copy, or delete this line and what follows it to have that work redone.',
    });
  }
  try {
    return parseJson(line, schema, place);
  } catch (error) {
    if (!isProofstillError(error)) throw error;
    throw new ProofstillError('record', `this line is not of this version's form: ${error.message}`, {
      place,
      hint: 'It was written by another version of Proofstill: use that one, or start a new run.',
      cause: error,
    });
  }
}
