/** Accuracy against latency: one point for each checkpoint and precision, and the box that the targets draw. */

import type { CostPoint } from '../../src/report/costs.ts';
import { basis, count, decimal, interval, megabytes, milliseconds, percent, UNKNOWN } from '../../src/report/format.ts';
import type { ReportView } from '../../src/report/view.ts';
import { figure, shareAxis, type Theme, tooltip } from './charts.ts';
import { legend } from './dom.ts';
import { labels, targetBox, whiskers } from './plugins.ts';

export function costLegend({ costs }: ReportView): HTMLElement {
  const hollow = { label: 'hollow: accuracy evaluated at the other precision', swatch: 'dot hollow' };
  const between = { label: 'in between, on steer', swatch: 'dot between' };
  return legend([
    { label: 'before', swatch: 'dot before' },
    ...(costs.points.some(({ stage }) => stage === 'between') ? [between] : []),
    { label: 'after', swatch: 'dot after' },
    ...(hasBorrowed(costs.points) ? [hollow] : []),
    { label: 'targets', swatch: 'box target' },
  ]);
}

export function costChart(view: ReportView): HTMLElement {
  const { points } = view.costs;
  return figure<'scatter'>({
    title: 'Answers right against p95 latency of a whole answer',
    description: `${points
      .map((point) => `${nameOf(point)}: ${percent(point.answer.value)} at ${milliseconds(point.whole.p95Ms)}`)
      .join('; ')}.`,
    heightPx: 380,
    numbers: {
      caption: 'checkpoints and precisions',
      head: [
        'checkpoint',
        'answers right',
        '95% interval',
        'split',
        'n',
        'p50',
        'p95',
        'p99',
        'first token p95',
        'between tokens p95',
        'tokens/s',
        'tokens an answer',
        'memory',
        'size',
        'threads',
      ],
      words: [3],
      rows: points.map((point) => [
        nameOf(point),
        point.isEvaluated ? percent(point.answer.value) : UNKNOWN,
        point.isEvaluated ? interval(point.answer) : UNKNOWN,
        point.isEvaluated ? point.split : UNKNOWN,
        point.isEvaluated ? count(point.answer.n) : UNKNOWN,
        milliseconds(point.whole.p50Ms),
        milliseconds(point.whole.p95Ms),
        milliseconds(point.whole.p99Ms),
        milliseconds(point.firstToken.p95Ms),
        milliseconds(point.interToken.p95Ms),
        count(Math.round(point.tokensPerSecond)),
        decimal(point.tokensPerAnswer, 1),
        megabytes(point.peakMemoryMb),
        megabytes(point.sizeMb),
        String(point.threads),
      ]),
    },
    config: (theme) => costConfig(view, theme),
  });
}

function costConfig({ costs: { points, target } }: ReportView, theme: Theme) {
  const drawn = points.flatMap((point) => {
    const { value, low, high } = point.answer;
    if (value === null || low === null || high === null) return [];
    return [{ x: point.whole.p95Ms, y: value, low, high, text: nameOf(point), point }];
  });
  const colours = { before: theme.before, between: theme.between, after: theme.after };
  const colour = (point: CostPoint) => colours[point.stage];
  const slowest = Math.max(target.p95Ms, ...drawn.map(({ x }) => x));
  return {
    type: 'scatter' as const,
    data: {
      datasets: [
        {
          data: drawn,
          backgroundColor: drawn.map(({ point }) => (point.isEvaluated ? colour(point) : theme.paper)),
          borderColor: drawn.map(({ point }) => colour(point)),
          pointRadius: 6,
          pointHoverRadius: 7,
          pointBorderWidth: 2,
          clip: false as const,
        },
      ],
    },
    options: {
      layout: { padding: { top: 12, right: 16 } },
      scales: {
        x: {
          min: 0,
          suggestedMax: slowest * 1.15,
          title: { display: true, text: 'p95 of a whole answer, ms' },
          border: { display: false },
          grid: { color: theme.rule, drawTicks: false },
          ticks: { padding: 6 },
        },
        y: shareAxis(theme),
      },
      plugins: {
        tooltip: tooltip(theme, (_, at) => {
          const point = drawn[at]?.point;
          if (!point) return '';
          return [
            `${nameOf(point)} on ${point.split}: ${percent(point.answer.value)} (${interval(point.answer)}), ${basis(point.answer)}`,
            `p95 ${milliseconds(point.whole.p95Ms)}, ${megabytes(point.sizeMb)}`,
          ];
        }),
      },
    },
    plugins: [
      targetBox(target.p95Ms, target.answer, theme),
      whiskers(
        drawn.map(({ x, low, high, point }) => ({ along: 'y' as const, at: x, low, high, colour: colour(point) })),
      ),
      labels(drawn, theme),
    ],
  };
}

export function costNote({ costs: { deployed, points } }: ReportView): string | null {
  if (!hasBorrowed(points)) return null;
  return `Answers were evaluated at ${deployed.precision}. A hollow dot has its own latency, and its accuracy is that of the same checkpoint at ${deployed.precision}.`;
}

/** Whether any point stands at an accuracy that was evaluated at another precision. */
function hasBorrowed(points: readonly CostPoint[]): boolean {
  return points.some((point) => point.answer.value !== null && !point.isEvaluated);
}

function nameOf({ name, precision }: CostPoint): string {
  return `${name} ${precision}`;
}
