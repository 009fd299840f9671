/** How many outputs may go unscored before a run ends: each is the harness's fault, and a score of the rest would mislead. */

import { ProofstillError } from '../core/errors.ts';
import type { Check, Verdict } from '../core/verdict.ts';

/**
 * Counts what could not be scored among `total` outputs, of which the share `max` is tolerated, rounded up: a single one
 * never ends a run, unless none is tolerated. A cancelled output counts for nothing, for nobody failed to judge it.
 */
export class UnscoredTolerance {
  readonly #total: number;
  readonly #max: number;
  #judged = 0;
  #unscored = 0;

  /** @param max share of `total`, 0 to 1 */
  constructor(total: number, max: number) {
    this.#total = total;
    this.#max = max;
  }

  /** Counts a verdict of an earlier, interrupted run. */
  add(verdict: Verdict): void {
    this.#judged++;
    if (isUnscored(verdict)) this.#unscored++;
  }

  /** Counts a verdict. @throws verifier error where it is one unscored too many, naming who failed and why. */
  take(verdict: Verdict, place: string): void {
    this.add(verdict);
    if (!isUnscored(verdict) || this.#unscored <= Math.ceil(this.#max * this.#total)) return;
    const { name = 'verifier', reason = 'no reason', detail } = culprit(verdict) ?? {};
    const percent = Number((100 * this.#max).toPrecision(3));
    const message = `${this.#unscored} of ${this.#judged} outputs could not be scored, more than ${percent}% of ${this.#total}; the last by ${name}: ${reason}${detail === undefined ? '' : `, ${detail}`}`;
    throw new ProofstillError('verifier', message, {
      place,
      hint: 'Mend the verifier, or the expected answer that it cannot read; or tolerate more: unscored.max, --max-unscored.',
    });
  }
}

function isUnscored({ status, reason }: Verdict): boolean {
  return status === 'unscored' && reason !== 'cancelled';
}

function culprit(verdict: Verdict): Check | undefined {
  return verdict.checks.find(({ status }) => status === 'unscored');
}
