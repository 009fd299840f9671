/** Which checkpoints of a complete run are kept, and the deletion of the others. */

import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../core/json-lines.ts';
import { type Round, roundSchema, SCHEMA, type Summary } from '../core/records.ts';
import { orExplain, UNFINISHED, writeWhole } from './files.ts';
import { lockRun, REDUCED, readRun } from './folder.ts';
import { readLines } from './lines.ts';
import { readSummary } from './load.ts';

export interface RetentionOptions {
  /** Last checkpoints that are kept, at least 1. */
  readonly keep: number;
  /** Why the checkpoint in a directory is to stay whatever else holds, or `undefined`. */
  readonly protection: (directory: string) => string | undefined;
}

/** A checkpoint directory of a run. */
export interface KeptOrNot {
  readonly directory: string;
  readonly megabytes: number;
  /** Why it stays; `null` where nothing needs it. */
  readonly because: string | null;
}

const ROUND = /^round-(\d+)$/;

/**
 * The checkpoints of a run in the order of their rounds, and why each stays.
 * @returns none where the run is not complete: going on with it needs all of them
 * @throws record error where there is no run, or a record is corrupt
 */
export function retention(run: string, { keep, protection }: RetentionOptions): KeptOrNot[] {
  const summary = readRun(run).state === 'complete' ? readSummary(run) : undefined;
  if (!summary) return [];
  const rounds = roundsIn(run);
  const best = bestRound(summary, rounds);
  return roundsOnDisk(run).map((round, index, all) => {
    const directory = directoryOf(run, round);
    const reasons = [
      round === 0 ? 'the student that it began with' : undefined,
      round === best ? 'the best by its steer accuracy' : undefined,
      round === summary.rounds || index >= all.length - keep ? 'among the last' : undefined,
      protection(directory),
    ].filter((reason) => reason !== undefined);
    return { directory, megabytes: sizeOf(directory) / 1e6, because: reasons.join(', ') || null };
  });
}

/**
 * Deletes what {@link retention} does not keep, under the run's lock, and notes it in `pruned.json`.
 * @returns as {@link retention}, what was deleted included
 * @throws record error where the run is in use; as {@link retention}
 */
export function prune(run: string, options: RetentionOptions): KeptOrNot[] {
  const release = lockRun(run);
  try {
    const all = retention(run, options);
    const unwanted = all.filter(({ because }) => because === null).map(({ directory }) => directory);
    if (unwanted.length > 0) {
      // First, so that a kill in between leaves no run that looks whole.
      note(run, unwanted);
      for (const directory of unwanted) remove(directory);
    }
    // What a kill in between left.
    const folder = join(run, 'checkpoints');
    for (const name of readRun(run).state === 'complete' && existsSync(folder) ? readdirSync(folder) : []) {
      if (name.startsWith(UNFINISHED)) orExplain(folder, () => rmSync(join(folder, name), { recursive: true }));
    }
    return all;
  } finally {
    release();
  }
}

const prunedSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  at: z.iso.datetime(),
  /** Names under `checkpoints/`. */
  checkpoints: z.array(z.string()),
});

function note(run: string, directories: readonly string[]): void {
  const file = join(run, REDUCED.pruned);
  const earlier = existsSync(file) ? parseJson(readFileSync(file, 'utf8'), prunedSchema, file).checkpoints : [];
  const names = directories.map((directory) => directory.slice(join(run, 'checkpoints', '/').length));
  const record: z.infer<typeof prunedSchema> = {
    schema: SCHEMA,
    at: new Date().toISOString(),
    checkpoints: [...new Set([...earlier, ...names])],
  };
  writeWhole(file, `${JSON.stringify(record, null, 2)}\n`);
}

/** Out of its place first: half a checkpoint must not be taken for one. */
function remove(directory: string): void {
  const aside = directory.replace(/round-\d+$/, (name) => `${UNFINISHED}${process.pid}-${name}`);
  orExplain(directory, () => {
    renameSync(directory, aside);
    rmSync(aside, { recursive: true });
  });
}

const directoryOf = (run: string, round: number): string => join(run, 'checkpoints', `round-${round}`);

function roundsOnDisk(run: string): number[] {
  const folder = join(run, 'checkpoints');
  return (existsSync(folder) ? orExplain(folder, () => readdirSync(folder)) : [])
    .flatMap((name) => ROUND.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((left, right) => left - right);
}

function roundsIn(run: string): Round[] {
  const file = join(run, 'rounds.jsonl');
  return existsSync(file) ? readLines(file, roundSchema) : [];
}

/** The round after which the student had the highest lower bound on steer; the later of two that are equal. */
function bestRound(summary: Summary, rounds: readonly Round[]): number | undefined {
  // A round's record begins with how the student stood before it, hence after the round before.
  const looks = [
    ...rounds.map(({ round, steer }) => ({ round: round - 1, low: steer.overall.answer.low })),
    { round: summary.rounds, low: summary.steer.overall.answer.low },
  ];
  const highest = Math.max(...looks.flatMap(({ low }) => low ?? []));
  return looks.findLast(({ low }) => low === highest)?.round;
}

/** Bytes of all files in a directory. */
function sizeOf(directory: string): number {
  return orExplain(directory, () => readdirSync(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
