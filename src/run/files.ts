/** Files that survive a kill: whole or not at all, and errors that name the path. */

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf, ProofstillError } from '../core/errors.ts';

/** Part of the name of a file that is still being written. */
export const UNFINISHED = '.unfinished-';

/**
 * Writes a file whole: whoever reads `file`, even after a kill or a power cut, finds the old content or the new one.
 * @throws record error where the system refuses.
 */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const unfinished = join(dirname(file), `${UNFINISHED}${process.pid}-${basename(file)}`);
  orExplain(file, () => {
    try {
      const handle = openSync(unfinished, 'w');
      try {
        writeAll(handle, Buffer.from(content));
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(unfinished, file);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    }
    syncFolder(dirname(file));
  });
}

/** Writes every byte at the end of an open file: one call of the system may write fewer. */
export function writeAll(handle: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
}

/**
 * Makes a folder and those above it that are missing. Node's recursive `mkdirSync` tries for ever where an existing
 * folder refuses with ENOENT, as /proc does.
 * @throws what the system says
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(path)) throw error;
  }
}

/** Makes a new name in a folder durable; a system that cannot open folders (Windows) does so by itself. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Runs a file operation; what the system refuses becomes a record error at `path`. */
export function orExplain<T>(path: string, operation: () => T): T {
  try {
    return operation();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new ProofstillError('record', `the run folder cannot be used: ${messageOf(cause)}`, {
      place: path,
      hint: HINTS[code ?? ''] ?? 'Look at the path and its permissions, or choose another folder with --run.',
      cause,
    });
  }
}

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Make room and resume with --resume; nothing finished is lost.',
  EDQUOT: 'Your share of the disk is used up. Make room and resume with --resume; nothing finished is lost.',
  EFBIG:
    'The file has reached the largest size allowed here. Raise it (ulimit -f) and resume; nothing finished is lost.',
  EROFS: 'The disk cannot be written to. Copy the folder to one that can, or choose another with --run.',
  ENOTDIR: 'A part of the path is a file. Choose another folder with --run.',
};

/** A suite's name as that of a file. */
export function fileName(suite: string): string {
  return suite.replaceAll(/[^\w.+-]/g, '-').slice(0, 80);
}
