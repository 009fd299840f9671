/** What must hold before a run asks anything, and so before anything is paid for. */

import { ProofstillError } from './core/errors.ts';
import type { Suite } from './core/suite.ts';
import { readPrompts } from './generate/general.ts';
import { steerSamples } from './generate/steer.ts';
import type { Config } from './run/config.ts';

/** Fewer holdout samples cannot tell a student that is always right from one that errs one time in four (Wilson, 95%). */
const LEAST_HOLDOUT = 10;

export interface PremisesOptions {
  readonly suite: Suite;
  readonly config: Config;
  /** By fingerprint or reference. */
  readonly teacher: string;
  /** The same of what answers the general prompts. */
  readonly generalTeacher: string;
}

/**
 * Whether a model can write what it was not made for, by its fingerprint or reference: a solver and a file of recorded
 * outputs answer what they know.
 */
export function canWrite(model: string): boolean {
  return !/^(?:reference(?:$|:)|replay:)/.test(model);
}

/**
 * Refuses a run that cannot end well.
 * @throws suite error for a holdout that is too small, and where there is nothing to learn from; config error for steer
 * samples that cannot show the target, and for general prompts that cannot be read or that nobody can answer.
 */
export function checkPremises({ suite, config, teacher, generalTeacher }: PremisesOptions): void {
  const { name, samples, problem, source = `suite ${name}` } = suite;
  const holdout = samples.filter(({ split }) => split === 'holdout').length;
  if (holdout < LEAST_HOLDOUT) {
    throw new ProofstillError('suite', `expected at least ${LEAST_HOLDOUT} holdout samples, got ${holdout}`, {
      place: source,
      hint: 'Add samples of split holdout: the student is judged on them, before and after.',
    });
  }
  steerSamples({
    suite,
    round: 1,
    perArea: config.steerSamples,
    seed: config.seed,
    target: config.targets.answer,
  });
  if (!problem && !samples.some(({ split }) => split === 'train') && !canWrite(teacher)) {
    const message = `there is nothing to learn from: the suite has neither train samples nor problem(area, random), and ${teacher} cannot write any`;
    throw new ProofstillError('suite', message, {
      place: source,
      hint: 'Add samples of split train, or name an endpoint as teacher: it writes new problems.',
    });
  }
  if (config.condense.above > 0 && !canWrite(teacher)) {
    throw new ProofstillError('config', `${teacher} cannot rewrite traces`, {
      place: 'condense.above',
      hint: 'Leave it at 0, or name an endpoint as teacher.',
    });
  }
  const { general, prompts } = config.mix;
  if (general === 0 || prompts === undefined) return;
  readPrompts(prompts);
  if (canWrite(generalTeacher)) return;
  throw new ProofstillError('config', `${generalTeacher} cannot answer general prompts`, {
    place: 'mix.teacher',
    hint: 'Name an endpoint or a checkpoint there, or leave mix.prompts out.',
  });
}
