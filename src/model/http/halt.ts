/** How the calls of one `generate` end before their time. */

import { setMaxListeners } from 'node:events';
import { ProofstillError } from '../../core/errors.ts';
import type { Clock } from './retry.ts';

/**
 * Two brakes. A failure stops what has not begun, and lets requests under way finish: they are paid for. An interruption,
 * a person's or that of a consumer who wants no more, ends those as well.
 */
export class Halt {
  readonly #stop = new AbortController();
  readonly #wire = new AbortController();
  readonly #release: () => void;

  constructor(signal: AbortSignal | undefined) {
    // Every call in flight listens.
    setMaxListeners(0, this.#stop.signal, this.#wire.signal);
    const interrupted = (): void => this.interrupt(signal?.reason);
    signal?.addEventListener('abort', interrupted, { once: true });
    this.#release = () => signal?.removeEventListener('abort', interrupted);
    if (signal?.aborted) interrupted();
  }

  /** Aborted once nothing new may begin, with the error that says why. */
  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** Aborted once requests under way must end. */
  get wire(): AbortSignal {
    return this.#wire.signal;
  }

  /** Of several failures, the first is the reason. */
  fail(error: unknown): void {
    this.#stop.abort(error);
  }

  interrupt(cause?: unknown): void {
    const error = new ProofstillError('interrupted', 'interrupted', { cause });
    this.#stop.abort(error);
    this.#wire.abort(error);
  }

  throwIfInterrupted(): void {
    if (this.#wire.signal.aborted) throw this.#wire.signal.reason;
  }

  /** @throws the reason, where everything stops meanwhile. */
  async sleep(ms: number, clock: Clock): Promise<void> {
    this.#stop.signal.throwIfAborted();
    await clock.sleep(ms, this.#stop.signal).catch((error: unknown) => {
      throw this.#stop.signal.aborted ? this.#stop.signal.reason : error;
    });
  }

  /** Ends what is left, and listens no more. */
  close(): void {
    this.#release();
    this.interrupt();
  }
}
