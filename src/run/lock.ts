/** One process at a time on a run folder. */

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ProofstillError } from '../core/errors.ts';
import { orExplain, UNFINISHED } from './files.ts';

/** Lock files that this process holds: two runs in one process exclude each other too. */
const held = new Set<string>();

/**
 * Takes the lock at `file`, which holds the number of the process that has it. The lock of a process that is gone is
 * taken over.
 * @param work what whoever holds it is doing, for the error
 * @returns a function that gives it back.
 * @throws record error where a living process has it.
 */
export function takeLock(file: string, work = 'working on this run folder'): () => void {
  while (!create(file, `${process.pid}`)) {
    const holder = holderOf(file);
    if (holder === undefined) continue;
    if (isHeld(file, holder)) {
      throw new ProofstillError('record', `process ${holder || '(just starting)'} is ${work}`, {
        place: dirname(file),
        hint: `Wait for it or end it. If it is no Proofstill process, delete ${file} and resume.`,
      });
    }
    removeStale(file, holder);
  }
  held.add(file);
  return () => {
    if (held.delete(file)) rmSync(file, { force: true });
  };
}

/** Whether somebody holds the lock at `file`. Touches nothing. @throws record error where it cannot be read */
export function isLocked(file: string): boolean {
  const holder = holderOf(file);
  return holder !== undefined && isHeld(file, holder);
}

/** Makes the lock file; false where there is one already. */
function create(file: string, holder: string): boolean {
  return attempt(file, 'EEXIST', () => writeFileSync(file, holder, { flag: 'wx' }));
}

/** What the lock file holds; `undefined` where it has gone in the meantime. */
function holderOf(file: string): string | undefined {
  let holder: string | undefined;
  attempt(file, 'ENOENT', () => {
    holder = readFileSync(file, 'utf8').trim();
  });
  return holder;
}

function isHeld(file: string, holder: string): boolean {
  // A lock without content is being written at this moment.
  if (held.has(file) || holder === '') return true;
  // This process does not hold it, so an earlier one had the same number.
  if (holder === `${process.pid}`) return false;
  try {
    process.kill(Number(holder), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Moves a stale lock aside before it goes: if another process was faster, that one was fresh, and is put back. */
function removeStale(file: string, holder: string): void {
  const aside = join(dirname(file), `${UNFINISHED}${process.pid}-lock`);
  if (!attempt(file, 'ENOENT', () => renameSync(file, aside))) return;
  const moved = readFileSync(aside, 'utf8').trim();
  rmSync(aside);
  if (moved !== holder) create(file, moved);
}

/** Whether a file operation was done; false where the system refused it with `expected`. @throws record error */
function attempt(file: string, expected: string, operation: () => void): boolean {
  return orExplain(file, () => {
    try {
      operation();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === expected) return false;
      throw error;
    }
  });
}
