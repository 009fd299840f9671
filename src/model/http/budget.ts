/** A ceiling on what is spent, in US dollars and in tokens, that no call can break through. */

import { ProofstillError } from '../../core/errors.ts';

export interface Spend {
  readonly usd: number;
  /** Of prompts and answers. */
  readonly tokens: number;
}

export type Ceilings = Partial<Spend>;

/** Part of the budget that a call may use up, until it is known what it did. */
export interface Reservation {
  settle(actual: Spend): void;
}

/**
 * Holds all calls of a run, whatever models they go to, under its ceilings: each reserves the most that it can cost and
 * settles what it did. Where the next reservation would not fit, calls in flight are waited for, which mostly cost less.
 */
export class Budget {
  readonly ceilings: Ceilings;
  #usd: number;
  #tokens: number;
  #reserved = { usd: 0, tokens: 0 };
  #open = 0;
  #wakes: (() => void)[] = [];

  /** `spent` is what the calls of earlier processes cost. @throws config error for a ceiling that is not above 0 */
  constructor(ceilings: Ceilings, spent: Spend = { usd: 0, tokens: 0 }) {
    for (const [name, ceiling] of Object.entries(ceilings)) {
      if (ceiling > 0) continue;
      throw new ProofstillError('config', `expected a ceiling above 0, got ${ceiling}`, { place: `budget.${name}` });
    }
    this.ceilings = ceilings;
    this.#usd = spent.usd;
    this.#tokens = spent.tokens;
  }

  /** What all settled calls cost, those of earlier processes included. */
  get spent(): Spend {
    return { usd: this.#usd, tokens: this.#tokens };
  }

  /**
   * Reserves the most that a call can cost, as soon as it fits. Rejects with the reason of an aborted signal.
   * @throws budget error where it does not fit and no call in flight can make room.
   */
  async reserve(worst: Spend, signal: AbortSignal): Promise<Reservation> {
    while (!this.#fits(worst)) {
      if (this.#open === 0) throw this.#reached(worst);
      await new Promise<void>((resolve) => this.#wakes.push(resolve));
      if (signal.aborted) throw signal.reason;
    }
    this.#open++;
    this.#reserved.usd += worst.usd;
    this.#reserved.tokens += worst.tokens;
    return { settle: (actual) => this.#settle(worst, actual) };
  }

  #settle(worst: Spend, actual: Spend): void {
    this.#open--;
    // Sums of fractions do not come back to 0 by themselves.
    this.#reserved.usd = this.#open === 0 ? 0 : this.#reserved.usd - worst.usd;
    this.#reserved.tokens -= worst.tokens;
    this.#usd += actual.usd;
    this.#tokens += actual.tokens;
    for (const wake of this.#wakes.splice(0)) wake();
  }

  #fits({ usd, tokens }: Spend): boolean {
    const { usd: mostUsd = Number.POSITIVE_INFINITY, tokens: mostTokens = Number.POSITIVE_INFINITY } = this.ceilings;
    return (
      this.#usd + this.#reserved.usd + usd <= mostUsd && this.#tokens + this.#reserved.tokens + tokens <= mostTokens
    );
  }

  #reached(worst: Spend): ProofstillError {
    const { usd, tokens } = this.ceilings;
    const isOverUsd = usd !== undefined && this.#usd + worst.usd > usd;
    const show = (value: number): string => (isOverUsd ? `$${value.toFixed(4)}` : `${value} tokens`);
    const [spent, ceiling, next] = isOverUsd
      ? [this.#usd, usd, worst.usd]
      : [this.#tokens, tokens as number, worst.tokens];
    const message = `${show(spent)} of the budget's ${show(ceiling)} are spent, and the next call may take ${show(next)}`;
    return new ProofstillError('budget', message, {
      place: isOverUsd ? 'budget.usd' : 'budget.tokens',
      hint: 'Answered calls are kept: raise the ceiling and start the same command again, or lower maxTokens.',
    });
  }
}
