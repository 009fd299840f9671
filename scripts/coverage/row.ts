/** One row of the table of coverage: an interval over a grid of cells. */

import type { Interval } from '../../src/core/statistics/proportion.ts';

export const SEED = 20260101;
/** Of the one-sided bounds; the two-sided intervals have half of it on each side. */
export const ALPHA = 0.05;
/** Rounding of sums of probabilities. */
const ROUNDING = 1e-9;

export interface Coverage {
  readonly cell: string;
  readonly share: number;
}

export interface Row {
  readonly name: string;
  /** Whether a gate stands on it, or it is for reading only. */
  readonly use: 'gate' | 'reading';
  readonly how: string;
  readonly cells: readonly Coverage[];
}

export function covers({ low, high }: Interval, truth: number): boolean {
  return low <= truth + ROUNDING && truth <= high + ROUNDING;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
