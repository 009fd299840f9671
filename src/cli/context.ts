/** What a command sees of the world: streams, a signal, and where it stands. */

import type { CommandContext, StricliProcess } from '@stricli/core';

/** The part of a Node process that the command line uses: tests hand in their own. */
export interface CliProcess extends StricliProcess {
  readonly stderr: StricliProcess['stderr'] & { readonly isTTY?: boolean; readonly columns?: number };
}

export interface CliContext extends CommandContext {
  readonly process: CliProcess;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Prints one JSON document, and nothing else goes to standard output. */
export function printJson({ process }: CliContext, document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
