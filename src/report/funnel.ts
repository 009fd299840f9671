/** How candidates fall from stage to stage, for a terminal. */

import type { Funnel, FunnelRow } from '../verify/tally.ts';
import { count, percent } from './format.ts';
import { table } from './terminal.ts';

/** A line for each area and teacher, then all of them: how many each stage rejected, and what became of the others. */
export function funnelTable(rows: readonly FunnelRow[], overall: Funnel): string {
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
  return table(header, [...rows.map((row) => line(nameOf(row), row)), line('all', overall)]);
}
