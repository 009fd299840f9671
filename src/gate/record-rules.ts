/** Whether the records can be believed: too much that nobody could judge, or outputs that the model does not give. */

import type { Evaluated } from '../core/evaluated.ts';
import { talliesOf } from '../core/tallies.ts';
import { SCORES, type Score } from '../core/verdict.ts';
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

interface Sides {
  readonly candidate: Evaluated;
  readonly baseline?: Evaluated;
}

interface Records extends Sides {
  readonly policy: Policy;
}

interface GatedScore {
  readonly score: Score;
  /** Held against the baseline: what the baseline's judge left open is open too. */
  readonly isPaired: boolean;
}

/** The scores that a policy has rules for; of one without any, that of answers. */
function gatedScores(policy: Policy): GatedScore[] {
  const scopes = [policy, ...Object.values(policy.areas)];
  const gated = SCORES.filter((score) => scopes.some((rules) => Object.keys(rules[score] ?? {}).length > 0));
  return (gated.length > 0 ? gated : [SCORES[0]]).map((score) => {
    return { score, isPaired: scopes.some((rules) => rules[score]?.margin !== undefined) };
  });
}

export function recordFindings({ policy, ...records }: Records, rechecks: readonly Recheck[]): Finding[] {
  return [
    ...gatedScores(policy).map((gated) => unscoredFinding(policy, records, gated)),
    ...rechecks.filter(({ suite }) => suite === policy.suite).map((recheck) => recheckFinding(policy, recheck)),
  ];
}

/** Too much unscored is nobody's fault but the harness's: it never fails a model, and never lets it pass. */
function unscoredFinding(
  { suite, unscored, confidence }: Policy,
  { candidate, baseline }: Sides,
  { score, isPaired }: GatedScore,
): Finding {
  const sides = isPaired && baseline ? [candidate, baseline] : [candidate];
  const tallies = sides.map(({ attempts }) => talliesOf(attempts, score));
  // An area in which neither side says anything of a score is not about it; a single silent sample is one that is lost.
  const areas = new Set(tallies.flatMap((bySample) => [...bySample.values()].map(({ area }) => area)));
  const asked = new Map(candidate.attempts.map(({ sample, area }) => [sample, area]));
  const samples = [...asked].filter(([, area]) => areas.has(area)).map(([sample]) => sample);
  const lost = samples.filter((sample) => tallies.some((bySample) => !bySample.get(sample)?.scored)).length;
  const share = samples.length === 0 ? 1 : lost / samples.length;
  return {
    rule: 'unscored',
    suite,
    area: null,
    score: null,
    claim: `at most ${percent(unscored.max)} of the samples unscored${score === 'answer' ? '' : ` on ${score}`}`,
    limit: unscored.max,
    value: share,
    bounds: () => ({ low: null, high: null }),
    n: samples.length,
    passP: share <= unscored.max ? 0 : 1,
    failP: 1,
    alpha: 1 - confidence,
    found: () => `${lost} of ${samples.length} are${sides.length > 1 ? ', here or in the baseline' : ''}`,
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
