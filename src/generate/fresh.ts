/** A set of samples that nobody has read yet, for suites that can make problems. */

import { sha256 } from '../core/hash.ts';
import type { Sample, Split } from '../core/sample.ts';
import { randomStream } from '../core/seed.ts';
import type { Suite } from '../core/suite.ts';
import { drawProblems } from './draw.ts';

export interface FreshOptions {
  readonly suite: Suite;
  readonly split: Exclude<Split, 'stretch'>;
  /** Wanted over all areas, in equal parts. */
  readonly count: number;
  readonly seed: number;
}

/**
 * Draws samples of a split that are not among the suite's committed ones. The same seed gives the same samples, each named
 * by its key, so that two models are paired on them. Areas take turns; one that has no new key left drops out.
 * @returns at most `count` samples in random order, for a prefix of them is a fair sample too.
 * @throws suite error where the suite has no generator
 */
export function freshSamples({ suite, split, count, seed }: FreshOptions): Sample[] {
  const taken = new Set(suite.samples.map(({ key }) => key));
  let open = suite.areas.map((area) => {
    return drawProblems({
      suite,
      area,
      split,
      count,
      random: randomStream(seed, 'fresh', split, area),
      exclude: taken,
    });
  });
  const samples: Sample[] = [];
  while (open.length > 0) {
    open = open.filter((problems) => {
      const { value: problem } = problems.next();
      if (samples.length === count || !problem || taken.has(problem.key)) return false;
      taken.add(problem.key);
      const id = `fresh-${sha256(problem.key).slice(0, 12)}`;
      samples.push({ ...problem, id, suite: suite.name, split });
      return true;
    });
  }
  return randomStream(seed, 'fresh', split, 'order').shuffle(samples);
}
