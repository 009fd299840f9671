/** The report for a terminal: the verdict, a table of areas and a table of rounds. Plain text where it is piped. */

import { styleText } from 'node:util';
import type { Scoreboard } from '../core/records.ts';
import { visible } from './decision-text.ts';
import { count, decimal, interval, milliseconds, percent, points, probability, seconds } from './format.ts';
import type { Comparison, Comparisons } from './scores.ts';
import type { ReportView } from './view.ts';

export function terminalReport(view: ReportView): string {
  const { headline, trust } = view;
  const verdict = headline.targetsMet ? styleText('green', '✓ targets met') : styleText('yellow', '✗ targets not met');
  const { gap, paired } = trust;
  return [
    `${styleText('bold', headline.title)}  ${verdict}`,
    `${headline.sentence}.`,
    '',
    areaTable(view),
    '',
    roundTable(view),
    '',
    `${count(paired.fixed)} newly right, ${count(paired.broken)} newly wrong (McNemar ${probability(paired.p)})`,
    `steer ${percent(gap.steer.value)}, holdout ${percent(gap.holdout.value)}: gap ${points(gap.difference)} points`,
    '',
  ].join('\n');
}

/** Answer, format and trace before and after, and the teacher's answers beside them, for each area and for all. */
export function areaTable({ areas, overall }: Pick<ReportView, 'areas' | 'overall'>): string {
  const change = ({ before, after }: Comparison) => `${percent(before.value)} → ${percent(after.value)}`;
  const row = (name: string, { answer, format, trace }: Comparisons): string[] => [
    name,
    count(answer.after.n),
    change(answer),
    interval(answer.after),
    change(format),
    change(trace),
    percent(answer.teacher.value),
  ];
  const header = ['area', 'n', 'answer', '95% interval', 'format', 'trace', 'teacher'];
  return table(header, [...areas.map(({ area, scores }) => row(area, scores)), row('all', overall)]);
}

/** One line for each round, and the last look at steer after them. */
export function roundTable({ progress }: Pick<ReportView, 'progress'>): string {
  const header = [
    'round',
    'steer before it',
    '95% interval',
    'problems',
    'drawn',
    'rejected',
    'rows',
    'loss',
    'p95',
    'time',
  ];
  const rows = progress.rounds.map((round) => [
    String(round.round),
    percent(round.steer.value),
    interval(round.steer),
    count(round.problems),
    count(round.drawn),
    count(round.rejected),
    count(round.rows),
    decimal(round.lossAtEnd, 3),
    milliseconds(round.p95Ms),
    seconds(round.seconds.total),
  ]);
  const last = progress.looks.at(-1);
  if (last) rows.push(['after', percent(last.answer.value), interval(last.answer)]);
  return table(header, rows);
}

/** Columns set two spaces apart: the first to the left, figures to the right; the last row sums up, unless `isSummed` is false. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], isSummed = true): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const isSum = (index: number): boolean => isSummed && index === rows.length - 1;
  const body = rows.map((row, index) => (isSum(index) ? styleText('bold', line(row)) : line(row)));
  return [styleText('dim', line(header)), ...body].join('\n');
}

/** Answer, format and trace scores of one model, for each area and for all. */
export function scoreTable({ overall, areas }: Scoreboard): string {
  const row = (name: string, { answer, format, trace }: Scoreboard['overall']): string[] => [
    visible(name, 40),
    count(answer.n),
    ...[answer, format, trace].flatMap((score) => [percent(score.value), interval(score)]),
    count(answer.unscored),
  ];
  const header = [
    'area',
    'n',
    ...['answer', 'format', 'trace'].flatMap((score) => [score, '95% interval']),
    'unscored',
  ];
  return table(header, [...Object.entries(areas).map(([area, scores]) => row(area, scores)), row('all', overall)]);
}
