/** What people decided about a run's candidates: `reviews.jsonl`, with a lock of its own, for the run may be going on. */

import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Candidate, candidateSchema, type Review, reviewSchema } from '../core/records.ts';
import { Decisions } from '../core/review.ts';
import type { StoredCandidate } from '../review/queue.ts';
import { orExplain } from './files.ts';
import { openLine, openLines, readLines, scanLines } from './lines.ts';
import { takeLock } from './lock.ts';

export const REVIEWS = 'reviews.jsonl';
const LOCK = 'reviews.lock';

/** An open `reviews.jsonl`. */
export interface ReviewFile extends Disposable {
  /** Those that stand. */
  readonly decisions: Decisions;
  /** Appends one; it survives a power cut when this returns. @throws record error */
  add(review: Review): void;
}

/**
 * Opens a run's reviews for one reviewing process at a time.
 * @throws record error where another process has them open, or a line is corrupt.
 */
export function openReviews(directory: string): ReviewFile {
  const path = resolve(directory);
  const release = takeLock(join(path, LOCK), 'reviewing this run');
  try {
    const lines = openLines(join(path, REVIEWS), reviewSchema);
    const decisions = new Decisions(lines.values);
    return {
      decisions,
      add(review) {
        lines.append(review);
        lines.sync();
        decisions.add(review);
      },
      [Symbol.dispose]() {
        lines.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** The decisions that stand at this moment, also while somebody reviews; none where nobody ever did. @throws record error */
export function readDecisions(directory: string): Decisions {
  const file = join(directory, REVIEWS);
  return new Decisions(existsSync(file) ? readLines(file, reviewSchema) : []);
}

/**
 * The candidates of all rounds, in the order in which they were made, also of a run that is going on.
 * @throws record error where a line is corrupt.
 */
export function* storedCandidates(directory: string): Generator<StoredCandidate, void> {
  const folder = join(directory, 'candidates');
  const rounds = (existsSync(folder) ? readdirSync(folder) : [])
    .flatMap((name) => /^round-(\d+)\.jsonl$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((left, right) => left - right);
  for (const round of rounds) {
    const file = join(folder, `round-${round}.jsonl`);
    let start = 0;
    for (const { text, place, end, isTorn } of scanLines(file)) {
      if (isTorn) break;
      const from = start;
      yield {
        candidate: openLine(text, candidateSchema, place),
        read: () => candidateAt(file, place, { from, to: end }),
      };
      start = end;
    }
  }
}

/** The candidate in these bytes of a file. */
function candidateAt(file: string, place: string, { from, to }: { from: number; to: number }): Candidate {
  const line = orExplain(file, () => {
    const handle = openSync(file, 'r');
    try {
      // Without the line's end.
      const bytes = Buffer.alloc(to - from - 1);
      readSync(handle, bytes, { position: from });
      return bytes.toString();
    } finally {
      closeSync(handle);
    }
  });
  return openLine(line, candidateSchema, place);
}
