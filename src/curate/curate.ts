/** Kept candidates → the rows that the student learns from: each once, none of a problem that it is judged on. */

import { contentHash } from '../core/hash.ts';
import type { DatasetRow } from '../core/records.ts';
import { Curator, type CuratorOptions, longRows, type RowStore } from './curator.ts';

export interface CurateOptions extends Omit<CuratorOptions, 'store'> {
  /** Rows of earlier rounds and new ones, in any order. */
  readonly rows: readonly DatasetRow[];
  /** Part of the rows that may be long, and the student's tokens from which an answer is. @default all may */
  readonly mix?: { readonly long: number; readonly longAbove: number };
}

export interface Curated {
  /** By their own hashes: the same rows in any order give the same dataset, and areas come mixed. */
  readonly rows: readonly DatasetRow[];
  /** Dropped because another row has the same prompt and text. */
  readonly duplicates: number;
  /** Dropped because another row of the same problem says nearly the same. */
  readonly nearDuplicates: number;
  /** Dropped because they show a problem that must not be learnt. */
  readonly contaminated: number;
  /** Dropped because they do not fit into the student's context, or are more long ones than the mix allows. */
  readonly tooLong: number;
  /** Dropped because the student's chat template or tokenizer makes another text of them; absent where there is none. */
  readonly templateLost?: number;
}

/** Drops what no {@link Curator} keeps, then the long rows that are too many. No rows give no rows. */
export function curate({ rows, mix = { long: 1, longAbove: 0 }, ...options }: CurateOptions): Curated {
  const hashed = rows.map((row) => [contentHash([row.prompt, row.text]), row] as const);
  const sorted = hashed.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  const store = rowsInMemory();
  const curator = new Curator({ ...options, store });
  const long = new Set<DatasetRow>();
  for (const [, row] of sorted) {
    const { drop, tokens = 0 } = curator.take(row);
    if (drop === undefined && tokens >= mix.longAbove) long.add(row);
  }
  const isKept = longRows(long.size, { others: store.length - long.size, share: mix.long });
  const surplus = new Set([...long].filter((_, index) => !isKept(index)));
  const { dropped } = curator;
  return {
    rows: store.rows.filter((row) => !surplus.has(row)),
    duplicates: dropped.duplicate,
    nearDuplicates: dropped['near-duplicate'],
    contaminated: dropped.contaminated,
    tooLong: dropped['too-long'] + surplus.size,
    ...(dropped['template-lost'] > 0 ? { templateLost: dropped['template-lost'] } : {}),
  };
}

function rowsInMemory(): RowStore & { readonly rows: readonly DatasetRow[] } {
  const rows: DatasetRow[] = [];
  return {
    rows,
    get length() {
      return rows.length;
    },
    add: (row) => void rows.push(row),
    at: (index) => rows[index] as DatasetRow,
  };
}
