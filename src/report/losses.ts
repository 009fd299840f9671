/** Where the teacher's candidates were lost, over all rounds: by area, and by the stage and check that turned them down. */

import type { RejectionStage, Round } from '../core/records.ts';
import type { ReportInput } from './input.ts';

export interface LossReason {
  readonly stage: RejectionStage;
  readonly check: string;
  readonly reason: string;
  readonly count: number;
  /** Of all rejected candidates, 0 to 1. */
  readonly share: number;
  readonly areas: Readonly<Record<string, number>>;
}

export interface LossView {
  /** `drawn = kept + spare + waiting + rejected` in each area, in the suite's order. */
  readonly areas: readonly {
    readonly area: string;
    readonly drawn: number;
    readonly kept: number;
    /** Passed, but another candidate of the same problem was chosen. */
    readonly spare: number;
    /** Passed, but nobody has decided yet. */
    readonly waiting: number;
    readonly rejected: number;
  }[];
  /** Most frequent first. */
  readonly reasons: readonly LossReason[];
  readonly drawn: number;
  readonly kept: number;
  readonly spare: number;
  readonly waiting: number;
  readonly rejected: number;
}

type Loss = Round['candidates']['lost'][number];

export function lossView({ summary, rounds }: ReportInput): LossView {
  const lost = rounds.flatMap((round) => round.candidates.lost);
  const drawn = tally(rounds.flatMap((round) => Object.entries(round.candidates.drawn)));
  const kept = tally(rounds.flatMap((round) => Object.entries(round.candidates.kept)));
  const waiting = tally(rounds.flatMap((round) => Object.entries(round.candidates.waiting ?? {})));
  const rejected = tally(lost.map((loss) => [loss.area, loss.count]));
  const areas = [...new Set([...Object.keys(summary.before.areas), ...drawn.keys()])].map((area) => {
    const of = (counts: ReadonlyMap<string, number>): number => counts.get(area) ?? 0;
    const counts = { drawn: of(drawn), kept: of(kept), waiting: of(waiting), rejected: of(rejected) };
    return { area, ...counts, spare: counts.drawn - counts.kept - counts.waiting - counts.rejected };
  });
  const total = (key: 'drawn' | 'kept' | 'spare' | 'waiting' | 'rejected') =>
    areas.reduce((sum, area) => sum + area[key], 0);
  return {
    areas,
    reasons: reasonsOf(lost, total('rejected')),
    drawn: total('drawn'),
    kept: total('kept'),
    spare: total('spare'),
    waiting: total('waiting'),
    rejected: total('rejected'),
  };
}

function reasonsOf(lost: readonly Loss[], rejected: number): LossReason[] {
  const groups = new Map<string, Loss[]>();
  for (const loss of lost) {
    const name = JSON.stringify([loss.stage, loss.check, loss.reason]);
    groups.set(name, [...(groups.get(name) ?? []), loss]);
  }
  return [...groups.values()]
    .map((group) => {
      const { stage, check, reason } = group[0] as Loss;
      const areas = tally(group.map((loss) => [loss.area, loss.count]));
      const count = group.reduce((sum, loss) => sum + loss.count, 0);
      return { stage, check, reason, count, share: count / rejected, areas: Object.fromEntries(areas) };
    })
    .sort((left, right) => right.count - left.count);
}

function tally(entries: readonly (readonly [string, number])[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const [name, count] of entries) totals.set(name, (totals.get(name) ?? 0) + count);
  return totals;
}
