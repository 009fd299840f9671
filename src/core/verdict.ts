/** What judging one output gives, and the contract of whoever judges. */

import type { Output } from './output.ts';
import type { Sample } from './sample.ts';

/** Every check belongs to one score, and the three are reported apart. */
export const SCORES = ['answer', 'format', 'trace'] as const;
export type Score = (typeof SCORES)[number];

/** `unscored` is the harness's fault (an expected answer that cannot be parsed, a verifier that threw), never the model's. */
export type Status = 'pass' | 'fail' | 'unscored';

/** One named rule's finding. `reason` is a short kebab-case code, counted in tables; `detail` is for a person's eyes. */
export interface Check {
  readonly name: string;
  readonly score: Score;
  readonly status: Status;
  readonly reason?: string | undefined;
  readonly detail?: string | undefined;
}

export interface Verdict {
  /** Of all checks together: the first failure wins, then the first unscored. */
  readonly status: Status;
  readonly reason?: string | undefined;
  /** The answer as it was read out of the output; absent where none was found. */
  readonly answer?: string | undefined;
  readonly checks: readonly Check[];
}

/**
 * `score` reads an answer leniently, to say what a model can do; `select` is strict, to say what a student may learn:
 * complete tags and one unhedged answer inside the answer tag.
 */
export const POLICIES = ['score', 'select'] as const;
export type Policy = (typeof POLICIES)[number];

export interface VerifyOptions {
  readonly policy: Policy;
  readonly signal?: AbortSignal;
}

export interface Verifier {
  readonly name: string;
  /** Raised whenever a rule changes: recorded verdicts are keyed by it. */
  readonly version: string;
  verify(sample: Sample, output: Output, options: VerifyOptions): Verdict | Promise<Verdict>;
}

/** Declares a verifier; the identity, for its types. */
export function defineVerifier(verifier: Verifier): Verifier {
  return verifier;
}

/** A verdict from its checks: the first failure wins, then the first unscored; no check at all is unscored. */
export function verdictOf(checks: readonly Check[], answer?: string): Verdict {
  const decisive =
    checks.find((check) => check.status === 'fail') ?? checks.find((check) => check.status === 'unscored');
  const found = answer === undefined ? {} : { answer };
  if (checks.length === 0) return { status: 'unscored', reason: 'no-check', checks, ...found };
  if (!decisive) return { status: 'pass', checks, ...found };
  return { status: decisive.status, ...(decisive.reason ? { reason: decisive.reason } : {}), checks, ...found };
}

/** One score's status within a verdict, by the same rule; `undefined` where no check belongs to that score. */
export function statusOf(verdict: Verdict, score: Score): Status | undefined {
  const checks = verdict.checks.filter((check) => check.score === score);
  return checks.length === 0 ? undefined : verdictOf(checks).status;
}
