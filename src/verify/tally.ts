/** What became of a round's candidates, counted. */

import type { Candidate, Round } from '../core/records.ts';

/** Counts of drawn and kept candidates by area, and where the others were lost, most frequent first. */
export function tally(candidates: readonly Candidate[], areas: readonly string[]): Round['candidates'] {
  const count = (rows: readonly Candidate[]): Record<string, number> =>
    Object.fromEntries(areas.map((area) => [area, rows.filter((candidate) => candidate.area === area).length]));
  const lost = new Map<string, Round['candidates']['lost'][number]>();
  for (const { area, check, reason, fate } of candidates) {
    if (fate !== 'rejected' || check === undefined || reason === undefined) continue;
    const key = JSON.stringify([area, check, reason]);
    lost.set(key, { area, check, reason, count: (lost.get(key)?.count ?? 0) + 1 });
  }
  return {
    drawn: count(candidates),
    kept: count(candidates.filter(({ fate }) => fate === 'kept')),
    lost: [...lost.values()].sort((left, right) => right.count - left.count),
  };
}
