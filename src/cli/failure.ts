/** How a command ends: exit codes, and what is said of an error. */

import { isProofstillError, messageOf } from '../core/errors.ts';

export const EXIT = {
  done: 0,
  /** The run is complete and reported, but its targets were not met. */
  missed: 1,
  /** Usage, config or any other bad input. */
  usage: 2,
  bug: 70,
  interrupted: 130,
} as const;

export function exitCodeOf(error: unknown): number {
  if (!isProofstillError(error)) return EXIT.bug;
  return error.code === 'interrupted' ? EXIT.interrupted : EXIT.usage;
}

/** What was expected, where it went wrong and how to mend it; a stack only for a bug, or where `verbose` asks for it. */
export function describeFailure(error: unknown, verbose = false): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  if (!isProofstillError(error)) {
    return `bug: ${messageOf(error)}\n${stack}\nfix: please report this, with what you typed.`;
  }
  if (error.code === 'interrupted') return 'interrupted';
  return [
    `error: ${error.message}`,
    ...(error.place ? [`   at: ${error.place}`] : []),
    ...(error.hint ? [`  fix: ${error.hint}`] : []),
    ...(verbose ? [stack] : []),
  ].join('\n');
}
