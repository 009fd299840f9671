/** How candidates fall from stage to stage, for a terminal. */

import type { KeptPrecision } from '../core/statistics/kept-precision.ts';
import type { Funnel, FunnelRow } from '../verify/tally.ts';
import { count, interval, percent, UNKNOWN } from './format.ts';
import { table } from './terminal.ts';

/**
 * A line for each area and teacher, then all of them: how many each stage rejected, and what became of the others.
 * @param precision of each area's passing traces, estimated; where the suite has a labelled table
 */
export function funnelTable(
  rows: readonly FunnelRow[],
  overall: Funnel,
  precision?: Readonly<Record<string, KeptPrecision | null>>,
): string {
  const teachers = new Set(rows.map(({ teacher }) => teacher));
  const stages = overall.stages.filter(({ stage, found }) => stage !== 'person' || found > 0);
  const hasWaiting = overall.waiting > 0;
  const header = [
    'area',
    'drawn',
    ...stages.map(({ stage }) => `−${stage}`),
    'spare',
    ...(hasWaiting ? ['waiting'] : []),
    'kept',
  ];
  const line = (name: string, funnel: Funnel): string[] => [
    name,
    count(funnel.drawn),
    ...funnel.stages
      .filter(({ stage }) => stages.some((shown) => shown.stage === stage))
      .map(({ rejected }) => count(rejected)),
    count(funnel.spare),
    ...(hasWaiting ? [count(funnel.waiting)] : []),
    `${count(funnel.kept)} (${percent(funnel.drawn === 0 ? null : funnel.kept / funnel.drawn)})`,
  ];
  const nameOf = ({ area, teacher }: FunnelRow): string => (teachers.size > 1 ? `${area}, ${teacher}` : area);
  const precise = (area?: string): string[] => {
    if (precision === undefined) return [];
    const estimate = area === undefined ? null : (precision[area] ?? null);
    return [estimate === null ? UNKNOWN : `${percent(estimate.value)} (${interval(estimate)})`];
  };
  const lines = rows.map((row) => [...line(nameOf(row), row), ...precise(row.area)]);
  const head = precision === undefined ? header : [...header, 'right of passing, estimated'];
  return table(head, [...lines, [...line('all', overall), ...precise()]]);
}
