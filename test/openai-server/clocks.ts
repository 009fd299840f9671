/** Time for the server's clients, so that no test waits for it. */

import { setImmediate } from 'node:timers/promises';

/** A clock on which every wait is over at once; what was waited for is in `slept`. */
export class HastyClock {
  readonly slept: number[] = [];
  #now = Date.now();

  now = (): number => this.#now;

  sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    this.slept.push(ms);
    this.#now += ms;
  };
}

/** A clock that stands still until {@link run}, which goes from wait to wait until none is left. */
export class VirtualClock {
  #now = 0;
  #waits: { readonly until: number; readonly wake: () => void }[] = [];

  now = (): number => this.#now;

  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const wait = { until: this.#now + ms, wake: resolve };
      this.#waits.push(wait);
      signal?.addEventListener('abort', () => {
        this.#waits = this.#waits.filter((other) => other !== wait);
        reject(signal.reason);
      });
    });

  async run(): Promise<void> {
    for (;;) {
      await setImmediate();
      const next = this.#waits.toSorted((left, right) => left.until - right.until)[0];
      if (!next) return;
      this.#waits = this.#waits.filter((wait) => wait !== next);
      this.#now = next.until;
      next.wake();
    }
  }
}
