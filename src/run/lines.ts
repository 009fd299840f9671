/**
 * Append-only JSON lines, each with its own checksum: `{…,"sum":"1a2b3c4d"}`. A kill can only tear the last line, which
 * is dropped and its work redone; a line that ends and does not match its sum was changed later, and is an error.
 */

import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { isProofstillError, ProofstillError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { parseJson } from '../core/json-lines.ts';
import { orExplain, syncFolder, writeAll } from './files.ts';

/** A file of records that grows by the line. */
export interface LineFile<T> {
  readonly file: string;
  /** What was there when it was opened, and what was appended since. */
  readonly values: readonly T[];
  /** Appends one line; it survives a kill of this process when this returns. @throws record error */
  append(value: T): void;
  /** Waits until every line would survive a power cut. */
  sync(): void;
  close(): void;
}

/**
 * Opens a line file for appending, creating it where it is not there; a torn last line is cut off.
 * @throws record error with `file:line` at the first corrupt line, the file left as it is.
 */
export function openLines<T extends object>(file: string, schema: z.ZodType<T>): LineFile<T> {
  const { values, bytes } = existsSync(file) ? read(file, schema) : { values: [] as T[], bytes: 0 };
  const handle = orExplain(file, () => openSync(file, 'a'));
  let size = bytes;
  orExplain(file, () => {
    ftruncateSync(handle, size);
    syncFolder(dirname(file));
  });
  return {
    file,
    values,
    append(value) {
      const line = Buffer.from(`${sealLine(value, file)}\n`);
      orExplain(file, () => {
        try {
          writeAll(handle, line);
        } catch (error) {
          // Half a line (a full disk) must not stand in front of the next one.
          ftruncateSync(handle, size);
          throw error;
        }
      });
      size += line.length;
      values.push(value);
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
  return read(file, schema).values;
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

function read<T extends object>(file: string, schema: z.ZodType<T>): { values: T[]; bytes: number } {
  const content = orExplain(file, () => readFileSync(file));
  const bytes = content.lastIndexOf('\n') + 1;
  const lines = content.subarray(0, bytes).toString().split('\n').slice(0, -1);
  return { values: lines.map((line, index) => openLine(line, schema, `${file}:${index + 1}`)), bytes };
}

const SEALED = /^(\{.*?),?"sum":"([0-9a-f]{8})"\}$/s;

function openLine<T>(sealed: string, schema: z.ZodType<T>, place: string): T {
  const [, start, sum] = SEALED.exec(sealed) ?? [];
  const line = `${start}}`;
  if (start === undefined || sha256(line).slice(0, 8) !== sum) {
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
