/** The five headline figures: three scores, latency and size. */

import { SCORES } from '../../src/core/verdict.ts';
import { basis, count, decimal, interval, megabytes, milliseconds, percent } from '../../src/report/format.ts';
import type { Comparison } from '../../src/report/scores.ts';
import type { ReportView } from '../../src/report/view.ts';
import { TITLES } from './areas.ts';
import { el } from './dom.ts';

export function cards({ overall, costs, latency }: ReportView): HTMLElement[] {
  const { before, after, deployed, target } = costs;
  const threads = deployed.threads === 1 ? 'one thread' : `${deployed.threads} threads`;
  return [
    ...SCORES.map((score) => scoreCard(TITLES[score], overall[score])),
    card('Latency, p95', milliseconds(latency.p95Ms), [
      bar(latency.p95Ms, target.p95Ms),
      `target ${milliseconds(target.p95Ms)} for a whole answer, before ${milliseconds(before?.whole.p95Ms ?? null)}`,
      `p50 ${milliseconds(latency.p50Ms)}, ${decimal(latency.tokensPerSecond, 0)} tokens/s`,
      `${deployed.precision} on ${threads}${after ? `, n=${count(after.whole.n)}` : ''}`,
    ]),
    card('Size', megabytes(after?.sizeMb ?? null), [
      `network and tokenizer at ${deployed.precision}`,
      ...costs.points
        .filter((point) => point.trained === after?.trained && point.precision !== deployed.precision)
        .map((point) => `${megabytes(point.sizeMb)} at ${point.precision}`),
      `peak memory ${megabytes(after?.peakMemoryMb ?? null)}`,
    ]),
  ];
}

function scoreCard(title: string, { before, after, teacher }: Comparison): HTMLElement {
  return card(title, percent(after.value), [
    track({ before, after, teacher }),
    `before ${percent(before.value)}, teacher ${percent(teacher.value)}`,
    `95% interval ${interval(after)}`,
    basis(after),
  ]);
}

function card(title: string, figure: string, details: readonly (string | HTMLElement)[]): HTMLElement {
  const lines = details.map((detail) => (typeof detail === 'string' ? el('p', { class: 'detail' }, detail) : detail));
  return el('li', {}, el('h2', {}, title), el('p', { class: 'big' }, figure), ...lines);
}

/** Before, after and teacher on a line of 0 to 100%. */
function track(scores: Pick<Comparison, 'before' | 'after' | 'teacher'>): HTMLElement {
  const line = el('div', { class: 'track', 'aria-hidden': 'true' });
  for (const who of ['before', 'after', 'teacher'] as const) {
    const { value, low, high } = scores[who];
    if (value === null || low === null || high === null) continue;
    const whisker = el('span', { class: `whisker ${who}` });
    whisker.style.insetInlineStart = `${low * 100}%`;
    whisker.style.inlineSize = `${(high - low) * 100}%`;
    const dot = el('span', { class: `dot ${who}` });
    dot.style.insetInlineStart = `${value * 100}%`;
    line.append(...(who === 'teacher' ? [dot] : [whisker, dot]));
  }
  return line;
}

/** A duration as a part of its target, which stands at four fifths of the line. */
function bar(duration: number, target: number): HTMLElement {
  const filled = el('span', { class: 'filled' });
  filled.style.inlineSize = `${Math.min(1, (duration / target) * 0.8) * 100}%`;
  return el('div', { class: 'track', 'aria-hidden': 'true' }, filled, el('span', { class: 'limit' }));
}
