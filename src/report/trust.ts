/** What a sceptic asks: is it more than luck, does it hold off the beaten track, do the judges agree. */

import type { Evaluation, Scores, Summary } from '../core/records.ts';
import type { Proportion } from '../core/statistics/proportion.ts';
import { type Score, type Status, statusOf } from '../core/verdict.ts';
import type { ReportInput } from './input.ts';
import { firstAttempts } from './scores.ts';

export interface TrustView {
  /** Samples whose answer distillation mended or spoilt, and McNemar's exact two-sided p. */
  readonly paired: Summary['paired'];
  readonly gap: Gap;
  readonly agreement: Proportion;
  readonly chance: number;
  /** Harder problems, reported and never gated. */
  readonly stretch: { readonly before: Scores; readonly after: Scores } | null;
  readonly judges: {
    /** Outputs that both judges scored; `null` where the suite has one judge only. */
    readonly judged: number | null;
    readonly disagreements: readonly Disagreement[];
  };
  /** Left out of the holdout scores because the harness could not judge them, by score: before and after together. */
  readonly unscored: Readonly<Record<Score, number>>;
}

/** What the loop saw of its own progress less what it is judged on; positive is optimism. */
export interface Gap {
  readonly steer: Proportion;
  readonly holdout: Proportion;
  readonly difference: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Disagreement {
  readonly evaluation: string;
  readonly sample: string;
  readonly verifier: Status;
  readonly judge: Status;
  /** `null` where the evaluation is not part of the report. */
  readonly prompt: string | null;
  readonly expected: string | null;
  readonly answer: string | null;
  /** Why the one that failed it did. */
  readonly reason: string | null;
}

export function trustView({ summary, evaluations, chance }: ReportInput): TrustView {
  const byEvaluation = new Map(Object.entries(evaluations).map(([name, records]) => [name, firstAttempts(records)]));
  const judgements = [...byEvaluation.values()].flatMap((records) => [...records.values()].flatMap(judgementOf));
  const { before, after } = summary;
  const unscored = (score: Score) => before.holdout[score].unscored + after.holdout[score].unscored;
  return {
    paired: summary.paired,
    gap: gapBetween(summary.steer.overall.answer, after.holdout.answer),
    agreement: summary.agreement,
    chance,
    stretch: summary.stretch ?? null,
    judges: {
      judged: judgements.length === 0 ? null : judgements.filter((judgement) => !judgement.includes('unscored')).length,
      disagreements: summary.judges.map((entry) => ({
        ...entry,
        ...described(byEvaluation.get(entry.evaluation)?.get(entry.sample)),
      })),
    },
    unscored: { answer: unscored('answer'), format: unscored('format'), trace: unscored('trace') },
  };
}

/** What both judges say of an answer: none or one pair. */
function judgementOf({ verdict, judge }: Evaluation): [Status, Status][] {
  const first = statusOf(verdict, 'answer');
  const second = judge && statusOf(judge, 'answer');
  return first && second ? [[first, second]] : [];
}

/**
 * Difference of two independent proportions with its 95% interval, from their Wilson intervals
 * (R. G. Newcombe, Statistics in Medicine 17, 1998, p. 873, method 10).
 */
function gapBetween(steer: Proportion, holdout: Proportion): Gap {
  const [saw, is] = [steer.value, holdout.value];
  if (saw === null || is === null || steer.low === null || steer.high === null) {
    return { steer, holdout, difference: null, low: null, high: null };
  }
  const difference = saw - is;
  return {
    steer,
    holdout,
    difference,
    low: difference - Math.hypot(saw - steer.low, (holdout.high as number) - is),
    high: difference + Math.hypot(steer.high - saw, is - (holdout.low as number)),
  };
}

function described(record: Evaluation | undefined): Pick<Disagreement, 'prompt' | 'expected' | 'answer' | 'reason'> {
  if (!record) return { prompt: null, expected: null, answer: null, reason: null };
  return {
    prompt: record.prompt,
    expected: record.expected ?? null,
    answer: record.verdict.answer ?? record.judge?.answer ?? null,
    reason: record.verdict.reason ?? record.judge?.reason ?? null,
  };
}
