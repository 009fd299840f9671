/** General rows among the reasoning rows: what a student does not see again while it is trained, it forgets. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetRow } from '../core/records.ts';
import type { Random } from '../core/seed.ts';
import { readDataset } from './dataset.ts';

/** Lies in the directory of a student that brings rows of what it could do before. */
const GENERAL_FILE = 'general.jsonl';

export interface MixOptions {
  /** How many rows have a verified trace. */
  readonly reasoning: number;
  /** Drawn from without replacement; where there are too few, all are taken. */
  readonly general: readonly DatasetRow[];
  /** Part of all rows that is general, from 0 to below 1: DeepSeek-R1 mixes 600k and 200k, 0.25 (arXiv:2501.12948, 2.3.3). */
  readonly share: number;
  readonly random: Random;
}

/** The general rows that go with the reasoning rows, so that they are `share` of both together. */
export function mix({ reasoning, general, share, random }: MixOptions): DatasetRow[] {
  const count = Math.round((reasoning * share) / (1 - share));
  return random.shuffle(general).slice(0, count);
}

/**
 * The general rows that a student brings; none where its directory has no such file.
 * @throws record error with `file:line` at the first line that is not a row
 */
export async function generalRows(student: string): Promise<DatasetRow[]> {
  const file = join(student, GENERAL_FILE);
  return existsSync(file) ? readDataset(file) : [];
}
