/**
 * The problems of each area. An area is a finite set of equations, built from their roots, so that its keys can be
 * counted and every expected answer is known without solving anything.
 */

import { type Problem, ProofstillError, type Random } from 'proofstill';
import { answerText, fraction, NO_REAL_SOLUTION } from './answer.ts';
import { type Equation, greatestCommonDivisor, keyOf, promptOf } from './equation.ts';

export const AREAS = ['monic', 'leading', 'repeated', 'zero', 'rational', 'none'] as const;
export type Area = (typeof AREAS)[number];

export interface SolvedEquation {
  readonly equation: Equation;
  readonly expected: string;
}

/** A linear factor px-q by its numbers [p, q]; its root is q/p. */
export type Factor = readonly [p: number, q: number];

/** k(px-q)(rx-s) and its roots q/p and s/r. */
export function fromFactors(k: number, [p, q]: Factor, [r, s]: Factor): SolvedEquation {
  // Adding 0 turns -0 into 0.
  const equation = { a: k * p * r, b: -k * (p * s + q * r) + 0, c: k * q * s + 0 };
  return { equation, expected: answerText([fraction(q, p), fraction(s, r)]) };
}

/** The problem that an equation of an area poses. */
export function problemOf(area: string, { equation, expected }: SolvedEquation): Problem {
  return { area, prompt: promptOf(equation), expected, key: keyOf(equation) };
}

/**
 * A problem of an area: first a key, every one equally likely, then one of the equations with that key.
 * @throws suite error for an unknown area.
 */
export function problem(area: string, random: Random): Problem {
  return problemOf(area, random.pick(random.pick([...equationsOf(area).values()])));
}

/** All keys of an area, in a fixed order. Only `monic` and `leading` have keys in common. */
export function keysOf(area: string): string[] {
  return [...equationsOf(area).keys()];
}

const known = new Map<string, ReadonlyMap<string, readonly SolvedEquation[]>>();

/** The equations of an area by their key. @throws suite error for an unknown area. */
export function equationsOf(area: string): ReadonlyMap<string, readonly SolvedEquation[]> {
  const earlier = known.get(area);
  if (earlier) return earlier;
  if (!isArea(area)) {
    throw new ProofstillError('suite', `unknown area "${area}"; the suite has ${AREAS.join(', ')}`, {
      place: 'suite quadratics',
    });
  }
  const byKey = new Map<string, SolvedEquation[]>();
  for (const solved of EQUATIONS[area]()) {
    const key = keyOf(solved.equation);
    byKey.set(key, [...(byKey.get(key) ?? []), solved]);
  }
  known.set(area, byKey);
  return byKey;
}

const EQUATIONS: Readonly<Record<Area, () => Iterable<SolvedEquation>>> = {
  monic: () => wholeRoots([1], 16),
  leading: () => wholeRoots([-1, 2, 3, 4, 5], 12),
  repeated,
  zero,
  rational,
  none,
};

/** k(x-r)(x-s) with whole r < s, neither zero nor opposite. */
function* wholeRoots(scales: readonly number[], limit: number): Generator<SolvedEquation> {
  for (const r of nonzero(limit)) {
    for (const s of nonzero(limit)) {
      if (r >= s || r === -s) continue;
      for (const k of scales) yield fromFactors(k, [1, r], [1, s]);
    }
  }
}

/** k(px-q)². */
function* repeated(): Generator<SolvedEquation> {
  for (const q of nonzero(30)) {
    for (const k of [1, 2, 3]) yield fromFactors(k, [1, q], [1, q]);
  }
  for (const q of coprimeTo(2, 11)) yield fromFactors(1, [2, q], [2, q]);
  for (const q of coprimeTo(3, 7)) yield fromFactors(1, [3, q], [3, q]);
}

/** k·x(px-q), without a constant term, and k(px-q)(px+q), without a linear one. */
function* zero(): Generator<SolvedEquation> {
  const scales = [1, 2, 3, 5];
  for (const k of scales) {
    for (const q of nonzero(30)) yield fromFactors(k, [1, 0], [1, q]);
    for (let q = 1; q <= 20; q++) yield fromFactors(k, [1, q], [1, -q]);
  }
  for (const p of [2, 3, 5]) {
    for (const q of coprimeTo(p, 15)) yield fromFactors(1, [1, 0], [p, q]);
  }
  for (const q of coprimeTo(2, 9).filter((size) => size > 0)) yield fromFactors(1, [2, q], [2, -q]);
  for (const q of coprimeTo(3, 8).filter((size) => size > 0)) yield fromFactors(1, [3, q], [3, -q]);
}

/** (x-s)(px-q), (2x-q)(2x-s) and (2x-q)(3x-s): at least one root is not whole. */
function* rational(): Generator<SolvedEquation> {
  for (const p of [2, 3, 4, 5]) {
    for (const q of coprimeTo(p, 9)) {
      for (const s of nonzero(7)) yield fromFactors(1, [1, s], [p, q]);
    }
  }
  for (const q of coprimeTo(2, 7)) {
    for (const s of coprimeTo(2, 7)) {
      if (q < s && q !== -s) yield fromFactors(1, [2, q], [2, s]);
    }
    for (const s of coprimeTo(3, 7)) yield fromFactors(1, [2, q], [3, s]);
  }
}

/** Any coefficients in the ranges with b² < 4ac; b may be zero. */
function* none(): Generator<SolvedEquation> {
  for (let a = 1; a <= 5; a++) {
    for (let b = -12; b <= 12; b++) {
      for (let c = 1; c <= 20; c++) {
        if (b * b < 4 * a * c) yield { equation: { a, b, c }, expected: NO_REAL_SOLUTION };
      }
    }
  }
}

function isArea(area: string): area is Area {
  return (AREAS as readonly string[]).includes(area);
}

/** The whole numbers from -limit to limit, 0 left out. */
function nonzero(limit: number): number[] {
  return Array.from({ length: 2 * limit }, (_, index) => (index < limit ? index - limit : index - limit + 1));
}

function coprimeTo(p: number, limit: number): number[] {
  return nonzero(limit).filter((q) => greatestCommonDivisor(p, q) === 1);
}
