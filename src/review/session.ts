/** One sitting of a reviewer: the queue, what is decided about it, and the rule that an edit must pass the verifier. */

import { throwIfInterrupted } from '../core/errors.ts';
import { type Candidate, type Review, SCHEMA } from '../core/records.ts';
import { type Decisions, editedOutput } from '../core/review.ts';
import type { Sample } from '../core/sample.ts';
import type { Suite } from '../core/suite.ts';
import type { Verdict } from '../core/verdict.ts';
import { verifyOutput } from '../verify/verify.ts';
import type { Counts, Order, Outcome } from './messages.ts';
import type { Queue, Queued } from './queue.ts';
import { type ItemView, itemView } from './view.ts';

/** Where decisions are kept. */
export interface ReviewJournal {
  readonly decisions: Decisions;
  /** @throws record error where it could not be written, and then nothing was decided */
  add(review: Review): void;
}

export interface SessionOptions {
  readonly queue: Queue;
  readonly journal: ReviewJournal;
  /** Verifies edits. */
  readonly suite: Suite;
  /** When decisions are made. */
  readonly now?: () => Date;
}

export class Session {
  readonly #options: SessionOptions;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** The item at place `n`; `undefined` where there is none. @throws record error where it cannot be read */
  item(n: number): ItemView | undefined {
    const { queue, journal } = this.#options;
    const item = queue.items[n];
    if (item === undefined) return undefined;
    const review = journal.decisions.on(item);
    return itemView(item.read(), { n, hash: item.hash, others: queue.others(item), review });
  }

  /** Place of the first item without a decision from place `from` on, and round to it again; `null` where all are decided. */
  undecided(from = 0): number | null {
    const { items } = this.#options.queue;
    const places = items.map((_, index) => (from + index) % items.length);
    return places.find((place) => this.#decided(items[place] as Queued) === undefined) ?? null;
  }

  counts(): Counts {
    const { items } = this.#options.queue;
    const decisions = items.map((item) => this.#decided(item));
    const number = (wanted: Review['decision'] | undefined): number => decisions.filter((one) => one === wanted).length;
    return {
      queued: items.length,
      accepted: number('accept'),
      rejected: number('reject'),
      edited: number('edit'),
      left: number(undefined),
    };
  }

  /**
   * Records a decision. An edit counts only where the suite's verifier passes it, with policy `select`.
   * @throws record error where it cannot be kept; `interrupted` once the signal is aborted.
   */
  async decide(order: Order, signal: AbortSignal): Promise<Outcome> {
    const { queue, suite, journal, now = () => new Date() } = this.#options;
    const item = queue.items[order.n];
    if (item === undefined || item.hash !== order.hash) return { kind: 'stale' };
    const verdict = order.decision === 'edit' ? await verifyEdit(suite, item.read(), order.text, signal) : null;
    if (verdict !== null && verdict.status !== 'pass') return { kind: 'refused', verdict };
    throwIfInterrupted(signal);
    const { n, hash: _, ...said } = order;
    journal.add({ schema: SCHEMA, ...named(item), ...said, at: now().toISOString() });
    return { kind: 'decided', next: this.undecided(n + 1), counts: this.counts(), verdict };
  }

  /** Withdraws the last decision about an item of the queue. @returns its place; `null` where there is none to withdraw */
  undo(): number | null {
    const { queue, journal, now = () => new Date() } = this.#options;
    const placeOf = (review: Review): number =>
      queue.items.findIndex(
        ({ id, attempt, hash }) => id === review.id && attempt === review.attempt && hash === review.hash,
      );
    const last = journal.decisions.last((review) => placeOf(review) >= 0);
    if (last === undefined) return null;
    journal.add({ schema: SCHEMA, ...named(last), decision: 'undo', at: now().toISOString() });
    return placeOf(last);
  }

  #decided(item: Queued): Review['decision'] | undefined {
    return this.#options.journal.decisions.on(item)?.decision;
  }
}

function named({
  id,
  attempt,
  hash,
}: Pick<Review, 'id' | 'attempt' | 'hash'>): Pick<Review, 'id' | 'attempt' | 'hash'> {
  return { id, attempt, hash };
}

function verifyEdit(suite: Suite, candidate: Candidate, text: string, signal: AbortSignal): Promise<Verdict> {
  const { id, area, prompt, expected, key } = candidate;
  const problem = { id, suite: suite.name, area, split: 'train', prompt, key } as const;
  const sample: Sample = expected === undefined ? problem : { ...problem, expected };
  return verifyOutput(suite.verify, sample, editedOutput(candidate, text), { policy: 'select', signal });
}
