/** What a report is made from: the records of one finished run. */

import type { Evaluation, Measurement, Round, Summary } from '../core/records.ts';

export interface ReportInput {
  readonly summary: Summary;
  /** In the order in which they ran. */
  readonly rounds: readonly Round[];
  /** Holdout evaluations in suite order; of several attempts at a sample the first is shown. */
  readonly evaluations: {
    readonly before: readonly Evaluation[];
    readonly after: readonly Evaluation[];
    readonly teacher: readonly Evaluation[];
  };
  /**
   * In any order and number. `checkpoint` ends in `round-<n>`, the student after round n's training, round 0 being the
   * student as it came; or it is `teacher`, where the teacher is a network that was measured too.
   */
  readonly measurements: readonly Measurement[];
  /** Probability, 0 to 1, that a guess is right. */
  readonly chance: number;
  /** What to type to run it again. */
  readonly command: string;
  /** Name to version of the harness, the suites and the packages that produce numbers. */
  readonly versions: Readonly<Record<string, string>>;
  /** Name to content hash of what went in: suite samples, base checkpoint, configuration. */
  readonly hashes: Readonly<Record<string, string>>;
}
