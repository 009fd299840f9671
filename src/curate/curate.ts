/** Kept candidates → the rows that the student learns from: each once, none of a problem that it is judged on. */

import { contentHash, sha256 } from '../core/hash.ts';
import type { DatasetRow } from '../core/records.ts';
import type { Sample } from '../core/sample.ts';

export interface CurateOptions {
  /** Rows of earlier rounds and new ones, in any order. */
  readonly rows: readonly DatasetRow[];
  /** Hashes of the keys that must not be learnt, by {@link hashedKeys}. */
  readonly forbidden: ReadonlySet<string>;
  /** Whether a row is short enough for the student. @default all are */
  readonly fits?: (row: DatasetRow) => boolean;
}

export interface Curated {
  /** By their own hashes: the same rows in any order give the same dataset, and areas come mixed. */
  readonly rows: readonly DatasetRow[];
  /** Dropped because another row has the same prompt and text. */
  readonly duplicates: number;
  readonly nearDuplicates: number;
  /** Dropped because their problem is a forbidden one. */
  readonly contaminated: number;
  /** Dropped because they do not fit. */
  readonly tooLong: number;
}

/** Drops contaminated rows, then exact duplicates, then rows that do not fit. No rows give no rows. */
export function curate({ rows, forbidden, fits = () => true }: CurateOptions): Curated {
  const clean = rows.filter((row) => !forbidden.has(sha256(row.key)));
  const unique = new Map(clean.map((row) => [contentHash([row.prompt, row.text]), row]));
  const sorted = [...unique].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
  const kept = sorted.filter(fits);
  return {
    rows: kept,
    duplicates: clean.length - sorted.length,
    nearDuplicates: 0,
    contaminated: rows.length - clean.length,
    tooLong: sorted.length - kept.length,
  };
}

/** SHA-256 of each sample's key: all that the loop may know of a holdout. */
export function hashedKeys(samples: readonly Pick<Sample, 'key'>[]): Set<string> {
  return new Set(samples.map(({ key }) => sha256(key)));
}
