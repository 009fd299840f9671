/** What people decided about candidates, and what becomes of a candidate by it. */

import { sha256 } from './hash.ts';
import { type Output, partsOf } from './output.ts';
import type { Candidate, Review } from './records.ts';

/** One text that a candidate had. A decision is about this text: it says nothing of what the same attempt once was or will be. */
export type ReviewedText = Pick<Review, 'id' | 'attempt' | 'hash'>;

/** The text of a candidate, as decisions name it. */
export function reviewedText({ id, attempt, output }: Pick<Candidate, 'id' | 'attempt' | 'output'>): ReviewedText {
  return { id, attempt, hash: sha256(output.text) };
}

/** The decisions that stand, out of the lines of `reviews.jsonl` in their order. */
export class Decisions {
  /** Of each text, in order; withdrawn ones are gone. */
  readonly #byText = new Map<string, Review[]>();
  /** Of all texts. */
  readonly #standing: Review[] = [];

  constructor(reviews: Iterable<Review> = []) {
    for (const review of reviews) this.add(review);
  }

  /** Takes the next line. */
  add(review: Review): void {
    const key = keyOf(review);
    const about = this.#byText.get(key) ?? [];
    this.#byText.set(key, about);
    if (review.decision !== 'undo') {
      about.push(review);
      this.#standing.push(review);
      return;
    }
    const withdrawn = about.pop();
    if (withdrawn) this.#standing.splice(this.#standing.lastIndexOf(withdrawn), 1);
  }

  /** The last decision about a text; `undefined` where there is none, or each was withdrawn. */
  on(text: ReviewedText): Review | undefined {
    return this.#byText.get(keyOf(text))?.at(-1);
  }

  /** The last decision about any text that `isMeant`. */
  last(isMeant: (review: Review) => boolean): Review | undefined {
    return this.#standing.findLast(isMeant);
  }
}

/**
 * A candidate as the last decision about its text leaves it; as it is where there is none. Accepted, what waited is `kept`;
 * rejected, it has a failure of stage `person`; edited, it is `kept` with the new text, which was verified. Token counts stay
 * those of the teacher's text. It does not choose among candidates of one problem: several may be `kept`.
 */
export function applyReview(candidate: Candidate, review: Review | undefined): Candidate {
  if (review === undefined || review.decision === 'undo') return candidate;
  const failures = candidate.failures.filter(({ stage }) => stage !== 'person');
  if (review.decision === 'reject') {
    const failure = { stage: 'person', check: 'review', reason: 'rejected' } as const;
    return { ...candidate, fate: 'rejected', failures: [...failures, failure] };
  }
  if (review.decision === 'edit') {
    const output = { ...candidate.output, text: review.text as string, finishReason: 'stop' as const };
    return { ...candidate, output, fate: 'kept', failures: [] };
  }
  return { ...candidate, fate: candidate.fate === 'waiting' ? 'kept' : candidate.fate, failures };
}

/** What a verifier is shown of a text that a person wrote in place of a candidate's: whole, whatever became of the first one. */
export function editedOutput({ output }: Candidate, text: string): Output {
  const { tokens } = output;
  return { text, ...partsOf(text), finishReason: 'stop', tokens, timings: { firstTokenMs: 0, totalMs: 0 } };
}

function keyOf({ id, attempt, hash }: ReviewedText): string {
  return JSON.stringify([id, attempt, hash]);
}
