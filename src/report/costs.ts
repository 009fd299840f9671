/** Accuracy against what it costs: each measured checkpoint and precision as one point, and the box it should lie in. */

import type { Latency, Measurement, Precision } from '../core/records.ts';
import type { Proportion } from '../core/statistics/proportion.ts';
import type { ReportInput } from './input.ts';

export interface CostPoint {
  /** `before`, `after`, or `round 2` for the student in between. */
  readonly name: string;
  readonly stage: 'before' | 'between' | 'after';
  /** Rounds of training behind it. */
  readonly trained: number;
  readonly precision: Precision;
  readonly threads: number;
  /** Accuracy of the checkpoint's answers: on holdout before and after, on steer in between. */
  readonly answer: Proportion;
  readonly split: 'holdout' | 'steer';
  /** Whether accuracy was evaluated at this very precision; if not, `answer` is that of the deployed precision. */
  readonly isEvaluated: boolean;
  readonly whole: Latency;
  readonly firstToken: Latency;
  readonly interToken: Latency;
  readonly tokensPerSecond: number;
  readonly tokensPerAnswer: number;
  readonly peakMemoryMb: number;
  readonly sizeMb: number;
}

export interface CostView {
  readonly target: { readonly answer: number; readonly p95Ms: number };
  /** The precision that answers were evaluated at, on `threads` threads. */
  readonly deployed: { readonly precision: Precision; readonly threads: number };
  /** Of the student at the deployed precision; `null` where that was not measured. */
  readonly before: CostPoint | null;
  readonly after: CostPoint | null;
  /** In order of training, and at each checkpoint in the order in which they were measured. */
  readonly points: readonly CostPoint[];
  /** How many times smaller and faster than the teacher; `null` where the teacher has no such figure. */
  readonly timesSmaller: number | null;
  readonly timesFaster: number | null;
}

export function costView(input: ReportInput): CostView {
  const { summary, measurements } = input;
  const { precision, threads } = summary.latency;
  const points = measurements
    .flatMap((measurement) => {
      const trained = roundsOf(measurement.checkpoint);
      return trained === null ? [] : [{ trained, measurement }];
    })
    .sort((left, right) => left.trained - right.trained)
    .map(({ trained, measurement }) => costPoint(input, trained, measurement));
  const deployed = points.filter((point) => point.precision === precision);
  const after = deployed.find(({ trained }) => trained === summary.rounds) ?? null;
  const teacher = measurements.find((measurement) => measurement.checkpoint === 'teacher');
  return {
    target: summary.targets,
    deployed: { precision, threads },
    before: deployed.find(({ trained }) => trained === 0) ?? null,
    after,
    points,
    timesSmaller: teacher && after ? teacher.sizeMb / after.sizeMb : null,
    timesFaster: teacher && after ? teacher.whole.p50Ms / after.whole.p50Ms : null,
  };
}

/** After how many rounds of training a checkpoint was written; `null` where its name does not say. */
function roundsOf(checkpoint: string): number | null {
  const [, rounds] = /(?:^|\/)round-(\d+)$/.exec(checkpoint) ?? [];
  return rounds === undefined ? null : Number(rounds);
}

function costPoint({ summary, rounds }: ReportInput, trained: number, measurement: Measurement): CostPoint {
  const { precision, threads, firstToken, interToken, whole } = measurement;
  const { tokensPerSecond, tokensPerAnswer, peakMemoryMb, sizeMb } = measurement;
  const stage = trained === 0 ? 'before' : trained >= summary.rounds ? 'after' : 'between';
  const steer = (rounds[trained]?.steer ?? summary.steer).overall.answer;
  return {
    name: stage === 'between' ? `round ${trained}` : stage,
    stage,
    trained,
    precision,
    threads,
    answer: stage === 'between' ? steer : summary[stage].holdout.answer,
    split: stage === 'between' ? 'steer' : 'holdout',
    isEvaluated: precision === summary.latency.precision,
    whole,
    firstToken,
    interToken,
    tokensPerSecond,
    tokensPerAnswer,
    peakMemoryMb,
    sizeMb,
  };
}
