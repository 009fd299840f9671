/** Accuracy against what it costs: each measured checkpoint and precision as one point, and the box it should lie in. */

import type { Latency, Measurement, Precision, Summary } from '../core/records.ts';
import type { Proportion } from '../core/statistics.ts';
import type { ReportInput } from './input.ts';

export interface CostPoint {
  readonly checkpoint: string;
  readonly precision: Precision;
  readonly threads: number;
  /** Accuracy of the checkpoint's answers, and the split it was seen on; `null` where it was never evaluated. */
  readonly answer: Proportion | null;
  readonly split: 'holdout' | 'steer' | null;
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
  readonly points: readonly CostPoint[];
  /** How many times smaller and faster than the teacher; `null` where the teacher has no such figure. */
  readonly timesSmaller: number | null;
  readonly timesFaster: number | null;
}

export function costView({ summary, rounds, measurements }: ReportInput): CostView {
  const { precision, threads } = summary.latency;
  const steerAfter = new Map(
    rounds.map((round, index) => [`round-${round.round}`, (rounds[index + 1]?.steer ?? summary.steer).overall.answer]),
  );
  const points = measurements
    .filter((measurement) => measurement.checkpoint !== 'teacher')
    .map((measurement) => costPoint(measurement, precision, accuracyOf(measurement.checkpoint, summary, steerAfter)));
  const deployedAs = (checkpoint: string) =>
    points.find((point) => point.checkpoint === checkpoint && point.precision === precision) ?? null;
  const after = deployedAs('after');
  const teacher = measurements.find((measurement) => measurement.checkpoint === 'teacher');
  return {
    target: summary.targets,
    deployed: { precision, threads },
    before: deployedAs('before'),
    after,
    points,
    timesSmaller: teacher && after ? teacher.sizeMb / after.sizeMb : null,
    timesFaster: teacher && after ? teacher.whole.p50Ms / after.whole.p50Ms : null,
  };
}

type Accuracy = Pick<CostPoint, 'answer' | 'split'>;

function accuracyOf(checkpoint: string, summary: Summary, steerAfter: ReadonlyMap<string, Proportion>): Accuracy {
  if (checkpoint === 'before' || checkpoint === 'after') {
    return { answer: summary[checkpoint].holdout.answer, split: 'holdout' };
  }
  const answer = steerAfter.get(checkpoint);
  return answer ? { answer, split: 'steer' } : { answer: null, split: null };
}

function costPoint(measurement: Measurement, deployed: Precision, accuracy: Accuracy): CostPoint {
  const { schema: _schema, device: _device, loadMs: _loadMs, ...costs } = measurement;
  return { ...costs, ...accuracy, isEvaluated: accuracy.answer !== null && measurement.precision === deployed };
}
