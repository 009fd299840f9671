/** Evaluations → figures: shares with their intervals, over all areas and area by area, and why the failures failed. */

import type { Evaluation, Scoreboard, Scores } from '../core/records.ts';
import { clusteredProportion } from '../core/statistics/clustered.ts';
import type { Proportion } from '../core/statistics/proportion.ts';
import { rateOf, type Tally, talliesOf } from '../core/tallies.ts';
import type { Score, Status, Verdict } from '../core/verdict.ts';

/** The part of an evaluation that figures are made from. */
export type JudgedSample = Pick<Evaluation, 'sample' | 'area'> & { readonly verdict: Verdict };

/**
 * The three scores, over all and by area. Several attempts at one sample are one observation, the share of them that
 * passed, because they are not independent; `n` and `unscored` count samples.
 * @param areas every area to show: one without evaluations shows `null` and n = 0.
 */
export function scoreboard(evaluations: readonly JudgedSample[], areas: readonly string[]): Scoreboard {
  // One score after another, for all areas at once: the tallies of a hundred thousand samples take twenty megabytes.
  const byScore = each((score) => {
    const tallies = [...talliesOf(evaluations, score).values()];
    const ofArea = (area: string) => proportionOf(tallies.filter((tally) => tally.area === area));
    return { overall: proportionOf(tallies), areas: new Map(areas.map((area) => [area, ofArea(area)])) };
  });
  return {
    overall: each((score) => byScore[score].overall),
    areas: Object.fromEntries(areas.map((area) => [area, each((score) => byScore[score].areas.get(area)!)])),
  };
}

/** The three scores of a set of evaluations. */
export function scores(evaluations: readonly JudgedSample[]): Scores {
  return scoreboard(evaluations, []).overall;
}

function each<T>(of: (score: Score) => T): Record<Score, T> {
  return { answer: of('answer'), format: of('format'), trace: of('trace') };
}

function proportionOf(tallies: readonly Tally[]): Proportion {
  const scored = tallies.filter((tally) => tally.scored > 0);
  const attempts = scored.reduce((most, tally) => Math.max(most, tally.scored), 1);
  return clusteredProportion(scored.map(rateOf), attempts, tallies.length - scored.length);
}

/** How often a check failed for a reason in an area. */
export interface ReasonCount {
  readonly area: string;
  readonly check: string;
  readonly reason: string;
  readonly count: number;
}

/**
 * Every failed check of every evaluation, counted by area, check and reason code; most frequent first.
 * @param of the status to count instead, for `unscored`. @default 'fail'
 */
export function reasons(evaluations: readonly JudgedSample[], of: Status = 'fail'): ReasonCount[] {
  const counts = new Map<string, ReasonCount>();
  for (const { area, verdict } of evaluations) {
    for (const { name: check, status, reason = 'no-reason' } of verdict.checks) {
      if (status !== of) continue;
      const key = JSON.stringify([area, check, reason]);
      counts.set(key, { area, check, reason, count: (counts.get(key)?.count ?? 0) + 1 });
    }
  }
  // Ties in the order of their names, so that the same evaluations in any order give the same table.
  return [...counts]
    .sort(([left, a], [right, b]) => b.count - a.count || (left < right ? -1 : 1))
    .map(([, count]) => count);
}
