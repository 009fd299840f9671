/** Whether the records can be believed: too much that nobody could judge, or outputs that the model does not give. */

import type { Evaluated } from '../core/evaluated.ts';
import { talliesOf } from '../core/tallies.ts';
import type { Finding } from './finding.ts';
import type { Policy } from './policy.ts';
import { percent } from './words.ts';

/** Recorded outputs of a suite that the model was asked for again. */
export interface Recheck {
  readonly suite: string;
  readonly n: number;
  /** Of them, those that came out differently. */
  readonly different: number;
}

interface Records {
  readonly policy: Policy;
  readonly candidate: Evaluated;
}

export function recordFindings({ policy, candidate }: Records, rechecks: readonly Recheck[]): Finding[] {
  return [
    unscoredFinding(policy, candidate),
    ...rechecks.filter(({ suite }) => suite === policy.suite).map((recheck) => recheckFinding(policy, recheck)),
  ];
}

/** Too much unscored is nobody's fault but the harness's: it never fails a model, and never lets it pass. */
function unscoredFinding({ suite, unscored, confidence }: Policy, { attempts }: Evaluated): Finding {
  const tallies = [...talliesOf(attempts, 'answer').values()];
  const lost = tallies.filter(({ scored }) => scored === 0).length;
  const share = tallies.length === 0 ? 1 : lost / tallies.length;
  return {
    rule: 'unscored',
    suite,
    area: null,
    score: null,
    claim: `at most ${percent(unscored.max)} of the samples unscored`,
    limit: unscored.max,
    value: share,
    bounds: () => ({ low: null, high: null }),
    n: tallies.length,
    passP: share <= unscored.max ? 0 : 1,
    failP: 1,
    alpha: 1 - confidence,
    found: () => `${lost} of ${tallies.length} are`,
    needed: () => null,
  };
}

function recheckFinding({ suite, recorded, confidence }: Policy, { n, different }: Recheck): Finding {
  const share = n === 0 ? 1 : different / n;
  const isWithin = share <= recorded.maxDifferent;
  return {
    rule: 'recorded',
    suite,
    area: null,
    score: null,
    claim: `at most ${percent(recorded.maxDifferent)} of the recorded outputs come out differently`,
    limit: recorded.maxDifferent,
    value: share,
    bounds: () => ({ low: null, high: null }),
    n,
    passP: isWithin ? 0 : 1,
    failP: isWithin ? 1 : 0,
    alpha: 1 - confidence,
    found: () => `of ${n} that were generated anew ${different} do`,
    needed: () => null,
  };
}
