/** Where the teacher's candidates were lost: from drawn to kept in each area, and the stages and checks that turned them down. */

import { count, percent } from '../../src/report/format.ts';
import type { LossReason } from '../../src/report/losses.ts';
import type { ReportView } from '../../src/report/view.ts';
import { figure, LOST, type Theme, tooltip } from './charts.ts';
import { legend, table } from './dom.ts';

export function candidatesLead({ losses: { drawn, kept, spare, waiting, rejected } }: ReportView): string {
  if (drawn === 0) return 'No candidates were drawn.';
  const undecided = waiting > 0 ? ` ${count(waiting)} passed and wait for a person's decision.` : '';
  return `Of ${count(drawn)} candidates that the teacher wrote, the verifiers rejected ${count(rejected)} (${percent(rejected / drawn)}). ${count(spare)} passed but were spare, because another candidate of the same problem was chosen; ${count(kept)} were kept.${undecided}`;
}

interface Part {
  readonly label: string;
  readonly swatch: string;
  readonly counts: readonly number[];
  colour(theme: Theme): string;
}

export function candidatesChart(view: ReportView): HTMLElement {
  const parts = partsOf(view);
  const names = view.losses.areas.map(({ area }) => area);
  return figure<'bar'>({
    title: 'Candidates in each area, all rounds together',
    description: view.losses.areas.map(({ area, drawn, kept }) => `${area}: ${kept} kept of ${drawn}`).join(', '),
    heightPx: names.length * 40 + 40,
    legend: legend(parts),
    numbers: {
      caption: 'candidates by area',
      head: ['area', 'drawn', ...parts.map(({ label }) => label)],
      rows: view.losses.areas.map(({ area, drawn }, index) => [
        area,
        count(drawn),
        ...parts.map(({ counts }) => count(counts[index] ?? 0)),
      ]),
    },
    config: (theme) => ({
      type: 'bar',
      data: {
        labels: names,
        datasets: parts.map((part) => ({
          data: [...part.counts],
          backgroundColor: part.colour(theme),
          borderColor: theme.paper,
          borderWidth: { right: 1.5 },
          borderSkipped: false,
          maxBarThickness: 24,
        })),
      },
      options: {
        indexAxis: 'y',
        layout: { padding: { right: 12 } },
        scales: {
          x: {
            stacked: true,
            border: { display: false },
            grid: { color: theme.rule, drawTicks: false },
            ticks: { padding: 6 },
          },
          y: { stacked: true, border: { display: false }, grid: { display: false }, ticks: { color: theme.ink } },
        },
        plugins: {
          tooltip: tooltip(
            theme,
            (set, at) => `${names[at]}, ${parts[set]?.label}: ${count(parts[set]?.counts[at] ?? null)}`,
          ),
        },
      },
    }),
  });
}

/** Kept, spare, and the reasons of loss: the most frequent ones by name, what is left of them together. */
function partsOf({ losses }: ReportView): Part[] {
  const named = losses.reasons.length > LOST ? losses.reasons.slice(0, LOST - 1) : losses.reasons;
  const others = losses.reasons.slice(named.length);
  const countsOf = (reasons: readonly LossReason[]) =>
    losses.areas.map(({ area }) => reasons.reduce((sum, reason) => sum + (reason.areas[area] ?? 0), 0));
  const lost = (label: string, index: number, reasons: readonly LossReason[]): Part => ({
    label,
    swatch: `box lost-${index + 1}`,
    counts: countsOf(reasons),
    colour: (theme) => theme.lost(index),
  });
  return [
    {
      label: 'kept',
      swatch: 'box after',
      counts: losses.areas.map(({ kept }) => kept),
      colour: (theme) => theme.after,
    },
    {
      label: losses.waiting > 0 ? 'spare, or waiting for a person' : 'spare',
      swatch: 'box spare',
      counts: losses.areas.map(({ spare, waiting }) => spare + waiting),
      colour: (theme) => theme.spare,
    },
    ...named.map((reason, index) => lost(`${reason.check}: ${reason.reason}`, index, [reason])),
    ...(others.length > 0 ? [lost('other reasons', LOST - 1, others)] : []),
  ];
}

export function reasonTable({ losses: { reasons, areas, rejected } }: ReportView): HTMLElement | null {
  if (reasons.length === 0) return null;
  return table({
    caption: 'Why candidates were rejected: the first stage that found fault, and its check',
    head: ['stage', 'check', 'reason', ...areas.map(({ area }) => area), 'all', 'share'],
    words: [1, 2],
    rows: [
      ...reasons.map((reason) => [
        reason.stage,
        reason.check,
        reason.reason,
        ...areas.map(({ area }) => count(reason.areas[area] ?? 0)),
        count(reason.count),
        percent(reason.share),
      ]),
      ['all', '', '', ...areas.map((area) => count(area.rejected)), count(rejected), percent(1)],
    ],
    hasTotal: true,
  });
}
