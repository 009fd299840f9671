/** What people decided about candidates: `verify/settle.ts` says what becomes of a candidate by it. */

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

/** What a verifier is shown of a text that a person wrote in place of a candidate's: whole, whatever became of the first one. */
export function editedOutput({ output }: Candidate, text: string): Output {
  const { tokens } = output;
  return { text, ...partsOf(text), finishReason: 'stop', tokens, timings: { firstTokenMs: 0, totalMs: 0 } };
}

function keyOf({ id, attempt, hash }: ReviewedText): string {
  return JSON.stringify([id, attempt, hash]);
}
