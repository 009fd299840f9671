/** The committed samples, drawn from a fixed seed: `samples.jsonl` is what {@link drawSamples} gives. */

import { type Problem, type Random, randomStream, type Sample, splitOfKey } from 'proofstill';
import { greatestCommonDivisor } from './equation.ts';
import { AREAS, type Area, equationsOf, type Factor, fromFactors, keysOf, problemOf } from './problems.ts';

const SEED = 1;

/** The problem that the suite is known by; its key belongs to holdout. */
const FIRST_KEY = '1,-5,6';

/**
 * Holdout samples of each area. `repeated` and `zero` give every holdout key that they have. `leading` gives every one
 * that `monic`, drawn uniformly before it, has left, so that both stay fair draws of their areas.
 */
const HOLDOUT: Readonly<Record<Area, number>> = {
  monic: 50,
  leading: 35,
  repeated: 23,
  zero: 40,
  rational: 127,
  none: 127,
};

const STRETCH_OF_EACH_AREA = 20;

/** Holdout samples by area with `q-0001` first, then stretch samples; keys are distinct over all of them. */
export function drawSamples(): Omit<Sample, 'suite'>[] {
  return [...holdout(), ...stretch()];
}

function holdout(): Omit<Sample, 'suite'>[] {
  const taken = new Set<string>();
  const problems = AREAS.flatMap((area) => {
    const random = randomStream(SEED, 'quadratics', 'holdout', area);
    const shuffled = random.shuffle(keysOf(area).filter((key) => splitOfKey(key) === 'holdout' && key !== FIRST_KEY));
    const order = area === 'monic' ? [FIRST_KEY, ...shuffled] : shuffled;
    const keys = order.filter((key) => !taken.has(key)).slice(0, HOLDOUT[area]);
    for (const key of keys) taken.add(key);
    return keys.map((key) => problemOf(area, random.pick(equationsOf(area).get(key) ?? [])));
  });
  return problems.map((problem, index) => sampleOf(`q-${serial(index)}`, 'holdout', problem));
}

/** Problems beyond every area's range, for areas whose arithmetic grows with it. */
function stretch(): Omit<Sample, 'suite'>[] {
  const taken = new Set(AREAS.flatMap(keysOf));
  const problems = Object.entries(STRETCHED).flatMap(([area, draw]) => {
    const random = randomStream(SEED, 'quadratics', 'stretch', area);
    const drawn: Problem[] = [];
    while (drawn.length < STRETCH_OF_EACH_AREA) {
      const problem = problemOf(area, fromFactors(...draw(random)));
      if (taken.has(problem.key)) continue;
      taken.add(problem.key);
      drawn.push(problem);
    }
    return drawn;
  });
  return problems.map((problem, index) => sampleOf(`s-${serial(index)}`, 'stretch', problem));
}

const STRETCHED: Partial<Record<Area, (random: Random) => [k: number, Factor, Factor]>> = {
  monic: (random) => [1, ...wholeRoots(random)],
  leading: (random) => [random.int(6, 12), ...wholeRoots(random)],
  rational: (random) => {
    const first = coprimeFactor(random, random.int(1, 7));
    const second = coprimeFactor(random, random.int(6, 9));
    return [1, first, second];
  },
};

/** Whole roots of size 17 to 40, neither equal nor opposite. */
function wholeRoots(random: Random): [Factor, Factor] {
  const [r, s] = random.shuffle(Array.from({ length: 24 }, (_, index) => 17 + index));
  return [
    [1, signed(random, r as number)],
    [1, signed(random, s as number)],
  ];
}

function coprimeFactor(random: Random, p: number): Factor {
  const sizes = Array.from({ length: 16 }, (_, index) => 10 + index);
  return [p, signed(random, random.pick(sizes.filter((q) => greatestCommonDivisor(p, q) === 1)))];
}

function signed(random: Random, size: number): number {
  return random.pick([-1, 1]) * size;
}

function sampleOf(id: string, split: Sample['split'], problem: Problem): Omit<Sample, 'suite'> {
  const { area, ...rest } = problem;
  return { id, area, split, ...rest };
}

function serial(index: number): string {
  return String(index + 1).padStart(4, '0');
}
