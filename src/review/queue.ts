/** Which of a run's candidates a person is to look at, in which order. Texts stay on disk until one is shown. */

import type { Candidate } from '../core/records.ts';
import { type ReviewedText, reviewedText } from '../core/review.ts';
import { derivedSeed } from '../core/seed.ts';

/** A candidate where it is kept. */
export interface StoredCandidate {
  readonly candidate: Candidate;
  /** Reads it again, so that nobody need hold its text. @throws record error where it is gone or changed */
  read(): Candidate;
}

export interface QueueOptions {
  /** Kept candidates too, all of them. */
  readonly all?: boolean;
  /** So many of the kept ones, as a spot check. */
  readonly sample?: number;
  /** Of the spot check: the same candidates are drawn again, also while a run goes on and keeps more. */
  readonly seed: number;
}

export interface Queued extends ReviewedText {
  readonly area: string;
  read(): Candidate;
}

export interface Queue {
  readonly items: readonly Queued[];
  /** Candidates there are, queued or not. */
  readonly candidates: number;
  /** The other attempts at an item's problem, whatever became of them, in their order. */
  others(item: Queued): Candidate[];
}

/** What waits for a person, in the order in which it was made, and then what is to be looked at among the kept. */
export function queueOf(stored: Iterable<StoredCandidate>, { all = false, sample = 0, seed }: QueueOptions): Queue {
  const waiting: Queued[] = [];
  const kept: (Queued & { readonly rank: number })[] = [];
  const problems = new Map<string, (() => Candidate)[]>();
  let candidates = 0;
  for (const { candidate, read } of stored) {
    candidates++;
    const { id, attempt, area, fate } = candidate;
    const reads = problems.get(id);
    if (reads) reads.push(read);
    else problems.set(id, [read]);
    const item = { ...reviewedText(candidate), area, read };
    if (fate === 'waiting') waiting.push(item);
    if (fate === 'kept' && (all || sample > 0)) {
      kept.push({ ...item, rank: derivedSeed(seed, 'spot-check', id, attempt, item.hash) });
    }
  }
  const ranked = kept.toSorted((left, right) => left.rank - right.rank);
  const drawn = new Set(ranked.slice(0, all ? ranked.length : sample));
  return {
    items: [...waiting, ...kept.filter((item) => drawn.has(item))],
    candidates,
    others: (item) => (problems.get(item.id) ?? []).filter((read) => read !== item.read).map((read) => read()),
  };
}
