/** What is asked: one problem of a suite, and which part of the work it may serve. */

/**
 * `train`: the student may learn from it. `steer`: the loop looks at it every round. `holdout`: evaluated once before and
 * once after. `stretch`: harder than the targets ask for; reported, never gated.
 */
export const SPLITS = ['train', 'steer', 'holdout', 'stretch'] as const;
export type Split = (typeof SPLITS)[number];

/** A problem as a generator makes it, before it has an id. */
export interface Problem {
  readonly area: string;
  /** What the model is asked, verbatim. */
  readonly prompt: string;
  /** The right answer in the suite's own notation; absent where a constraint decides. */
  readonly expected?: string;
  /** Canonical form: two problems with one key are the same problem. */
  readonly key: string;
  readonly meta?: Readonly<Record<string, unknown>>;
}

export interface Sample extends Problem {
  /** Unique in its suite and stable for ever: runs are paired on it. */
  readonly id: string;
  readonly suite: string;
  readonly split: Split;
}
