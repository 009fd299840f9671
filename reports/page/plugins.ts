/** What Chart.js does not draw itself: whiskers, labels beside points, the target, borders between rounds. */

import type { Chart, Plugin } from 'chart.js';
import type { Theme } from './charts.ts';

/** An interval through a point. `along` is the axis that its ends lie on, `at` its place on the other. */
export interface Whisker {
  readonly along: 'x' | 'y';
  readonly at: number;
  readonly low: number;
  readonly high: number;
  readonly colour: string;
}

export function whiskers(all: readonly Whisker[]): Plugin {
  return {
    id: 'whiskers',
    beforeDatasetsDraw(chart) {
      const { ctx } = chart;
      for (const { along, at, low, high, colour } of all) {
        const [from, to, across] = [
          pixel(chart, along, low),
          pixel(chart, along, high),
          pixel(chart, other(along), at),
        ];
        stroke(ctx, colour, 2, [], () => {
          line(ctx, along, from, to, across);
          for (const end of [from, to]) line(ctx, other(along), across - 4, across + 4, end);
        });
      }
    },
  };
}

/** Text to the right of points; where it would lie on another label or on a point's whisker, it moves down. */
export function labels(
  all: readonly {
    readonly x: number;
    readonly low: number;
    readonly y: number;
    readonly high: number;
    readonly text: string;
  }[],
  theme: Theme,
): Plugin {
  return {
    id: 'labels',
    afterDatasetsDraw(chart) {
      const { ctx } = chart;
      ctx.save();
      ctx.font = `600 12px ${fontFamily()}`;
      ctx.fillStyle = theme.ink;
      // A rim in the page's colour keeps the text clear of lines behind it.
      ctx.strokeStyle = theme.paper;
      ctx.lineWidth = 4;
      ctx.lineJoin = 'round';
      ctx.textBaseline = 'middle';
      const taken: Box[] = all.map(({ x, low, high }) => ({
        left: pixel(chart, 'x', x) - 8,
        right: pixel(chart, 'x', x) + 8,
        top: pixel(chart, 'y', high) - 4,
        bottom: pixel(chart, 'y', low) + 4,
      }));
      for (const { x, y, text } of all) {
        const left = pixel(chart, 'x', x) + 12;
        const box = {
          left,
          right: left + ctx.measureText(text).width,
          top: pixel(chart, 'y', y) - 7,
          bottom: pixel(chart, 'y', y) + 7,
        };
        while (taken.some((other) => overlaps(box, other))) {
          box.top += 2;
          box.bottom += 2;
        }
        taken.push(box);
        ctx.strokeText(text, left, box.top + 7);
        ctx.fillText(text, left, box.top + 7);
      }
      ctx.restore();
    },
  };
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function overlaps(one: Box, two: Box): boolean {
  return one.left < two.right && one.right > two.left && one.top < two.bottom && one.bottom > two.top;
}

/** The box of what is right often enough and fast enough: up to `x` and from `y` upwards. */
export function targetBox(x: number, y: number, theme: Theme): Plugin {
  return {
    id: 'targetBox',
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea } = chart;
      const right = pixel(chart, 'x', x);
      const bottom = pixel(chart, 'y', y);
      ctx.save();
      ctx.fillStyle = theme.target;
      ctx.globalAlpha = 0.14;
      ctx.fillRect(chartArea.left, chartArea.top, right - chartArea.left, bottom - chartArea.top);
      ctx.restore();
      stroke(ctx, theme.target, 1.5, [5, 4], () => {
        line(ctx, 'x', chartArea.left, right, bottom);
        line(ctx, 'y', chartArea.top, bottom, right);
      });
    },
  };
}

/** A dashed line across the chart at `y`. */
export function targetLine(y: number, theme: Theme): Plugin {
  return {
    id: 'targetLine',
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea } = chart;
      const height = pixel(chart, 'y', y);
      stroke(ctx, theme.target, 1.5, [5, 4], () => line(ctx, 'x', chartArea.left, chartArea.right, height));
    },
  };
}

/** Thin level lines at these places along y. */
export function separators(all: readonly number[], theme: Theme): Plugin {
  return {
    id: 'separators',
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea } = chart;
      stroke(ctx, theme.rule, 1, [], () => {
        for (const y of all) line(ctx, 'x', chartArea.left, chartArea.right, pixel(chart, 'y', y));
      });
    },
  };
}

/** Upright borders at these places along x, each with its name above it. */
export function borders(all: readonly { readonly x: number; readonly text: string }[], theme: Theme): Plugin {
  return {
    id: 'borders',
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea } = chart;
      for (const { x, text } of all) {
        const place = pixel(chart, 'x', x);
        stroke(ctx, theme.rule, 1, [], () => line(ctx, 'y', chartArea.top, chartArea.bottom, place));
        note(ctx, theme, text, place, chartArea.top - 9);
      }
    },
  };
}

function pixel(chart: Chart, axis: 'x' | 'y', value: number): number {
  return chart.scales[axis]?.getPixelForValue(value) ?? Number.NaN;
}

function other(axis: 'x' | 'y'): 'x' | 'y' {
  return axis === 'x' ? 'y' : 'x';
}

function stroke(
  ctx: CanvasRenderingContext2D,
  colour: string,
  width: number,
  dash: readonly number[],
  draw: () => void,
): void {
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.setLineDash([...dash]);
  ctx.beginPath();
  draw();
  ctx.stroke();
  ctx.restore();
}

/** Adds to the path a line along an axis, from one pixel to another, `across` pixels along the other axis. */
function line(ctx: CanvasRenderingContext2D, along: 'x' | 'y', from: number, to: number, across: number): void {
  if (along === 'x') {
    ctx.moveTo(from, across);
    ctx.lineTo(to, across);
  } else {
    ctx.moveTo(across, from);
    ctx.lineTo(across, to);
  }
}

function note(ctx: CanvasRenderingContext2D, theme: Theme, text: string, left: number, middle: number): void {
  ctx.save();
  ctx.font = `12px ${fontFamily()}`;
  ctx.fillStyle = theme.muted;
  ctx.textBaseline = 'middle';
  ctx.fillText(text, left, middle);
  ctx.restore();
}

function fontFamily(): string {
  return getComputedStyle(document.body).fontFamily;
}
