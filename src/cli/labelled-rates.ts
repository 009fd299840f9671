/** Error rates on a labelled table, as `verify --self-test` and `suites check` give them. */

import { relative } from 'node:path';
import type { Proportion } from '../core/statistics/proportion.ts';
import type { Verifier } from '../core/verdict.ts';
import { count, interval, percent, UNKNOWN } from '../report/format.ts';
import { table } from '../report/terminal.ts';
import type { LabelledRow } from '../verify/labelled.ts';
import {
  type Disagreement,
  disagreementsIn,
  type GradeOptions,
  gradeRows,
  latencyOf,
  type Rates,
  ratesOf,
  type VerdictLatency,
} from '../verify/rates.ts';

export interface TableRates extends Rates {
  readonly file: string;
  readonly rows: number;
  /** Rows by `meta.source`, where a row has one. */
  readonly sources: Readonly<Record<string, number>>;
  readonly latency: VerdictLatency;
  readonly disagreements: readonly Disagreement[];
}

/** Disagreements shown; `--json` has them all. */
const SHOWN = 20;

/**
 * Judges a table's rows, and all of them once more for the latency: the first time pays for compiling, which on a table of
 * fifty rows is all that a 99th percentile would show.
 */
export async function ratesOn(
  file: string,
  rows: readonly LabelledRow[],
  { verifierOf, ...options }: GradeOptions & { verifierOf: (row: LabelledRow) => Verifier },
): Promise<TableRates> {
  const graded = await gradeRows(rows, verifierOf, options);
  const { onProgress: _, ...quietly } = options;
  const latency = latencyOf(await gradeRows(rows, verifierOf, quietly));
  return {
    file,
    rows: rows.length,
    ...ratesOf(graded),
    sources: sourcesOf(rows),
    latency,
    disagreements: disagreementsIn(graded),
  };
}

function sourcesOf(rows: readonly LabelledRow[]): Record<string, number> {
  const sources = new Map<string, number>();
  for (const { meta } of rows) {
    const source = meta?.['source'];
    if (typeof source === 'string') sources.set(source, (sources.get(source) ?? 0) + 1);
  }
  return Object.fromEntries(sources);
}

/** A line for each table: shares of scored rows with their intervals, and apart from them what a verdict costs. */
export function ratesTable(title: string, rows: readonly { label: string; rates: TableRates }[]): string {
  const share = (proportion: Proportion): string[] => [
    count(proportion.n),
    percent(proportion.value),
    interval(proportion),
  ];
  const header = [
    title,
    ...['agreement', 'false accepts', 'false rejects'].flatMap((name) => ['n', name, '95% interval']),
    'unscored',
    'median ms',
    'p99 ms',
  ];
  const lines = rows.map(({ label, rates: { agreement, falseAccepts, falseRejects, latency } }) => [
    label,
    ...[agreement, falseAccepts, falseRejects].flatMap(share),
    count(agreement.unscored),
    fine(latency.medianMs),
    fine(latency.p99Ms),
  ]);
  return table(header, lines, false);
}

/** The rows to look at, with the place of each. */
export function disagreementLines(disagreements: readonly Disagreement[]): string[] {
  if (disagreements.length === 0) return [];
  const lines = disagreements.slice(0, SHOWN).map(({ id, place, labelled, status, reason, why }) => {
    const verdict = reason === null ? status : `${status} (${reason})`;
    return `${relative('.', place)}: ${id} deserves ${labelled}, got ${verdict}: ${why}`;
  });
  const more = disagreements.length > SHOWN ? [`and ${disagreements.length - SHOWN} more, in --json`] : [];
  return ['', ...lines, ...more];
}

/** Milliseconds of a verdict, most of which take less than one. */
function fine(milliseconds: number | null): string {
  return milliseconds === null ? UNKNOWN : milliseconds.toFixed(3);
}
