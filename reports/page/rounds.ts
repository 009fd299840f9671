/** The loop: what steer showed, where the problems went, how the loss fell, and a line for each round. */

import { basis, count, decimal, interval, milliseconds, percent, seconds } from '../../src/report/format.ts';
import type { ReportView } from '../../src/report/view.ts';
import { figure, SERIES, shareAxis, type Theme, tooltip } from './charts.ts';
import { legend, table } from './dom.ts';
import { borders, targetLine, whiskers } from './plugins.ts';

const HEIGHT_PX = 260;

export function steerChart(view: ReportView): HTMLElement {
  const { looks } = view.progress;
  const names = looks.map(({ trained }) => (trained === 0 ? 'before' : `after ${trained}`));
  return figure<'line'>({
    title: 'Answers right on steer',
    description: looks.map(({ answer }, index) => `${names[index]}: ${percent(answer.value)}`).join(', '),
    heightPx: HEIGHT_PX,
    legend: legend([
      { label: 'student', swatch: 'dot after' },
      { label: `target for the lower end, ${percent(view.costs.target.answer)}`, swatch: 'dashes' },
    ]),
    numbers: {
      caption: 'steer',
      head: ['rounds trained', 'answers right', '95% interval', 'on'],
      rows: looks.map(({ trained, answer }) => [
        String(trained),
        percent(answer.value),
        interval(answer),
        basis(answer),
      ]),
    },
    config: (theme) => ({
      type: 'line',
      data: {
        labels: names,
        datasets: [
          {
            data: looks.map(({ answer }) => answer.value),
            borderColor: theme.after,
            backgroundColor: theme.after,
            borderWidth: 2,
            pointRadius: 5,
            pointHoverRadius: 6,
            clip: false,
          },
        ],
      },
      options: {
        layout: { padding: { top: 10, right: 16 } },
        scales: { y: shareAxis(theme), x: { offset: true, border: { display: false }, grid: { display: false } } },
        plugins: {
          tooltip: tooltip(theme, (_, at) => {
            const look = looks[at];
            return look
              ? [`${names[at]}: ${percent(look.answer.value)}`, `${interval(look.answer)}, ${basis(look.answer)}`]
              : '';
          }),
        },
      },
      plugins: [
        targetLine(view.costs.target.answer, theme),
        whiskers(
          looks.flatMap(({ answer: { low, high } }, at) =>
            low === null || high === null ? [] : [{ along: 'y' as const, at, low, high, colour: theme.after }],
          ),
        ),
      ],
    }),
  });
}

export function allocationChart({ areas, progress: { rounds } }: ReportView): HTMLElement {
  const names = areas.map(({ area }) => area);
  const of = (area: string) => rounds.map(({ allocation }) => allocation[area] ?? 0);
  return figure<'bar'>({
    title: 'Problems given to each area',
    description: names.map((area) => `${area}: ${of(area).join(', ')}`).join('; '),
    heightPx: HEIGHT_PX,
    legend: legend(names.map((label, index) => ({ label, swatch: `box series-${(index % SERIES) + 1}` }))),
    numbers: {
      caption: 'problems',
      head: ['round', ...names, 'all'],
      rows: rounds.map(({ round, allocation, problems }) => [
        String(round),
        ...names.map((area) => count(allocation[area] ?? 0)),
        count(problems),
      ]),
    },
    config: (theme) => ({
      type: 'bar',
      data: {
        labels: rounds.map(({ round }) => `round ${round}`),
        datasets: names.map((area, index) => ({
          data: of(area),
          backgroundColor: theme.series(index),
          borderColor: theme.paper,
          borderWidth: { top: 1.5 },
          borderSkipped: false,
          maxBarThickness: 72,
        })),
      },
      options: {
        layout: { padding: { top: 10 } },
        scales: {
          x: { stacked: true, border: { display: false }, grid: { display: false } },
          y: {
            stacked: true,
            border: { display: false },
            grid: { color: theme.rule, drawTicks: false },
            ticks: { padding: 6, maxTicksLimit: 6 },
          },
        },
        plugins: {
          tooltip: tooltip(
            theme,
            (set, at) => `round ${rounds[at]?.round}, ${names[set]}: ${count(of(names[set] ?? '')[at] ?? null)}`,
          ),
        },
      },
    }),
  });
}

export function lossChart({ progress: { curve } }: ReportView): HTMLElement {
  const middle = (point: (typeof curve)[number]) => (point.fromStep + point.toStep) / 2;
  const starts = curve.filter((point, index) => point.round !== curve[index - 1]?.round);
  return figure<'line'>({
    title: 'Training loss, nats per learnt token, on a logarithmic axis',
    description: `Loss over ${curve.length} stretches of steps, from ${decimal(curve[0]?.loss ?? null, 3)} to ${decimal(curve.at(-1)?.loss ?? null, 3)}.`,
    heightPx: HEIGHT_PX,
    numbers: {
      caption: 'loss by stretch of steps',
      head: ['round', 'steps', 'mean', 'least', 'greatest'],
      rows: curve.map(({ round, fromStep, toStep, loss, low, high }) => [
        String(round),
        `${fromStep}–${toStep}`,
        decimal(loss, 4),
        decimal(low, 4),
        decimal(high, 4),
      ]),
    },
    config: (theme) => {
      const plain = { pointRadius: 0, pointHoverRadius: 0, borderWidth: 0 } as const;
      const line = (value: 'loss' | 'low' | 'high') => curve.map((point) => ({ x: middle(point), y: point[value] }));
      return {
        type: 'line',
        data: {
          datasets: [
            {
              data: line('loss'),
              borderColor: theme.after,
              borderWidth: 2,
              pointRadius: 0,
              pointHoverRadius: 4,
              pointHitRadius: 8,
            },
            { data: line('low'), ...plain },
            { data: line('high'), ...plain, backgroundColor: bandColour(theme), fill: '-1' },
          ],
        },
        options: {
          layout: { padding: { top: 20, right: 12 } },
          scales: {
            x: {
              type: 'linear',
              min: 0,
              max: curve.at(-1)?.toStep ?? 1,
              title: { display: true, text: 'training step' },
              border: { display: false },
              grid: { display: false },
            },
            y: {
              type: 'logarithmic',
              border: { display: false },
              grid: { color: theme.rule, drawTicks: false },
              ticks: { padding: 6, maxTicksLimit: 6 },
            },
          },
          plugins: {
            tooltip: tooltip(theme, (_, at) => {
              const point = curve[at];
              return point
                ? `round ${point.round}, steps ${point.fromStep}–${point.toStep}: ${decimal(point.loss, 4)}`
                : '';
            }),
          },
        },
        plugins: [
          borders(
            starts.map((point) => ({ x: point.fromStep, text: `round ${point.round}` })),
            theme,
          ),
        ],
      };
    },
  });
}

function bandColour(theme: Theme): string {
  return `color-mix(in srgb, ${theme.after} 18%, transparent)`;
}

export function roundTable({ progress: { rounds } }: ReportView): HTMLElement {
  return table({
    caption: 'Rounds',
    head: [
      'round',
      'steer before it',
      'problems',
      'drawn',
      'rejected',
      'spare',
      'kept',
      'duplicates',
      'contaminated',
      'too long',
      'rows learnt',
      'of them general',
      'steps',
      'tokens',
      'loss',
      'p95',
      'time',
    ],
    rows: rounds.map((round) => [
      String(round.round),
      percent(round.steer.value),
      count(round.problems),
      count(round.drawn),
      count(round.rejected),
      count(round.spare),
      count(round.kept),
      count(round.duplicates),
      count(round.contaminated),
      count(round.tooLong),
      count(round.rows),
      count(round.general),
      count(round.steps),
      count(round.tokens),
      `${decimal(round.lossAtStart, 3)} → ${decimal(round.lossAtEnd, 3)}`,
      milliseconds(round.p95Ms),
      seconds(round.seconds.total),
    ]),
  });
}
