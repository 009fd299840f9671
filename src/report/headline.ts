/** The whole report in a sentence, the same in every form. */

import type { Stop, Summary } from '../core/records.ts';
import type { Proportion } from '../core/statistics/proportion.ts';
import { interval, milliseconds, percent } from './format.ts';

export interface Headline {
  /** The finding. */
  readonly title: string;
  /** The figures that it rests on, and how the run ended. */
  readonly sentence: string;
  /** What was asked for. */
  readonly target: string;
  readonly targetsMet: boolean;
}

export function headlineOf(summary: Summary): Headline {
  const { before, after, latency, targets } = summary;
  const answer = after.holdout.answer;
  const change = (from: Proportion, to: Proportion) => `${percent(from.value)} → ${percent(to.value)}`;
  const relation = latency.p95Ms <= targets.p95Ms ? '≤' : '>';
  const threads = latency.threads === 1 ? 'one thread' : `${latency.threads} threads`;
  const figures = [
    `answer ${change(before.holdout.answer, answer)} (n=${answer.n}, 95% interval ${interval(answer)})`,
    `format ${change(before.holdout.format, after.holdout.format)}`,
    `trace ${change(before.holdout.trace, after.holdout.trace)}`,
    `p95 ${milliseconds(latency.p95Ms)} ${relation} ${milliseconds(targets.p95Ms)} at ${latency.precision} on ${threads}`,
  ].join(', ');
  return {
    title:
      answer.value === null
        ? 'No answer to a holdout problem could be scored'
        : `From ${percent(before.holdout.answer.value)} to ${percent(answer.value)} right on problems it had never seen`,
    sentence: `${figures}; ${ending(summary)}`,
    target: `on steer, a lower bound of answer accuracy of at least ${percent(targets.answer)}; for a whole answer, a p95 of at most ${milliseconds(targets.p95Ms)}`,
    targetsMet: summary.targetsMet,
  };
}

const CAUSES: Readonly<Record<Exclude<Stop, 'targets-met'>, string>> = {
  rounds: 'the budget of rounds was spent',
  minutes: 'the budget of minutes was spent',
  plateau: 'accuracy no longer rose',
  spend: 'the budget of the teacher was spent',
};

function ending({ targetsMet, stoppedBecause, rounds }: Summary): string {
  const after = rounds === 0 ? 'without any training' : `after ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;
  const outcome = `targets ${targetsMet ? 'met' : 'not met'} ${after}`;
  return stoppedBecause === 'targets-met' ? outcome : `${outcome}: ${CAUSES[stoppedBecause]}`;
}
