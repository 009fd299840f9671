/** What `proofstill runs prune` does. */

import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isProofstillError, ProofstillError } from '../core/errors.ts';
import { BASELINE } from '../gate-files.ts';
import { checkpointHash } from '../model/checkpoint.ts';
import { visible } from '../report/decision-text.ts';
import { megabytes } from '../report/format.ts';
import { readRun } from '../run/folder.ts';
import { readRecords } from '../run/records.ts';
import { type KeptOrNot, prune, type RetentionOptions, retention } from '../run/retention.ts';
import { type CliContext, printJson } from './context.ts';

export interface RunsPruneFlags {
  readonly keep: number;
  readonly olderThan?: number;
  readonly baseline?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** What became of a run's checkpoints: those that went or would go, those that stay, or why the run was left alone. */
interface PrunedRun {
  readonly folder: string;
  readonly deleted: readonly Omit<KeptOrNot, 'because'>[];
  readonly kept: readonly KeptOrNot[];
  readonly skipped: string | null;
}

const DAY_MS = 86_400_000;

/** @throws config error where there is no such folder; record error where the baseline cannot be read */
export function runsPrune(this: CliContext, flags: RunsPruneFlags, root: string): void {
  const folders = runsIn(root);
  const protection = protectionBy(flags.baseline, folders);
  const runs = folders.map((folder) => pruned(folder, flags, { keep: flags.keep, protection }));
  const freed = runs.flatMap(({ deleted }) => deleted).reduce((sum, { megabytes: size }) => sum + size, 0);
  if (flags.json) printJson(this, { dryRun: flags.dryRun, megabytes: freed, runs });
  else {
    const total = `${megabytes(freed)} ${flags.dryRun ? 'would be freed' : 'freed'}`;
    const lines = [...runs.flatMap((run) => linesOf(run, flags.dryRun)), total];
    this.process.stdout.write(`${lines.join('\n')}\n`);
  }
}

function pruned(folder: string, { dryRun, olderThan }: RunsPruneFlags, options: RetentionOptions): PrunedRun {
  const left = (skipped: string): PrunedRun => ({ folder, deleted: [], kept: [], skipped });
  try {
    const { state, created } = readRun(folder);
    if (state !== 'complete') return left('not complete: going on with it needs every checkpoint');
    if (olderThan !== undefined && Date.now() - Date.parse(created) <= olderThan * DAY_MS) {
      return left(`began within ${olderThan} days`);
    }
    const all = dryRun ? retention(folder, options) : prune(folder, options);
    return {
      folder,
      deleted: all.filter(({ because }) => because === null).map(({ because: _, ...checkpoint }) => checkpoint),
      kept: all.filter(({ because }) => because !== null),
      skipped: null,
    };
  } catch (error) {
    // One spoilt or busy run must not keep the others.
    if (isProofstillError(error)) return left(error.message);
    throw error;
  }
}

/** The runs in a folder, or the folder itself where it is one. */
function runsIn(root: string): string[] {
  const isRun = (folder: string): boolean => existsSync(join(folder, 'run.json'));
  if (isRun(root)) return [root];
  if (existsSync(root))
    return readdirSync(root)
      .map((name) => join(root, name))
      .filter(isRun);
  throw new ProofstillError('config', 'there is no such folder', {
    place: root,
    hint: 'Name a folder of runs, or a run.',
  });
}

/** What a baseline was set from, and what an unfinished run began with and reads again when it goes on. */
function protectionBy(path: string | undefined, folders: readonly string[]): RetentionOptions['protection'] {
  const baseline = path ?? (existsSync(BASELINE) ? BASELINE : undefined);
  const accepted = baseline === undefined ? [] : readRecords(baseline).evaluations;
  const fingerprints = accepted.map(({ head }) => head.model.fingerprint);
  const begun = new Set(folders.flatMap(studentOfUnfinished));
  return (directory) => {
    if (begun.has(resolve(directory))) return 'what an unfinished run began with';
    if (fingerprints.length === 0) return undefined;
    const hash = checkpointHash(directory);
    return fingerprints.some((fingerprint) => fingerprint.includes(hash)) ? 'the baseline' : undefined;
  };
}

function studentOfUnfinished(folder: string): string[] {
  try {
    const { state, config } = readRun(folder);
    return state === 'complete' ? [] : [resolve(config.student)];
  } catch (error) {
    if (isProofstillError(error)) return [];
    throw error;
  }
}

function linesOf({ folder, deleted, kept, skipped }: PrunedRun, isDryRun: boolean): string[] {
  const name = visible(folder, 200);
  if (skipped !== null) return [`${name}  left alone: ${visible(skipped, 200)}`];
  const line = ({ directory, megabytes: size }: Omit<KeptOrNot, 'because'>, what: string): string =>
    `${visible(directory, 200)}  ${megabytes(size)}  ${what}`;
  return [
    ...deleted.map((checkpoint) => line(checkpoint, isDryRun ? 'would go' : 'deleted')),
    ...kept.map((checkpoint) => line(checkpoint, `stays: ${checkpoint.because}`)),
  ];
}
