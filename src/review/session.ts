/** One sitting of a reviewer: the queue, what is decided about it, and the rule that an edit must pass the verifier. */

import { throwIfInterrupted } from '../core/errors.ts';
import { type Candidate, type Review, SCHEMA } from '../core/records.ts';
import { type Decisions, editedOutput, type ReviewedText } from '../core/review.ts';
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
  /** By place in the queue: a long one is not asked through at every keystroke. */
  readonly #decided: (Review['decision'] | undefined)[];

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#decided = options.queue.items.map((item) => this.#decisionOn(item));
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
    const later = this.#decided.indexOf(undefined, from);
    const place = later < 0 ? this.#decided.indexOf(undefined) : later;
    return place < 0 ? null : place;
  }

  counts(): Counts {
    const number = (wanted: Review['decision'] | undefined): number =>
      this.#decided.filter((decision) => decision === wanted).length;
    return {
      queued: this.#decided.length,
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
    const { queue, suite } = this.#options;
    const item = queue.items[order.n];
    if (item === undefined || item.hash !== order.hash) return { kind: 'stale' };
    const verdict = order.decision === 'edit' ? await verifyEdit(suite, item.read(), order.text, signal) : null;
    if (verdict !== null && verdict.status !== 'pass') return { kind: 'refused', verdict };
    throwIfInterrupted(signal);
    const { n, hash: _, ...said } = order;
    this.#record(n, { ...named(item), ...said });
    return { kind: 'decided', next: this.undecided(n + 1), counts: this.counts(), verdict };
  }

  /** Withdraws the last decision about an item of the queue. @returns its place; `null` where there is none to withdraw */
  undo(): number | null {
    const { queue, journal } = this.#options;
    const placeOf = (review: Review): number =>
      queue.items.findIndex(
        ({ id, attempt, hash }) => id === review.id && attempt === review.attempt && hash === review.hash,
      );
    const last = journal.decisions.last((review) => placeOf(review) >= 0);
    if (last === undefined) return null;
    const place = placeOf(last);
    this.#record(place, { ...named(last), decision: 'undo' });
    return place;
  }

  #record(place: number, review: Omit<Review, 'schema' | 'at'>): void {
    const { queue, journal, now = () => new Date() } = this.#options;
    journal.add({ schema: SCHEMA, ...review, at: now().toISOString() });
    this.#decided[place] = this.#decisionOn(queue.items[place] as Queued);
  }

  #decisionOn(item: Queued): Review['decision'] | undefined {
    return this.#options.journal.decisions.on(item)?.decision;
  }
}

function named({ id, attempt, hash }: ReviewedText): ReviewedText {
  return { id, attempt, hash };
}

function verifyEdit(suite: Suite, candidate: Candidate, text: string, signal: AbortSignal): Promise<Verdict> {
  const { id, area, prompt, expected, key } = candidate;
  const problem = { id, suite: suite.name, area, split: 'train', prompt, key } as const;
  const sample: Sample = expected === undefined ? problem : { ...problem, expected };
  return verifyOutput(suite.verify, sample, editedOutput(candidate, text), { policy: 'select', signal });
}
