/** Where a round's problems come from: a suite's own generator. */

import type { Problem } from '../core/sample.ts';
import { randomStream } from '../core/seed.ts';
import type { Suite } from '../core/suite.ts';
import { drawProblems } from './draw.ts';

/** A problem with its name in this run, by which candidates know it. */
export interface NamedProblem {
  readonly id: string;
  readonly problem: Problem;
}

export interface ProblemsOptions {
  readonly suite: Suite;
  /** How many problems each area gets. */
  readonly allocation: Readonly<Record<string, number>>;
  /** Turn of the loop, from 1: another round draws other problems. */
  readonly round: number;
  readonly seed: number;
  /** Keys already in the dataset: drawn again only where an area has run out of others. */
  readonly exclude?: ReadonlySet<string>;
}

/**
 * Draws problems of the train split, in the suite's order of areas. The same seed, round, allocation and exclusions give the
 * same ones.
 * @throws suite error where the suite has no generator.
 */
export function* problemsOf(options: ProblemsOptions): Generator<NamedProblem, void> {
  const { suite, allocation, round, seed, exclude } = options;
  for (const area of suite.areas) {
    const drawn = drawProblems({
      suite,
      area,
      split: 'train',
      count: allocation[area] ?? 0,
      random: randomStream(seed, 'train', round, area),
      ...(exclude ? { exclude } : {}),
    });
    let index = 0;
    for (const problem of drawn) yield { id: `train-${round}-${area}-${index++}`, problem };
  }
}
