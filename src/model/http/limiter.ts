/** How many requests may be under way: as many as the server bears, and no faster than its rate limits. */

import type { Endpoint } from '../../core/endpoint.ts';
import type { Clock } from './retry.ts';

export interface Wanted {
  /** Tokens of the prompt, and of the longest answer. */
  readonly promptTokens: number;
  readonly maxTokens: number;
  /** Goes first: a call that others wait behind. */
  readonly isUrgent: boolean;
  readonly signal: AbortSignal;
}

export interface Ended {
  /** Tokens that it took. */
  readonly tokens: number;
  /** Whether it failed as requests do where there are too many. */
  readonly isCrowded: boolean;
  /** What the server asked to wait. */
  readonly waitMs?: number;
}

/** Permission for one request. */
export interface Permit {
  end(ended: Ended): void;
}

interface Waiting extends Wanted {
  readonly resolve: (permit: Permit) => void;
  readonly reject: (reason: unknown) => void;
}

const START = 8;
const LEAST_WINDOW = 8;
/** Share of a window that may fail as crowded: single failures are the network's, many are ours. */
const BEARABLE = 1 / 8;
/** A window of growth adds this part of the most that is allowed. */
const STEP = 1 / 16;

/**
 * Additive increase, multiplicative decrease, in windows of as many requests as may be under way (at least 8): once more
 * than an eighth of them failed as crowded, the limit halves, and what the server asked to wait is waited by all; without
 * that it grows at the window's end, doubling until the first decrease. Requests begun before a decrease do not count against the new limit, which
 * is never below 1 and always grows again. Rate limits are paced: no minute has more than its share, but for the requests
 * of a second.
 */
export class Limiter {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #requests: Bucket | undefined;
  readonly #tokens: Bucket | undefined;
  readonly #signals = new WeakSet<AbortSignal>();
  #queue: Waiting[] = [];
  #limit: number;
  #isFresh = true;
  #underWay = 0;
  #window = { ended: 0, crowded: 0, waitMs: 0 };
  #notBefore = 0;
  #meanTokens: number | undefined;
  #sleep: AbortController | undefined;

  constructor(limits: Endpoint['limits'], clock: Clock) {
    const { concurrency = 64, requestsPerMinute, tokensPerMinute } = limits ?? {};
    this.#clock = clock;
    this.#most = concurrency;
    this.#limit = Math.min(START, concurrency);
    this.#requests = requestsPerMinute ? new Bucket(requestsPerMinute, clock) : undefined;
    this.#tokens = tokensPerMinute ? new Bucket(tokensPerMinute, clock) : undefined;
  }

  /** Requests that may be under way now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Waits for a place. Rejects with the signal's reason once it is aborted. */
  acquire(wanted: Wanted): Promise<Permit> {
    const { signal, isUrgent } = wanted;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      this.#listen(signal);
      const waiting: Waiting = { ...wanted, resolve, reject };
      if (isUrgent) this.#queue.unshift(waiting);
      else this.#queue.push(waiting);
      this.#admit();
    });
  }

  /** Listens once to the signal of many: a signal's listeners are searched one by one. */
  #listen(signal: AbortSignal): void {
    if (this.#signals.has(signal)) return;
    this.#signals.add(signal);
    const leave = (): void => {
      const leaving = this.#queue.filter((waiting) => waiting.signal === signal);
      this.#queue = this.#queue.filter((waiting) => waiting.signal !== signal);
      if (this.#queue.length === 0) this.#sleep?.abort();
      for (const { reject } of leaving) reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
  }

  #admit(): void {
    while (this.#queue.length > 0 && this.#underWay < this.limit && !this.#sleep) {
      const pause = this.#notBefore - this.#clock.now();
      const waitMs = Math.max(pause, this.#requests?.waitMs() ?? 0, this.#tokens?.waitMs() ?? 0);
      if (waitMs > 0) this.#admitIn(waitMs);
      else this.#start(this.#queue.shift() as Waiting);
    }
  }

  #admitIn(waitMs: number): void {
    const sleep = new AbortController();
    this.#sleep = sleep;
    const wake = (): void => {
      this.#sleep = undefined;
      this.#admit();
    };
    this.#clock.sleep(waitMs, sleep.signal).then(wake, wake);
  }

  #start({ promptTokens, maxTokens, resolve }: Waiting): void {
    const reserved = promptTokens + (this.#meanTokens ?? maxTokens);
    const window = this.#window;
    this.#underWay++;
    this.#requests?.take(1);
    this.#tokens?.take(reserved);
    resolve({
      end: (ended) => {
        this.#underWay--;
        this.#tokens?.take(ended.tokens - reserved);
        if (ended.tokens > 0) {
          const output = Math.max(1, ended.tokens - promptTokens);
          this.#meanTokens = this.#meanTokens === undefined ? output : 0.9 * this.#meanTokens + 0.1 * output;
        }
        if (window === this.#window) this.#judge(ended);
        this.#admit();
      },
    });
  }

  #judge({ isCrowded, waitMs = 0 }: Ended): void {
    const window = this.#window;
    window.ended++;
    if (isCrowded) {
      window.crowded++;
      window.waitMs = Math.max(window.waitMs, waitMs);
    }
    const size = Math.max(LEAST_WINDOW, this.#limit);
    if (window.crowded > size * BEARABLE) {
      this.#isFresh = false;
      this.#limit = Math.max(1, this.#limit / 2);
      this.#notBefore = this.#clock.now() + window.waitMs;
    } else if (window.ended < size) {
      return;
    } else {
      this.#limit = Math.min(this.#most, this.#isFresh ? this.#limit * 2 : this.#limit + this.#most * STEP);
    }
    this.#window = { ended: 0, crowded: 0, waitMs: 0 };
  }
}

/** Fills by the minute's share; what is taken may exceed what is there, and is then waited off. */
class Bucket {
  readonly #perMs: number;
  readonly #clock: Clock;
  #level: number;
  #at: number;

  constructor(perMinute: number, clock: Clock) {
    this.#perMs = perMinute / 60_000;
    this.#clock = clock;
    this.#level = 0;
    this.#at = clock.now();
  }

  /** Until something may be taken. */
  waitMs(): number {
    this.#fill();
    return Math.max(0, -this.#level / this.#perMs);
  }

  /** A negative amount gives back. */
  take(amount: number): void {
    this.#fill();
    this.#level = Math.min(this.#most, this.#level - amount);
  }

  /** A second's share: what an idle time may save up. */
  get #most(): number {
    return this.#perMs * 1000;
  }

  #fill(): void {
    const now = this.#clock.now();
    this.#level = Math.min(this.#most, this.#level + Math.max(0, now - this.#at) * this.#perMs);
    this.#at = now;
  }
}
