/** What several attempts at one sample come to: one observation, because they are not independent. */

import type { ScoredAttempt } from './evaluated.ts';
import { type Score, type Status, statusOf, type Verdict } from './verdict.ts';

/** A sample's attempts on one score. */
export interface Tally {
  readonly sample: string;
  readonly area: string;
  readonly passed: number;
  /** Attempts that could be judged. */
  readonly scored: number;
  /** Attempts that a check of this score looked at. */
  readonly judged: number;
}

/** A sample's share of passed attempts; at least one was scored. */
export function rateOf({ passed, scored }: Tally): number {
  return passed / scored;
}

/**
 * A tally for each sample of which any verdict says something about the score, in the order of the first attempts. A
 * verdict without a check of the score says nothing about it, not even that it could not be scored.
 */
export function talliesOf(
  attempts: readonly Pick<ScoredAttempt, 'sample' | 'area' | 'verdict'>[],
  score: Score,
): Map<string, Tally> {
  const tallies = new Map<string, Tally & { passed: number; scored: number; judged: number }>();
  // Attempts that are judged alike share their verdict.
  const statuses = new Map<Verdict, Status | undefined>();
  for (const { sample, area, verdict } of attempts) {
    if (!statuses.has(verdict)) statuses.set(verdict, statusOf(verdict, score));
    const status = statuses.get(verdict);
    if (status === undefined) continue;
    const tally = tallies.get(sample) ?? { sample, area, passed: 0, scored: 0, judged: 0 };
    tallies.set(sample, tally);
    tally.judged++;
    if (status === 'unscored') continue;
    tally.scored++;
    if (status === 'pass') tally.passed++;
  }
  return tallies;
}
