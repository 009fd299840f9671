/** Answer: one that a regular expression describes. */

import { excerpt, LIMITS, matchInSandbox, messageOf, ProofstillError, type Verifier } from 'proofstill';
import { answerVerifier, type Finding, fail, literalAnswer, PASS, unscored, versionOf } from './answer-rule.ts';

export interface RegexOptions {
  /** JavaScript's notation, and the whole answer must match. Without it each sample's `expected` is the pattern. */
  readonly pattern?: string;
  /** Of `i`, `m`, `s`, `u` and `v`; the others are about searching. @default 'u' */
  readonly flags?: string;
  /** Milliseconds for one match. A machine under load needs room. @default 1000 */
  readonly deadlineMs?: number;
}

/**
 * Matches the answer in the sandbox's child, for a pattern may backtrack for ever. That is the fault of whoever wrote the
 * pattern: a match that does not end is `unscored('timed-out')`, whatever the text, and so is a pattern of a sample that
 * is none, `unscored('bad-expected')`. Reasons of failures: `no-match`, `too-long`.
 * @throws ProofstillError `suite` for a pattern or flags that are none.
 */
export function regex({ pattern, flags = 'u', deadlineMs = 1_000 }: RegexOptions = {}): Verifier {
  const fault = faultOf(pattern ?? '', flags);
  if (fault !== undefined) {
    throw new ProofstillError('suite', fault, {
      place: 'regex',
      hint: "Write the pattern as between the slashes of a literal: regex({ pattern: '[0-9]{4}' }), with flags of i, m, s, u, v.",
    });
  }
  return answerVerifier({
    name: 'regex',
    version: versionOf('1', [pattern, flags]),
    read: literalAnswer,
    judgeOf: ({ expected }) => {
      const source = pattern ?? expected?.trim();
      if (!source) return unscored('bad-expected', 'the sample has no pattern');
      const bad = faultOf(source, flags);
      if (bad !== undefined) return unscored('bad-expected', bad);
      return (answer, { signal }) => matches(source, flags, answer, signal ? { deadlineMs, signal } : { deadlineMs });
    },
  });
}

/** What is wrong with a pattern, in the words of the engine. Compiling runs nothing. */
function faultOf(pattern: string, flags: string): string | undefined {
  if (!/^[imsuv]*$/.test(flags)) return `expected flags of i, m, s, u and v, got "${flags}"`;
  try {
    new RegExp(pattern, flags);
    return undefined;
  } catch (error) {
    return `expected a regular expression, got ${JSON.stringify(excerpt(pattern))}: ${messageOf(error)}`;
  }
}

async function matches(
  pattern: string,
  flags: string,
  answer: string,
  options: Parameters<typeof matchInSandbox>[3],
): Promise<Finding> {
  if (answer.length > LIMITS.traceCharacters) return fail('too-long', `${answer.length} characters`);
  // Flag m gives ^ and $ another meaning; these hold at the text's ends only.
  const whole = `(?<![\\s\\S])(?:${pattern})(?![\\s\\S])`;
  const found = await matchInSandbox(whole, flags, answer, options);
  if (found.kind === 'matched') return PASS;
  if (found.kind === 'unmatched') return fail('no-match', `got ${excerpt(answer)}`);
  return unscored(found.kind, `pattern ${excerpt(pattern)} on ${excerpt(answer)}`);
}
