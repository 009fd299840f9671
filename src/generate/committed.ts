/** Train problems of a suite that makes none itself: its committed ones, and those that the teacher wrote. */

import { randomStream } from '../core/seed.ts';
import type { Suite } from '../core/suite.ts';
import type { NamedProblem } from './problems.ts';

export interface CommittedOptions {
  readonly suite: Suite;
  /** How many problems each area gets at most. */
  readonly allocation: Readonly<Record<string, number>>;
  /** From 1. */
  readonly round: number;
  readonly seed: number;
  /** Written by the teacher, in this round and earlier ones. */
  readonly invented: readonly NamedProblem[];
  /** Keys that earlier rounds asked. */
  readonly asked: ReadonlySet<string>;
  /** Keys that are in the dataset already. */
  readonly learnt: ReadonlySet<string>;
}

/**
 * The problems of a round, area by area, each at most once: committed ones that were not asked yet, then invented ones that
 * were not, then those that were asked in vain, then what the student has learnt from already.
 * @returns fewer than are allocated where an area has fewer. A problem that is asked again has another name, so that the
 * teacher answers anew.
 */
export function committedProblems(options: CommittedOptions): NamedProblem[] {
  const { suite, allocation, round, seed, invented, asked, learnt } = options;
  const named = suite.samples.flatMap(({ id, suite: _, split, ...problem }) =>
    split === 'train' ? [{ id: `train-${id}`, problem }] : [],
  );
  return suite.areas.flatMap((area) => {
    const isOfArea = ({ problem }: NamedProblem): boolean => problem.area === area;
    const random = randomStream(seed, 'committed', area);
    const pool = [...random.shuffle(named.filter(isOfArea)), ...invented.filter(isOfArea)];
    const rank = ({ problem: { key } }: NamedProblem): number => (learnt.has(key) ? 2 : asked.has(key) ? 1 : 0);
    const chosen = [0, 1, 2].flatMap((wanted) => pool.filter((item) => rank(item) === wanted));
    return chosen.slice(0, allocation[area] ?? 0).map(({ id, problem }) => {
      return { id: asked.has(problem.key) ? `again-${round}-${id}` : id, problem };
    });
  });
}

/** How many problems of each area are missing from its allocation, counting those that were not asked yet. */
export function shortfall(options: Omit<CommittedOptions, 'learnt' | 'round' | 'seed'>): Record<string, number> {
  const { suite, allocation, invented, asked } = options;
  const committed = suite.samples.filter(({ split }) => split === 'train');
  const open = [...committed, ...invented.map(({ problem }) => problem)].filter(({ key }) => !asked.has(key));
  const missing = (area: string): number => (allocation[area] ?? 0) - open.filter((one) => one.area === area).length;
  return Object.fromEntries(suite.areas.map((area) => [area, Math.max(0, missing(area))]));
}
