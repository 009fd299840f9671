/** Before, after and teacher side by side: over the whole holdout, and area by area. */

import type { Evaluation, Scores, Summary } from '../core/records.ts';
import type { Proportion } from '../core/statistics/proportion.ts';
import { SCORES, type Score, statusOf } from '../core/verdict.ts';
import type { ReportInput } from './input.ts';

/** One score of the student before and after, and of the teacher, on the same samples. */
export interface Comparison {
  readonly before: Proportion;
  readonly after: Proportion;
  readonly teacher: Proportion;
  /** After less before, −1 to 1; `null` where either is. */
  readonly change: number | null;
}

export type Comparisons = Readonly<Record<Score, Comparison>>;

export interface AreaView {
  readonly area: string;
  readonly scores: Comparisons;
  /** Samples answered wrongly before and rightly after. */
  readonly fixed: number;
  /** Samples answered rightly before and wrongly after. */
  readonly broken: number;
}

export function overallView({ before, after, teacher }: Summary): Comparisons {
  return comparisons(before.holdout, after.holdout, teacher.holdout);
}

/** One entry for each area, in the suite's order. */
export function areaViews({ summary, evaluations }: ReportInput): AreaView[] {
  const turns = turnsOf(evaluations.before, evaluations.after);
  return Object.entries(summary.before.areas).map(([area, before]) => {
    const here = turns.filter((turn) => turn.after.area === area);
    return {
      area,
      scores: comparisons(before, summary.after.areas[area] ?? unmeasured, summary.teacher.areas[area] ?? unmeasured),
      fixed: here.filter((turn) => turn.kind === 'fixed').length,
      broken: here.filter((turn) => turn.kind === 'broken').length,
    };
  });
}

/** What distillation did to one sample's answer. `right` and `wrong` stayed as they were. */
export interface Turn {
  readonly kind: 'fixed' | 'broken' | 'right' | 'wrong';
  readonly before: Evaluation;
  readonly after: Evaluation;
}

/** Pairs two evaluations by sample, in the order of `after`; samples that either could not score are left out. */
export function turnsOf(before: readonly Evaluation[], after: readonly Evaluation[]): Turn[] {
  const earlier = firstAttempts(before);
  return [...firstAttempts(after).values()].flatMap((evaluation) => {
    const counterpart = earlier.get(evaluation.sample);
    if (!counterpart) return [];
    const was = statusOf(counterpart.verdict, 'answer');
    const is = statusOf(evaluation.verdict, 'answer');
    if ((was !== 'pass' && was !== 'fail') || (is !== 'pass' && is !== 'fail')) return [];
    const kind = is === 'pass' ? (was === 'pass' ? 'right' : 'fixed') : was === 'pass' ? 'broken' : 'wrong';
    return [{ kind, before: counterpart, after: evaluation } satisfies Turn];
  });
}

/** Each sample's first attempt, by sample, in order of appearance. */
export function firstAttempts(evaluations: readonly Evaluation[]): Map<string, Evaluation> {
  const first = new Map<string, Evaluation>();
  for (const evaluation of evaluations) {
    const seen = first.get(evaluation.sample);
    if (!seen || evaluation.attempt < seen.attempt) first.set(evaluation.sample, evaluation);
  }
  return first;
}

const nothing: Proportion = { value: null, n: 0, low: null, high: null, unscored: 0 };
const unmeasured = { answer: nothing, format: nothing, trace: nothing };

function comparisons(
  before: Scores,
  after: Readonly<Record<Score, Proportion>>,
  teacher: typeof unmeasured,
): Comparisons {
  const of = (score: Score): Comparison => ({
    before: before[score],
    after: after[score],
    teacher: teacher[score],
    change: difference(before[score].value, after[score].value),
  });
  return Object.fromEntries(SCORES.map((score) => [score, of(score)])) as Record<Score, Comparison>;
}

function difference(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : after - before;
}
