/** Which areas get how many of a round's new problems: those that are expected to fall short furthest get most. */

import type { Scoreboard } from '../core/records.ts';
import { expectedDeficit } from './deficit.ts';

/** The target is on a lower bound, so an area that just reaches it on average is not done. */
const MARGIN = 0.02;

/** Part of the problems that goes to all areas alike: a small area is learnt from the start, and nothing is forgotten. */
const EVEN_PART = 0.2;

export interface AllocateOptions {
  /** Of the student, on steer. An area that is not in it counts as never seen. */
  readonly scoreboard: Pick<Scoreboard, 'areas'>;
  readonly areas: readonly string[];
  /** Whole number of problems to give out. */
  readonly problems: number;
  /** Answer accuracy to reach, 0 to 1. */
  readonly target: number;
}

/**
 * Shares problems among areas in proportion to the steer samples by which they are expected to fall short, their expected
 * deficit times their number of samples: the target is on the pooled score, where a small area counts little. Every area
 * keeps at least 20% of an even share.
 * @returns a whole number for each area; together exactly `problems`.
 */
export function allocate({ scoreboard, areas, problems, target }: AllocateOptions): Record<string, number> {
  const goal = Math.min(1, target + MARGIN);
  const deficits = areas.map((area) => {
    const { value, n } = scoreboard.areas[area]?.answer ?? { value: null, n: 0 };
    return Math.max(1, n) * expectedDeficit(Math.round((value ?? 0) * n), n, goal);
  });
  const total = deficits.reduce((sum, deficit) => sum + deficit, 0);
  const even = 1 / areas.length;
  const shares = deficits.map((deficit) => (total > 0 ? EVEN_PART * even + (1 - EVEN_PART) * (deficit / total) : even));
  const counts = largestRemainder(shares, problems);
  return Object.fromEntries(areas.map((area, index) => [area, counts[index] as number]));
}

/** Whole numbers in proportion to `shares` (which sum to 1) that sum to `whole`; ties go to the earlier one. */
function largestRemainder(shares: readonly number[], whole: number): number[] {
  const exact = shares.map((share) => share * whole);
  const counts = exact.map(Math.floor);
  const left = whole - counts.reduce((sum, count) => sum + count, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, left)) counts[index] = (counts[index] as number) + 1;
  return counts;
}
