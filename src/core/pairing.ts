/** Two evaluations held against each other sample by sample: the only fair way to say which model is better. */

import { ProofstillError } from './errors.ts';
import type { Evaluated } from './evaluated.ts';
import { type Tally, talliesOf } from './tallies.ts';
import type { Score } from './verdict.ts';

/** One sample on both sides. */
export interface Pair {
  readonly before: Tally;
  readonly after: Tally;
}

export interface Pairing {
  /** Ids that only the earlier evaluation has, and only the later one. */
  readonly missing: readonly string[];
  readonly added: readonly string[];
  /** Samples that both have. */
  readonly common: number;
  /** Samples that both have and both could judge, on one score, in the order of the earlier evaluation. */
  pairs(score: Score): readonly Pair[];
}

export interface PairingOptions {
  /** Pair runs of different versions of a suite, on the samples whose problem is the same. @default false */
  readonly acrossVersions?: boolean;
}

/**
 * Pairs two evaluations on their samples' ids.
 * @throws record error where they are of different suites, versions or splits, share no sample, or an id stands for
 * different problems
 */
export function pairingOf(
  before: Evaluated,
  after: Evaluated,
  { acrossVersions = false }: PairingOptions = {},
): Pairing {
  refuseOtherSuite(before, after, acrossVersions);
  const [earlier, later] = [problemsOf(before), problemsOf(after)];
  const isSame = (id: string): boolean => earlier.get(id) === later.get(id);
  const shared = [...earlier.keys()].filter((id) => later.has(id));
  const changed = shared.filter((id) => !isSame(id));
  if (changed.length > 0 && !acrossVersions) {
    throw new ProofstillError('record', `${changed.length} samples stand for different problems on the two sides`, {
      place: `sample ${changed[0]} of ${before.source} and ${after.source}`,
      hint: 'Evaluate both on the same samples; or compare the samples that are the same, with --across-versions.',
    });
  }
  const common = new Set(shared.filter(isSame));
  if (common.size === 0) {
    throw new ProofstillError('record', 'the two evaluations have no sample in common', {
      place: `${before.source} and ${after.source}`,
      hint: 'Evaluate both on the same samples of the same suite; fresh samples are the same for the same --seed.',
    });
  }
  const known = new Map<Score, Pair[]>();
  const pairsOf = (score: Score): Pair[] => {
    const [was, is] = [talliesOf(before.attempts, score), talliesOf(after.attempts, score)];
    return [...was.values()].flatMap((tally) => {
      const other = is.get(tally.sample);
      if (!other || !common.has(tally.sample) || tally.scored === 0 || other.scored === 0) return [];
      return [{ before: tally, after: other }];
    });
  };
  return {
    missing: [...earlier.keys()].filter((id) => !common.has(id)),
    added: [...later.keys()].filter((id) => !common.has(id)),
    common: common.size,
    pairs(score) {
      const found = known.get(score) ?? pairsOf(score);
      known.set(score, found);
      return found;
    },
  };
}

function refuseOtherSuite(before: Evaluated, after: Evaluated, acrossVersions: boolean): void {
  const place = `${before.source} and ${after.source}`;
  const [was, is] = [before.head, after.head];
  if (was.suite.name !== is.suite.name || was.split !== is.split) {
    const named = ({ suite, split }: typeof was): string => `${split} of ${suite.name}`;
    throw new ProofstillError('record', `the evaluations are of ${named(was)} and of ${named(is)}`, {
      place,
      hint: 'Compare evaluations of one suite and split.',
    });
  }
  const versions = ({ suite, verifier }: typeof was): string =>
    `version ${suite.version}, judged by ${verifier.name} ${verifier.version}`;
  if (versions(was) !== versions(is) && !acrossVersions) {
    throw new ProofstillError(
      'record',
      `suite ${was.suite.name} is not the same: ${versions(was)}, and ${versions(is)}`,
      {
        place,
        hint: 'Judge the older run again (proofstill rescore), evaluate it again, or compare all the same with --across-versions.',
      },
    );
  }
}

/** Each sample's problem, by id. */
function problemsOf({ attempts }: Evaluated): Map<string, string> {
  return new Map(attempts.map(({ sample, problem }) => [sample, problem]));
}
