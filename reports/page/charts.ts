/** What all charts share: the parts of Chart.js that are used, the theme, and drawing anew when the theme changes. */

import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartType,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
} from 'chart.js';
import { el, folded, type TableContent } from './dom.ts';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
);

/** Colours of the style sheet as they stand now: light, dark or printed. */
export interface Theme {
  readonly paper: string;
  readonly ink: string;
  readonly muted: string;
  readonly rule: string;
  readonly before: string;
  readonly between: string;
  readonly after: string;
  readonly teacher: string;
  readonly spare: string;
  readonly target: string;
  /** For any number of things side by side; starts over where they run out. */
  series(index: number): string;
  /** For reasons of loss, the most frequent first. */
  lost(index: number): string;
}

export const SERIES = 8;
export const LOST = 5;

function currentTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    paper: colour('paper'),
    ink: colour('ink'),
    muted: colour('muted'),
    rule: colour('rule'),
    before: colour('before'),
    between: colour('between'),
    after: colour('after'),
    teacher: colour('teacher'),
    spare: colour('spare'),
    target: colour('target'),
    series: (index) => colour(`series-${(index % SERIES) + 1}`),
    lost: (index) => colour(`lost-${Math.min(index, LOST - 1) + 1}`),
  };
}

export interface FigureContent<Type extends ChartType> {
  readonly title: string;
  /** What the chart shows, for those who cannot see it. */
  readonly description: string;
  readonly heightPx: number;
  readonly legend?: HTMLElement;
  readonly numbers?: TableContent;
  config(theme: Theme): ChartConfiguration<Type>;
}

const redraws: (() => void)[] = [];

/** A chart with its title, and its numbers in a table below it. */
export function figure<Type extends ChartType>(content: FigureContent<Type>): HTMLElement {
  const canvas = el('canvas', { role: 'img', 'aria-label': content.description });
  const frame = el('div', { class: 'frame' }, canvas);
  frame.style.height = `${content.heightPx}px`;
  let chart: Chart<Type> | undefined;
  redraws.push(() => {
    chart?.destroy();
    chart = new Chart(canvas, content.config(currentTheme()) as ChartConfiguration<Type, never>) as Chart<Type>;
  });
  return el(
    'figure',
    {},
    el('figcaption', {}, content.title),
    content.legend ?? null,
    frame,
    content.numbers ? folded(content.numbers) : null,
  );
}

/** Draws every figure that was made, now and whenever the colours change. Called once they are in the page. */
export function drawFigures(): void {
  const draw = () => {
    const theme = currentTheme();
    Chart.defaults.color = theme.muted;
    Chart.defaults.borderColor = theme.rule;
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    for (const redraw of redraws) redraw();
  };
  Object.assign(Chart.defaults, { animation: false, responsive: true, maintainAspectRatio: false });
  Chart.defaults.font.size = 12;
  draw();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  // Paper is light: the style sheet leaves the dark colours aside while this is set.
  addEventListener('beforeprint', () => {
    document.documentElement.dataset['printing'] = '';
    draw();
  });
  addEventListener('afterprint', () => {
    delete document.documentElement.dataset['printing'];
    draw();
  });
}

/** Tooltip in the page's own colours; `lines` gives the text for a dataset and a point in it. */
export function tooltip(theme: Theme, lines: (dataset: number, point: number) => string | string[]) {
  return {
    backgroundColor: theme.ink,
    titleColor: theme.paper,
    bodyColor: theme.paper,
    displayColors: false,
    padding: 10,
    cornerRadius: 4,
    callbacks: {
      title: () => '',
      label: (item: { datasetIndex: number; dataIndex: number }) => lines(item.datasetIndex, item.dataIndex),
    },
  };
}

/** A percentage axis of 0 to 100. */
export function shareAxis(theme: Theme) {
  return {
    min: 0,
    max: 1,
    border: { display: false },
    grid: { color: theme.rule, drawTicks: false },
    ticks: { stepSize: 0.25, padding: 6, callback: (share: string | number) => `${Math.round(Number(share) * 100)}%` },
  };
}
