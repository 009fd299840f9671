/** What becomes of each row on its way into a dataset: one core for the loop and for datasets of any size on disk. */

import { hash } from 'node:crypto';
import type { DatasetRow } from '../core/records.ts';
import type { ContaminationIndex } from './decontaminate.ts';
import { HashIndex } from './hash-index.ts';
import { NearDuplicates } from './near-duplicates.ts';
import type { StudentForm } from './student-form.ts';
import { Words } from './words.ts';

/** Why a row is left out, in the order in which it is asked. */
export const DROPS = ['contaminated', 'duplicate', 'template-lost', 'too-long', 'near-duplicate'] as const;
export type Drop = (typeof DROPS)[number];

/** Where kept rows go, and are read again to be compared with later ones. */
export interface RowStore {
  readonly length: number;
  add(row: DatasetRow): void;
  /** A row by its number, from 0 in the order in which they were added. */
  at(index: number): DatasetRow;
}

export interface CuratorOptions {
  /** What must not be learnt. */
  readonly forbidden: ContaminationIndex;
  readonly store: RowStore;
  /** Jaccard similarity from which a row is a near-duplicate of a kept one; 1 drops exact ones only. */
  readonly nearDuplicates: number;
  /** Every row must come through its chat template unharmed. @default none is asked */
  readonly student?: Pick<StudentForm, 'tokens'> | undefined;
  /** Tokens of the student that a row may have, prompt and answer together. */
  readonly rowLength?: number | undefined;
}

export class Curator {
  readonly #options: CuratorOptions;
  readonly #seen = new HashIndex();
  readonly #near: NearDuplicates | undefined;
  readonly #words = new Words();
  readonly #counts: Record<Drop, number>;

  constructor(options: CuratorOptions) {
    const { store, nearDuplicates: threshold } = options;
    this.#options = options;
    this.#near = threshold < 1 ? new NearDuplicates({ threshold, read: (row) => store.at(row) }) : undefined;
    this.#counts = Object.fromEntries(DROPS.map((drop) => [drop, 0])) as Record<Drop, number>;
  }

  /** Rows dropped so far, by reason. */
  get dropped(): Readonly<Record<Drop, number>> {
    return this.#counts;
  }

  /** Stores a row, or says why not. @returns its answer's tokens where a student counted them */
  take(row: DatasetRow): { readonly drop?: Drop; readonly tokens?: number } {
    const { forbidden, student, rowLength = Number.POSITIVE_INFINITY, store } = this.#options;
    if (forbidden.hasKey(row.key)) return this.#drop('contaminated');
    const words = this.#words.read(row.prompt, row.text);
    if (forbidden.findIn(words)) return this.#drop('contaminated');
    if (!this.#isNew(row)) return this.#drop('duplicate');
    const tokens = student?.tokens(row);
    if (student && !tokens) return this.#drop('template-lost');
    if (tokens && tokens.whole > rowLength) return this.#drop('too-long');
    if (this.#near && this.#near.take(words) >= 0) return this.#drop('near-duplicate');
    store.add(row);
    return tokens ? { tokens: tokens.answer } : {};
  }

  #drop(drop: Drop): { readonly drop: Drop } {
    this.#counts[drop]++;
    return { drop };
  }

  #isNew({ prompt, text }: DatasetRow): boolean {
    const digest = hash('sha256', `${prompt.length} ${prompt}${text}`, 'buffer');
    const { size } = this.#seen;
    return this.#seen.add(digest.readUInt32LE(0), digest.readUInt32LE(4)) === size;
  }
}

/**
 * Which of `count` long rows are kept, so that they are at most `share` of all beside `others` short ones: evenly spread,
 * for neighbours are of one area.
 */
export function longRows(
  count: number,
  { others, share }: { others: number; share: number },
): (index: number) => boolean {
  const kept = share === 1 ? count : Math.min(count, Math.floor((others * share) / (1 - share)));
  return (index) => Math.floor(((index + 1) * kept) / count) > Math.floor((index * kept) / count);
}
