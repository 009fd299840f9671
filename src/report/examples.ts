/** Whole outputs before and after, side by side: chosen so that a reader sees the gain and every loss. */

import type { Evaluation } from '../core/records.ts';
import { SCORES, type Score, type Status, statusOf } from '../core/verdict.ts';
import type { ReportInput } from './input.ts';
import { type Piece, piecesOf } from './marks.ts';
import { firstAttempts, type Turn, turnsOf } from './scores.ts';

export interface Transcript {
  readonly pieces: readonly Piece[];
  /** By score; `null` where no check belongs to it. */
  readonly scores: Readonly<Record<Score, Status | null>>;
  /** The checks that did not pass. */
  readonly findings: readonly {
    readonly check: string;
    readonly status: Status;
    readonly reason: string | null;
    readonly detail: string | null;
  }[];
  readonly tokens: number;
  readonly isTruncated: boolean;
}

export interface Example {
  readonly sample: string;
  readonly area: string;
  readonly prompt: string;
  readonly expected: string | null;
  readonly turn: Turn['kind'];
  readonly before: Transcript;
  readonly after: Transcript;
  /** `null` where the teacher was not asked. */
  readonly teacher: Transcript | null;
}

export interface ExampleView {
  readonly shown: readonly Example[];
  /** Samples by what became of their answer, shown or not. */
  readonly turns: Readonly<Record<Turn['kind'], number>>;
}

const MOST = 30;

/** The suite's first sample, one of each area (a mended one if there is one), every spoilt one, then those still wrong. */
export function exampleView({ evaluations }: ReportInput): ExampleView {
  const turns = turnsOf(evaluations.before, evaluations.after);
  const teacher = firstAttempts(evaluations.teacher);
  const areas = [...new Set(turns.map((turn) => turn.after.area))];
  const chosen = new Set([
    ...turns.slice(0, 1),
    ...areas.map((area) => {
      const here = turns.filter((turn) => turn.after.area === area);
      return (here.find((turn) => turn.kind === 'fixed') ?? here[0]) as Turn;
    }),
    ...turns.filter((turn) => turn.kind === 'broken'),
    ...turns.filter((turn) => turn.kind === 'wrong'),
  ]);
  const number = (kind: Turn['kind']) => turns.filter((turn) => turn.kind === kind).length;
  return {
    shown: [...chosen].slice(0, MOST).map((turn) => exampleOf(turn, teacher.get(turn.after.sample))),
    turns: { fixed: number('fixed'), broken: number('broken'), right: number('right'), wrong: number('wrong') },
  };
}

function exampleOf({ kind, before, after }: Turn, teacher: Evaluation | undefined): Example {
  return {
    sample: after.sample,
    area: after.area,
    prompt: after.prompt,
    expected: after.expected ?? null,
    turn: kind,
    before: transcriptOf(before),
    after: transcriptOf(after),
    teacher: teacher ? transcriptOf(teacher) : null,
  };
}

function transcriptOf(evaluation: Evaluation): Transcript {
  const { output, verdict } = evaluation;
  const scores = SCORES.map((score) => [score, statusOf(verdict, score) ?? null]);
  return {
    pieces: piecesOf(evaluation),
    scores: Object.fromEntries(scores) as Transcript['scores'],
    findings: verdict.checks
      .filter((check) => check.status !== 'pass')
      .map(({ name, status, reason, detail }) => ({
        check: name,
        status,
        reason: reason ?? null,
        detail: detail ?? null,
      })),
    tokens: output.tokens.out,
    isTruncated: output.finishReason === 'length',
  };
}
