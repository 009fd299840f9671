/** What a sceptic asks, each with its figure. */

import { basis, count, decimal, interval, percent, points, probability, UNKNOWN } from '../../src/report/format.ts';
import type { ReportView } from '../../src/report/view.ts';
import { el, table } from './dom.ts';

export function facts({ trust, costs, overall }: ReportView): HTMLElement[] {
  const { paired, gap, agreement, chance, stretch, judges, unscored } = trust;
  return [
    fact(
      'Is it more than luck?',
      `${count(paired.fixed)} newly right, ${count(paired.broken)} newly wrong`,
      `The same samples before and after: McNemar’s exact test gives ${probability(paired.p)}. A guess is right with probability ${percent(chance)}.`,
    ),
    fact(
      'Did it only please the loop?',
      `${points(gap.difference)} points`,
      `Steer less holdout. Steer, which the loop looks at: ${percent(gap.steer.value)} (${basis(gap.steer)}). Holdout, which it does not: ${percent(gap.holdout.value)} (${basis(gap.holdout)}). 95% interval of the gap: ${gap.low === null ? UNKNOWN : `${points(gap.low)} to ${points(gap.high)}`} points.`,
    ),
    fact(
      'Does it answer as its teacher does?',
      `${percent(agreement.value)} the same answer`,
      `95% interval ${interval(agreement)}, ${basis(agreement)}. The teacher itself is right on ${percent(overall.answer.teacher.value)}.`,
    ),
    fact(
      'Smaller and faster than the teacher?',
      costs.timesSmaller === null
        ? UNKNOWN
        : `${times(costs.timesSmaller)} smaller, ${times(costs.timesFaster)} faster`,
      costs.timesSmaller === null
        ? 'The reference solver has no size, and no latency to compare with.'
        : 'By the files that a device needs, and by the median of a whole answer.',
    ),
    fact(
      'And harder problems?',
      stretch ? `${percent(stretch.before.answer.value)} → ${percent(stretch.after.answer.value)} on stretch` : UNKNOWN,
      stretch
        ? `95% interval ${interval(stretch.after.answer)}, ${basis(stretch.after.answer)}; traces ${percent(stretch.after.trace.value)}. Reported, never a target.`
        : 'This suite has no stretch samples.',
    ),
    fact(
      'Do two judges agree?',
      judges.judged === null
        ? UNKNOWN
        : `${count(judges.disagreements.length)} of ${count(judges.judged)} judgements differ`,
      judges.judged === null
        ? 'This suite has one judge.'
        : `The second judge needs no expected answer. Unscored: ${count(unscored.answer)} answers, ${count(unscored.format)} formats, ${count(unscored.trace)} traces.`,
    ),
  ];
}

function fact(question: string, figure: string, explanation: string): HTMLElement {
  return el('div', {}, el('dt', {}, question), el('dd', { class: 'big' }, figure), el('dd', {}, explanation));
}

function times(ratio: number | null): string {
  return ratio === null ? UNKNOWN : `${decimal(ratio, ratio < 10 ? 1 : 0)}×`;
}

export function judgeTable({ trust: { judges } }: ReportView): HTMLElement | null {
  if (judges.disagreements.length === 0) return null;
  return table({
    caption: 'Where the second judge disagrees',
    head: ['sample', 'of', 'prompt', 'answer', 'expected', 'verifier', 'second judge', 'reason'],
    words: [1, 2, 3, 4, 5, 6, 7],
    rows: judges.disagreements.map((entry) => [
      entry.sample,
      entry.evaluation,
      entry.prompt ?? UNKNOWN,
      entry.answer ?? UNKNOWN,
      entry.expected ?? UNKNOWN,
      entry.verifier,
      entry.judge,
      entry.reason ?? UNKNOWN,
    ]),
  });
}
