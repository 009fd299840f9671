/** What became of candidates, counted: stage by stage, by area and by teacher. */

import { type Candidate, REJECTION_STAGES, type RejectionStage, type Round } from '../core/records.ts';
import { type Rejection, rejectedBy } from './settle.ts';

/** Counts of a round's candidates by area, and which stage, check and reason rejected the others, most frequent first. */
export function tally(
  candidates: readonly Candidate[],
  areas: readonly string[],
  rejection: Rejection,
): Round['candidates'] {
  const count = (rows: readonly Candidate[]): Record<string, number> =>
    Object.fromEntries(areas.map((area) => [area, rows.filter((candidate) => candidate.area === area).length]));
  const lost = new Map<string, Round['candidates']['lost'][number]>();
  for (const candidate of candidates) {
    const decisive = rejectedBy(candidate, rejection);
    if (!decisive) continue;
    const { area } = candidate;
    const key = JSON.stringify([area, decisive]);
    lost.set(key, { area, ...decisive, count: (lost.get(key)?.count ?? 0) + 1 });
  }
  const waiting = candidates.filter(({ fate }) => fate === 'waiting');
  return {
    drawn: count(candidates),
    kept: count(candidates.filter(({ fate }) => fate === 'kept')),
    ...(waiting.length > 0 ? { waiting: count(waiting) } : {}),
    lost: [...lost.values()].sort((left, right) => right.count - left.count),
  };
}

/** How candidates fall from stage to stage. `drawn` less what the stages rejected is `spare + waiting + kept`. */
export interface Funnel {
  readonly drawn: number;
  /** In the order of {@link REJECTION_STAGES}. */
  readonly stages: readonly FunnelStage[];
  readonly spare: number;
  readonly waiting: number;
  readonly kept: number;
}

export interface FunnelStage {
  readonly stage: RejectionStage;
  /** Candidates that it found fault with, whatever another stage found and whether it is on. */
  readonly found: number;
  /** Those that it rejected: it is on, and no stage before it did. */
  readonly rejected: number;
  /** Those that no stage up to this one rejected. */
  readonly left: number;
}

/** The funnel of any candidates. None give zeros. */
export function funnel(candidates: readonly Candidate[], rejection: Rejection): Funnel {
  const fates = (fate: Candidate['fate']): number => candidates.filter((candidate) => candidate.fate === fate).length;
  const rejecting = candidates.map((candidate) => rejectedBy(candidate, rejection)?.stage);
  let left = candidates.length;
  const stages = REJECTION_STAGES.map((stage) => {
    const found = candidates.filter(({ failures }) => failures.some((failure) => failure.stage === stage)).length;
    const rejected = rejecting.filter((one) => one === stage).length;
    left -= rejected;
    return { stage, found, rejected, left };
  });
  return { drawn: candidates.length, stages, spare: fates('spare'), waiting: fates('waiting'), kept: fates('kept') };
}

export interface FunnelRow extends Funnel {
  readonly area: string;
  /** The teacher's fingerprint. */
  readonly teacher: string;
}

/** A funnel for each area and teacher that has candidates: areas in the order given, teachers as they first come. */
export function funnelRows(
  candidates: readonly Candidate[],
  areas: readonly string[],
  rejection: Rejection,
): FunnelRow[] {
  const teachers = [...new Set(candidates.map(({ teacher }) => teacher))];
  return areas.flatMap((area) =>
    teachers.flatMap((teacher) => {
      const rows = candidates.filter((candidate) => candidate.area === area && candidate.teacher === teacher);
      return rows.length === 0 ? [] : [{ area, teacher, ...funnel(rows, rejection) }];
    }),
  );
}
