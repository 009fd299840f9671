/** The journal's contract: each finished piece of work once, keyed by the content that it depends on. */

import type { Output } from './output.ts';

export interface Journal {
  /** What was recorded under `key`, or `undefined`. */
  get(key: string): unknown;
  /** Records `value` durably under `key`; it is on disk when this returns. */
  record(key: string, value: unknown): void;
}

/** The calls that an endpoint has answered. They are paid for, so each is kept the moment it ends, in whatever order that is. */
export interface Calls {
  /** The answer to a call, or `undefined` where it was not answered yet. */
  get(key: string): Output | undefined;
  /** Keeps an answer under the hash of all that it depends on; it survives a kill when this returns. @throws record error */
  record(key: string, output: Output): void;
}
