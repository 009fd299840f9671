/** What the loop looks at before a round, and shows its teacher where the student fails. */

import { ProofstillError } from '../core/errors.ts';
import type { Sample } from '../core/sample.ts';
import { randomStream } from '../core/seed.ts';
import { samplesToShow } from '../core/statistics/proportion.ts';
import type { Suite } from '../core/suite.ts';
import { drawProblems } from './draw.ts';

export type SteerSample = Sample & { readonly split: 'steer' };

export function isSteer(sample: Sample): sample is SteerSample {
  return sample.split === 'steer';
}

export interface SteerOptions {
  readonly suite: Suite;
  /** From 1. */
  readonly round: number;
  /** Samples of each area at most. */
  readonly perArea: number;
  readonly seed: number;
  /** Answer accuracy that they must be able to show, 0 to 1. */
  readonly target: number;
}

/**
 * Steer samples of a round: fresh ones, each key once, where the suite makes problems; else the committed ones, the same in
 * every round. Fewer in an area that has fewer.
 * @throws config error where there are too few to show the target
 */
export function steerSamples(options: SteerOptions): SteerSample[] {
  const { suite, target } = options;
  const samples = suite.problem ? fresh(options) : committed(options);
  const needed = samplesToShow(target);
  if (samples.length >= needed) return samples;
  const message = `${samples.length} steer samples cannot show ${target}: even a perfect score needs ${needed}`;
  const all = suite.samples.filter(isSteer).length;
  const mend = suite.problem || all >= needed ? 'Raise steerSamples' : `Give the suite more samples of split steer`;
  throw new ProofstillError('config', message, {
    place: suite.problem || all >= needed ? 'steerSamples' : (suite.source ?? `suite ${suite.name}`),
    hint: `${mend}, or lower targets.answer.`,
  });
}

function fresh({ suite, round, perArea, seed }: SteerOptions): SteerSample[] {
  return suite.areas.flatMap((area) => {
    const random = randomStream(seed, 'steer', round, area);
    const drawn = [...drawProblems({ suite, area, split: 'steer', count: perArea, random })];
    const unique = [...new Map(drawn.map((problem) => [problem.key, problem])).values()];
    return unique.map((problem, index): SteerSample => {
      return { ...problem, id: `steer-${round}-${area}-${index}`, suite: suite.name, split: 'steer' };
    });
  });
}

/** In the suite's order, so that rounds are compared sample by sample. */
function committed({ suite, perArea, seed }: SteerOptions): SteerSample[] {
  return suite.areas.flatMap((area) => {
    const ofArea = suite.samples.filter(isSteer).filter((sample) => sample.area === area);
    const chosen = new Set(randomStream(seed, 'steer', area).shuffle(ofArea).slice(0, perArea));
    return ofArea.filter((sample) => chosen.has(sample));
  });
}
