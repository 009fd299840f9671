/** The loop as it ran: what each round saw, made, kept and learnt. */

import type { Round, Step } from '../core/records.ts';
import type { Proportion } from '../core/statistics/proportion.ts';
import { mean } from '../core/statistics/quantile.ts';
import type { ReportInput } from './input.ts';

export interface RoundView {
  readonly round: number;
  /** Steer accuracy before this round's training. */
  readonly steer: Proportion;
  readonly allocation: Readonly<Record<string, number>>;
  readonly problems: number;
  /** What became of the teacher's candidates: `drawn = rejected + spare + waiting + kept`, and `rows` of them were learnt. */
  readonly drawn: number;
  readonly rejected: number;
  /** Passed, but another candidate of the same problem was chosen. */
  readonly spare: number;
  /** Passed, but nobody has decided yet. */
  readonly waiting: number;
  readonly kept: number;
  readonly duplicates: number;
  readonly contaminated: number;
  readonly tooLong: number;
  readonly rows: number;
  /** Of the rows: those that keep what the student could do before. */
  readonly general: number;
  readonly steps: number;
  readonly tokens: number;
  /** Mean loss of the first and the last stretch of the curve, nats per learnt token. */
  readonly lossAtStart: number | null;
  readonly lossAtEnd: number | null;
  readonly p95Ms: number;
  readonly seconds: Round['seconds'] & { readonly total: number };
  readonly datasetHash: string;
  readonly checkpointHash: string;
}

/** A look at steer after so many rounds of training. */
export interface Look {
  readonly trained: number;
  readonly answer: Proportion;
}

/** Some neighbouring training steps as one point; steps are counted over all rounds. */
export interface CurvePoint {
  readonly round: number;
  readonly fromStep: number;
  readonly toStep: number;
  /** Mean, least and greatest loss in it, nats per learnt token. */
  readonly loss: number;
  readonly low: number;
  readonly high: number;
}

export interface ProgressView {
  readonly rounds: readonly RoundView[];
  /** `rounds.length + 1` entries: before each round, and after the last. */
  readonly looks: readonly Look[];
  readonly curve: readonly CurvePoint[];
}

/** Points of the loss curve in each round at most: a curve reads no better with more, and its table far worse. */
const POINTS_PER_ROUND = 24;

export function progressView({ summary, rounds }: ReportInput): ProgressView {
  let stepsBefore = 0;
  const curves = rounds.map((round) => {
    const points = curvePoints(round, stepsBefore);
    stepsBefore += round.training.steps;
    return points;
  });
  return {
    rounds: rounds.map((round, index) => roundView(round, curves[index] ?? [])),
    looks: [...rounds.map((round) => round.steer), summary.steer].map((steer, trained) => ({
      trained,
      answer: steer.overall.answer,
    })),
    curve: curves.flat(),
  };
}

function roundView(round: Round, curve: readonly CurvePoint[]): RoundView {
  const { candidates, dataset, training, seconds } = round;
  const drawn = sum(Object.values(candidates.drawn));
  const kept = sum(Object.values(candidates.kept));
  const waiting = sum(Object.values(candidates.waiting ?? {}));
  const rejected = sum(candidates.lost.map((loss) => loss.count));
  return {
    round: round.round,
    steer: round.steer.overall.answer,
    allocation: round.allocation,
    problems: sum(Object.values(round.allocation)),
    drawn,
    rejected,
    spare: drawn - kept - waiting - rejected,
    waiting,
    kept,
    duplicates: dataset.duplicates,
    contaminated: dataset.contaminated,
    tooLong: dataset.tooLong,
    rows: dataset.rows,
    general: dataset.general,
    steps: training.steps,
    tokens: training.tokens,
    lossAtStart: curve[0]?.loss ?? null,
    lossAtEnd: curve.at(-1)?.loss ?? null,
    p95Ms: round.p95Ms,
    seconds: { ...seconds, total: sum(Object.values(seconds)) },
    datasetHash: dataset.hash,
    checkpointHash: round.checkpoint.hash,
  };
}

/** Cuts a round's curve into stretches of equal length, give or take one step. */
function curvePoints({ round, training: { curve } }: Round, stepsBefore: number): CurvePoint[] {
  const stretches = Math.min(POINTS_PER_ROUND, curve.length);
  return Array.from({ length: stretches }, (_, index) => {
    const part = curve.slice(
      Math.floor((index * curve.length) / stretches),
      Math.floor(((index + 1) * curve.length) / stretches),
    );
    const losses = part.map((step) => step.loss);
    return {
      round,
      fromStep: stepsBefore + (part[0] as Step).step,
      toStep: stepsBefore + (part.at(-1) as Step).step,
      loss: mean(losses) as number,
      low: Math.min(...losses),
      high: Math.max(...losses),
    };
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
