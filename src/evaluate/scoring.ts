/** From what was said to what it scores: evaluations without their texts, for figures over any number of them. */

import { createHash, hash } from 'node:crypto';
import type { EvaluationHead, ScoredAttempt } from '../core/evaluated.ts';
import type { Evaluation } from '../core/records.ts';
import type { Sample } from '../core/sample.ts';
import type { Verdict } from '../core/verdict.ts';

/** Scores evaluations one after another. Verdicts that differ in answer and details only are kept once. */
export class Scoring {
  readonly #verdicts = new Map<string, Verdict>();
  readonly #areas = new Map<string, string>();

  score({ sample, area, prompt, expected, attempt, output, verdict }: Evaluation): ScoredAttempt {
    return {
      sample,
      area: kept(this.#areas, area, area),
      attempt,
      verdict: this.#bare(verdict),
      ...(verdict.answer === undefined ? {} : { answer: verdict.answer }),
      isTruncated: output.finishReason === 'length',
      problem: problemHash({ prompt, expected }),
    };
  }

  #bare({ status, reason, checks }: Verdict): Verdict {
    let key = `${status}\n${reason ?? ''}`;
    for (const check of checks) key += `\n${check.name}\n${check.score}\n${check.status}\n${check.reason ?? ''}`;
    const known = this.#verdicts.get(key);
    if (known) return known;
    const bare = checks.map(({ detail: _, ...check }) => check);
    return kept(this.#verdicts, key, { status, ...(reason === undefined ? {} : { reason }), checks: bare });
  }
}

function kept<T>(known: Map<string, T>, key: string, value: T): T {
  const found = known.get(key);
  if (found === undefined) known.set(key, value);
  return found ?? value;
}

/** The same for the same prompt and expected answer. */
export function problemHash({ prompt, expected }: { prompt: string; expected?: string | undefined }): string {
  const digest = hash('sha256', JSON.stringify([prompt, expected ?? null]), 'buffer');
  // Not a slice of 64 digits: it would keep all of them in memory, for every attempt.
  return digest.toString('hex', 0, 8);
}

/** Names a set of samples by its content. @param of how many the suite has of their split */
export function samplesRecord(samples: readonly Sample[], of: number): EvaluationHead['samples'] {
  // Piece by piece, for a hundred thousand samples as one text take as much memory as their evaluation.
  const all = createHash('sha256');
  samples.forEach((sample, index) => {
    all.update(`${index === 0 ? '[' : ','}${JSON.stringify([sample.id, problemHash(sample)])}`);
  });
  return { n: samples.length, of, hash: all.update(samples.length === 0 ? '[]' : ']').digest('hex') };
}
