/** A domain's tests: what is asked, in which areas, and who judges. */

import { ProofstillError } from './errors.ts';
import { sha256 } from './hash.ts';
import type { Problem, Sample, Split } from './sample.ts';
import type { Random } from './seed.ts';
import type { Verifier } from './verdict.ts';

const BRAND = 'proofstill.suite';

export interface SuiteDefinition {
  readonly name: string;
  /** Raised whenever samples, areas or verifier change: runs of different versions are not compared. */
  readonly version: string;
  /** Named skills, in the order in which reports show them. */
  readonly areas: readonly string[];
  /** Probability, 0 to 1, that a guess is right. */
  readonly chance: number;
  /** The committed samples: holdout, and where there is one, stretch. */
  readonly samples: readonly Sample[];
  /** The file that the samples were read from, named in faults. */
  readonly source?: string;
  readonly verify: Verifier;
  /** A second judge that needs no expected answer; its disagreements with `verify` are listed. */
  readonly judge?: Verifier;
  /** A fresh problem of an area, of any split: {@link drawProblem} keeps those of the split that is wanted. */
  problem?(area: string, random: Random): Problem;
  /** A worked output in the template, by a method drawn from `random` blind to the problem. Sees the prompt only. */
  solve?(problem: Pick<Problem, 'prompt'>, random: Random): string;
  /** The canonical form of a prompt: what makes two problems the same. */
  key(problem: Pick<Problem, 'prompt'>): string;
}

export interface Suite extends SuiteDefinition {
  readonly brand: string;
}

/** Declares a suite and checks what can be checked without running it. */
export function defineSuite(definition: SuiteDefinition): Suite {
  const { name, areas, chance, samples, source } = definition;
  const place = source ?? `suite ${name}`;
  if (areas.length === 0) throw new ProofstillError('suite', 'a suite needs at least one area, got none', { place });
  if (!(chance >= 0 && chance < 1)) {
    throw new ProofstillError('suite', `chance must be at least 0 and below 1, got ${chance}`, { place });
  }
  const seen = new Set<string>();
  for (const sample of samples) {
    const at = { place: `${place}, sample ${sample.id}` };
    if (seen.has(sample.id)) throw new ProofstillError('suite', 'this sample id occurs twice', at);
    if (!areas.includes(sample.area)) {
      throw new ProofstillError('suite', `unknown area "${sample.area}"; the suite has ${areas.join(', ')}`, at);
    }
    seen.add(sample.id);
  }
  return { ...definition, brand: BRAND };
}

export function isSuite(value: unknown): value is Suite {
  return typeof value === 'object' && value !== null && (value as { brand?: unknown }).brand === BRAND;
}

/**
 * Which split a generated problem belongs to: decided by its key's hash alone, so that no draw on any machine can put a
 * holdout problem into training. 30% holdout, 20% steer, 50% train.
 */
export function splitOfKey(key: string): Exclude<Split, 'stretch'> {
  const hundredth = Number.parseInt(sha256(`split-1:${key}`).slice(0, 8), 16) % 100;
  if (hundredth < 30) return 'holdout';
  return hundredth < 50 ? 'steer' : 'train';
}

/** Draws problems of an area until one belongs to `split`. @throws suite error after 10,000 draws without one. */
export function drawProblem(suite: Suite, area: string, split: Split, random: Random): Problem {
  const place = `suite ${suite.name}, area ${area}`;
  if (!suite.problem) {
    throw new ProofstillError('suite', 'this suite has no generator', {
      place,
      hint: 'Give the suite a problem(area, random) function that makes fresh problems.',
    });
  }
  for (let draw = 0; draw < 10_000; draw++) {
    const problem = suite.problem(area, random);
    if (splitOfKey(problem.key) === split) return problem;
  }
  throw new ProofstillError('suite', `10,000 draws gave no ${split} problem`, {
    place,
    hint: 'Widen the ranges of problem(area, random).',
  });
}
