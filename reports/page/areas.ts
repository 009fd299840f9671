/** Before, after and teacher in each area: a chart for each score, and one table. */

import { SCORES, type Score } from '../../src/core/verdict.ts';
import { count, interval, percent, points } from '../../src/report/format.ts';
import type { ReportView } from '../../src/report/view.ts';
import { figure, shareAxis, type Theme, tooltip } from './charts.ts';
import { type LegendEntry, table } from './dom.ts';
import { separators, whiskers } from './plugins.ts';

export const STUDENTS: readonly LegendEntry[] = [
  { label: 'before', swatch: 'dot before' },
  { label: 'after', swatch: 'dot after' },
  { label: 'teacher', swatch: 'dot teacher' },
];

export const TITLES: Readonly<Record<Score, string>> = {
  answer: 'Answers right',
  format: 'Format kept',
  trace: 'Traces sound',
};
const WHO = ['before', 'after', 'teacher'] as const;

export function areaCharts(view: ReportView): HTMLElement[] {
  return SCORES.map((score) =>
    figure<'scatter'>({
      title: TITLES[score],
      description: `${TITLES[score]} by area: ${view.areas
        .map(
          ({ area, scores }) =>
            `${area} ${percent(scores[score].before.value)} to ${percent(scores[score].after.value)}`,
        )
        .join(', ')}.`,
      heightPx: view.areas.length * 52 + 40,
      config: (theme) => areaConfig(view, score, theme),
    }),
  );
}

function areaConfig({ areas }: ReportView, score: Score, theme: Theme) {
  const data = WHO.map((who, row) =>
    areas.flatMap(({ area, scores }, index) => {
      const share = scores[score][who];
      return share.value === null ? [] : [{ x: share.value, y: index + (row - 1) * 0.24, area, share }];
    }),
  );
  const dot = { pointRadius: 5, pointHoverRadius: 6, pointBorderWidth: 0, clip: false } as const;
  const ring = { pointRadius: 4.5, pointHoverRadius: 5.5, pointBorderWidth: 2.5, clip: false } as const;
  return {
    type: 'scatter' as const,
    data: {
      datasets: WHO.map((who, row) => ({
        data: data[row] ?? [],
        backgroundColor: who === 'teacher' ? theme.paper : theme[who],
        borderColor: theme[who],
        ...(who === 'teacher' ? ring : dot),
      })),
    },
    options: {
      layout: { padding: { right: 12 } },
      scales: {
        x: shareAxis(theme),
        y: {
          reverse: true,
          min: -0.5,
          max: areas.length - 0.5,
          border: { display: false },
          grid: { display: false },
          afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
            axis.ticks = areas.map((_, value) => ({ value }));
          },
          ticks: {
            autoSkip: false,
            color: theme.ink,
            callback: (index: string | number) => areas[Number(index)]?.area ?? '',
          },
        },
      },
      plugins: {
        tooltip: tooltip(theme, (set, at) => {
          const point = data[set]?.[at];
          if (!point) return '';
          return [
            `${point.area}, ${WHO[set]}: ${percent(point.share.value)}`,
            `95% interval ${interval(point.share)}, n=${point.share.n}`,
          ];
        }),
      },
    },
    plugins: [
      separators(
        areas.slice(1).map((_, index) => index + 0.5),
        theme,
      ),
      whiskers(
        data.flatMap((points, row) =>
          points.map(({ y, share }) => ({
            along: 'x' as const,
            at: y,
            low: share.low as number,
            high: share.high as number,
            colour: theme[WHO[row] ?? 'before'],
          })),
        ),
      ),
    ],
  };
}

export function areaTable({ areas, overall, trust }: ReportView): HTMLElement {
  const all = { area: 'all', scores: overall, fixed: trust.paired.fixed, broken: trust.paired.broken };
  return table({
    caption: 'Holdout scores by area, before → after',
    head: [
      'area',
      'n',
      'answer',
      '95% interval',
      'change',
      'format',
      'trace',
      'newly right',
      'newly wrong',
      'teacher’s answer',
      'teacher’s trace',
    ],
    rows: [...areas, all].map(({ area, scores: { answer, format, trace }, fixed, broken }) => [
      area,
      count(answer.after.n),
      `${percent(answer.before.value)} → ${percent(answer.after.value)}`,
      interval(answer.after),
      points(answer.change),
      `${percent(format.before.value)} → ${percent(format.after.value)}`,
      `${percent(trace.before.value)} → ${percent(trace.after.value)}`,
      count(fixed),
      count(broken),
      percent(answer.teacher.value),
      percent(trace.teacher.value),
    ]),
    hasTotal: true,
  });
}
