/** How a command ends: exit codes, and what is said of an error. */

import { ArgumentScannerError, formatMessageForArgumentScannerError } from '@stricli/core';
import { isProofstillError, messageOf } from '../core/errors.ts';
import { visible } from '../report/decision-text.ts';
import { flagName } from './flags.ts';

const LONGEST_LINE = 4000;

export const EXIT = {
  done: 0,
  /** The run is complete and reported, but its targets were not met; or the suite's labelled table disagrees. */
  missed: 1,
  /** Usage, config or any other bad input. */
  usage: 2,
  /** The gate cannot tell. */
  inconclusive: 3,
  bug: 70,
  interrupted: 130,
} as const;

export function exitCodeOf(error: unknown): number {
  if (!isProofstillError(error)) return EXIT.bug;
  if (error.code === 'budget') return EXIT.missed;
  return error.code === 'interrupted' ? EXIT.interrupted : EXIT.usage;
}

/** What was expected, where it went wrong and how to mend it; a stack only where `verbose` asks for it. */
export function describeFailure(error: unknown, verbose = false): string {
  const stack = verbose && error instanceof Error && error.stack ? [error.stack] : [];
  if (!isProofstillError(error)) {
    const mend = `Please report this, with what you typed${verbose ? '' : ' and what --verbose adds'}.`;
    return [...lines('bug', messageOf(error), { hint: mend }), ...stack].join('\n');
  }
  if (error.code === 'interrupted') return 'interrupted';
  return [...lines('error', error.message, error), ...stack].join('\n');
}

/** What is said of arguments that do not parse; `undefined` where that is not what went wrong. */
export function describeUsage(error: unknown): string | undefined {
  if (!(error instanceof ArgumentScannerError)) return undefined;
  let hint = 'See what the verb takes with --help.';
  let place: string | undefined;
  const message = formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input, corrections }) => {
      if (corrections.length > 0) hint = suggestion(corrections.map(flagName));
      return `there is no flag ${flagName(input)}`;
    },
    ArgumentParseError: ({ externalFlagNameOrPlaceholder, exception }) => {
      place = externalFlagNameOrPlaceholder;
      return messageOf(exception);
    },
  });
  return lines('error', message, { hint, place }).join('\n');
}

export function describeUnknownVerb({ input, corrections }: { input: string; corrections: readonly string[] }): string {
  const hint = corrections.length > 0 ? suggestion(corrections) : 'See the verbs with proofstill --help.';
  return lines('error', `there is no verb "${input}"`, { hint }).join('\n');
}

const suggestion = (names: readonly string[]): string => `Did you mean ${names.join(' or ').replaceAll('`', '')}?`;

function lines(
  kind: string,
  message: string,
  { place, hint }: { place?: string | undefined; hint?: string | undefined },
): string[] {
  const said = [`${kind}: ${message}`, ...(place ? [`   at: ${place}`] : []), ...(hint ? [`  fix: ${hint}`] : [])];
  // Ids and names of other people's files stand in it, and a terminal obeys what it is sent.
  return said.flatMap((text) => text.split('\n')).map((line) => visible(line, LONGEST_LINE));
}
