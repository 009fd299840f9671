/** Fresh problems of an area, as different from each other and from earlier ones as the area allows. */

import type { Problem, Split } from '../core/sample.ts';
import type { Random } from '../core/seed.ts';
import { drawProblem, type Suite } from '../core/suite.ts';

/** Stale draws in a row after which an area has run out: less than about one draw in a hundred is then still fresh. */
const PATIENCE = 400;

export interface DrawOptions {
  readonly suite: Suite;
  readonly area: string;
  readonly split: Split;
  readonly count: number;
  readonly random: Random;
  /** Keys of earlier problems. */
  readonly exclude?: ReadonlySet<string>;
}

/**
 * Draws `count` problems of one area and split. Their keys are new, neither excluded nor drawn before; once the area has
 * run out of keys only their prompts are new within this call; once it has run out of prompts too, they repeat.
 */
export function* drawProblems(options: DrawOptions): Generator<Problem, void> {
  const { suite, area, split, count, random, exclude = new Set<string>() } = options;
  const keys = new Set<string>();
  const prompts = new Set<string>();
  // From what is wanted most to what is taken when nothing else is left; an area never climbs back.
  const standards: readonly ((problem: Problem) => boolean)[] = [
    ({ key }) => !keys.has(key) && !exclude.has(key),
    ({ prompt }) => !prompts.has(prompt),
    () => true,
  ];
  let standard = 0;
  let misses = 0;
  for (let drawn = 0; drawn < count; ) {
    const problem = drawProblem(suite, area, split, random);
    if (standards[standard]?.(problem)) {
      keys.add(problem.key);
      prompts.add(problem.prompt);
      misses = 0;
      drawn++;
      yield problem;
    } else if (++misses === PATIENCE) {
      standard++;
      misses = 0;
    }
  }
}
