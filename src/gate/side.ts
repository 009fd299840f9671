/** What one policy is held against: the candidate's evaluation of its suite, and the baseline's on the same samples. */

import { incompleteness } from '../core/completeness.ts';
import { ProofstillError } from '../core/errors.ts';
import type { Evaluated, EvaluationHead, ModelRecords } from '../core/evaluated.ts';
import { type Pairing, pairingOf } from '../core/pairing.ts';
import type { Policy } from './policy.ts';

/** One suite: its policy, and what there is to hold against it. */
export interface Side {
  readonly policy: Policy;
  readonly candidate: Evaluated;
  readonly baseline?: Evaluated;
  readonly pairing?: Pairing;
}
/** A side that is held against a baseline. */
export type PairedSide = Required<Side>;

export interface SideOptions {
  readonly candidate: ModelRecords;
  readonly baseline?: ModelRecords;
  readonly isSequential?: boolean;
  readonly isSubset?: boolean;
}

/** @throws config error where something is missing; record error where the two evaluations cannot be paired */
export function sideOf(policy: Policy, options: SideOptions): Side {
  const { candidate, baseline, isSequential = false, isSubset = false } = options;
  const own = evaluationOf(policy, candidate, 'candidate');
  refuseOtherDecoding(policy, own.head);
  const { n, of } = own.head.samples;
  if (n < of && !isSequential && !isSubset) {
    throw new ProofstillError(
      'config',
      `the candidate was asked ${n} of the ${of} ${policy.split} samples of ${policy.suite}`,
      {
        place: own.source,
        hint: 'Evaluate it on all of them: without --limit.',
      },
    );
  }
  if (!isSequential) refuseIncomplete(own, 'candidate');
  if (!baseline) return { policy, candidate: own };
  const theirs = evaluationOf(policy, baseline, 'baseline');
  if (!isSequential) refuseIncomplete(theirs, 'baseline');
  const pairing = pairingOf(theirs, own);
  // What a part of the samples leaves out is the baseline's only, as it should be.
  const [alone] = n < of ? pairing.added : [...pairing.missing, ...pairing.added];
  if (alone !== undefined && !isSequential) {
    const message = `candidate and baseline were not asked the same samples: ${pairing.missing.length} are the baseline's only, ${pairing.added.length} the candidate's`;
    throw new ProofstillError('config', message, {
      place: `sample ${alone}`,
      hint: 'Evaluate both on the same samples, or set the baseline again: proofstill baseline set <run>',
    });
  }
  return { policy, candidate: own, baseline: theirs, pairing };
}

function evaluationOf({ suite, split }: Policy, { evaluations }: ModelRecords, who: string): Evaluated {
  const found = evaluations.filter(({ head }) => head.suite.name === suite && head.split === split);
  if (found.length === 1) return found[0]!;
  const others = evaluations.map(({ head }) => `${head.split} of ${head.suite.name}`).join(', ') || 'nothing';
  const message =
    found.length === 0
      ? `the ${who} was not evaluated on ${split} of ${suite}`
      : `the ${who} was evaluated ${found.length} times on ${split} of ${suite}`;
  throw new ProofstillError('config', message, {
    place: `suite ${suite}`,
    hint: `It has evaluations of ${others}. Is the policy's suite right?`,
  });
}

/** Attempts that are not there cannot have gone wrong. */
function refuseIncomplete({ head, attempts, source }: Evaluated, who: string): void {
  const fault = incompleteness(head, attempts);
  if (fault === undefined) return;
  throw new ProofstillError('config', `of the ${who}, ${fault}`, { place: source, hint: 'Evaluate it again.' });
}

/** What is gated is what will be deployed. */
function refuseOtherDecoding({ decoding, suite }: Policy, head: EvaluationHead): void {
  for (const [key, wanted] of Object.entries(decoding)) {
    const found = head.decoding?.[key as keyof typeof decoding];
    if (found === wanted) continue;
    throw new ProofstillError(
      'config',
      `the policy gates ${key} ${wanted}, and the candidate was decoded with ${found ?? 'something unknown'}`,
      {
        place: `decoding.${key} of suite ${suite}`,
        hint: 'Evaluate it as it will be deployed.',
      },
    );
  }
}
