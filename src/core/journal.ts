/** The journal's contract: each finished piece of work once, keyed by the content that it depends on. */

export interface Journal {
  /** What was recorded under `key`, or `undefined`. */
  get(key: string): unknown;
  /** Records `value` durably under `key`; it is on disk when this returns. */
  record(key: string, value: unknown): void;
}
