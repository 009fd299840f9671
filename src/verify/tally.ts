/** What became of a round's candidates, counted. */

import type { Candidate, Round } from '../core/records.ts';

/** Counts of drawn and kept candidates by area, and where the others were lost, most frequent first. */
export function tally(candidates: readonly Candidate[], areas: readonly string[]): Round['candidates'] {
  const count = (rows: readonly Candidate[]): Record<string, number> =>
    Object.fromEntries(areas.map((area) => [area, rows.filter((candidate) => candidate.area === area).length]));
  const lost = new Map<string, Round['candidates']['lost'][number]>();
  for (const { area, failures, fate } of candidates) {
    const [first] = failures;
    if (fate !== 'rejected' || !first) continue;
    const key = JSON.stringify([area, first]);
    lost.set(key, { area, ...first, count: (lost.get(key)?.count ?? 0) + 1 });
  }
  return {
    drawn: count(candidates),
    kept: count(candidates.filter(({ fate }) => fate === 'kept')),
    lost: [...lost.values()].sort((left, right) => right.count - left.count),
  };
}
