/** A deadline for work on this thread. */

import { createContext, Script } from 'node:vm';

const SCRIPT = new Script('work()');

/**
 * Runs `work` and ends it at the deadline wherever it is: in a loop, in a backtracking regular expression, in WebAssembly.
 * What it had in hand is then in an unknown state and must be thrown away.
 */
export function within<Value>(
  deadlineMs: number,
  work: () => Value,
): { readonly kind: 'ended'; readonly value: Value } | { readonly kind: 'timed-out' } {
  const context = createContext({ work });
  try {
    return {
      kind: 'ended',
      value: SCRIPT.runInContext(context, { timeout: Math.max(1, Math.ceil(deadlineMs)) }) as Value,
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { kind: 'timed-out' };
    throw error;
  }
}
