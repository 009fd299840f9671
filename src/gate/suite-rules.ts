/** A policy's floors and margins, over all areas and area by area. */

import { ProofstillError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { randomStream } from '../core/seed.ts';
import { fewestPairsForMargin, samplesForFloor } from '../core/statistics/power.ts';
import { talliesOf } from '../core/tallies.ts';
import { SCORES, type Score } from '../core/verdict.ts';
import type { Finding } from './finding.ts';
import { neededForMean } from './needed.ts';
import type { ScoreRules } from './policy.ts';
import { floorFinding, isSingle, marginFinding, type RuleScope } from './score-rules.ts';
import type { Side } from './side.ts';

/** @throws config error for an area that is not there, a margin without a baseline, or figures that could never decide */
export function scoreFindings(side: Side, isSequential: boolean): Finding[] {
  const { policy, candidate } = side;
  const { suite } = candidate.head;
  for (const area of Object.keys(policy.areas)) {
    if (suite.areas.includes(area)) continue;
    throw new ProofstillError('config', `suite ${suite.name} has no area "${area}"`, {
      place: `areas.${area} of suite ${suite.name}`,
      hint: `It has ${suite.areas.join(', ')}.`,
    });
  }
  const areas: [string | null, ScoreRules][] = [[null, policy], ...Object.entries(policy.areas)];
  return areas.flatMap(([area, rules]) =>
    SCORES.flatMap((score) => {
      const { floor, margin } = rules[score] ?? {};
      const scope: RuleScope = { suite: suite.name, area, score, confidence: policy.confidence, isSequential };
      return [
        ...(floor === undefined ? [] : [floorOf(side, floor, scope)]),
        ...(margin === undefined ? [] : [marginOf(side, margin, scope)]),
      ];
    }),
  );
}

function floorOf({ candidate }: Side, floor: number, scope: RuleScope): Finding {
  const own = [...talliesOf(candidate.attempts, scope.score).values()].filter(isIn(scope.area));
  const tallies = shuffled(own, ({ sample }) => sample, scope);
  const n = tallies.filter(({ scored }) => scored > 0).length;
  const errors = { alpha: 1 - scope.confidence, failAlpha: 1 - scope.confidence };
  const needed = isSingle(tallies) ? samplesForFloor(floor, scope.confidence) : neededForMean([1], floor, errors);
  refuseFew(n, needed, scope, 'floor');
  return floorFinding(tallies, floor, scope);
}

function marginOf({ pairing, policy }: Side, margin: number, scope: RuleScope): Finding {
  if (!pairing) {
    throw new ProofstillError(
      'config',
      'the policy has a margin, and there is no baseline to hold the candidate against',
      {
        place: `${keyOf(scope)}.margin of suite ${policy.suite}`,
        hint: 'Set one: proofstill baseline set <run>, or name one with --baseline.',
      },
    );
  }
  const own = pairing.pairs(scope.score).filter(({ after }) => isIn(scope.area)(after));
  const pairs = shuffled(own, ({ after }) => after.sample, scope);
  const errors = { alpha: 1 - scope.confidence, failAlpha: 1 - scope.confidence };
  const needed = pairs.every(({ before, after }) => isSingle([before, after]))
    ? fewestPairsForMargin(margin, scope.confidence)
    : neededForMean([0.5], (1 - margin) / 2, errors);
  refuseFew(pairs.length, needed, scope, 'margin');
  return marginFinding(pairs, margin, scope);
}

/** A policy that its n can never decide is a mistake of whoever wrote it, not a property of the model. */
function refuseFew(n: number, needed: number | null, scope: RuleScope, key: 'floor' | 'margin'): void {
  if (needed === null || n >= needed || scope.isSequential) return;
  const even = key === 'floor' ? 'a perfect score' : 'a model that changes no answer';
  throw new ProofstillError('config', `${n} samples can never decide this: even ${even} needs ${needed}`, {
    place: `${keyOf(scope)}.${key} of suite ${scope.suite}`,
    hint: `Ask for ${needed} samples or more (--fresh, where the suite makes problems), or widen the ${key}.`,
  });
}

/**
 * Bounds of bounded means look at one value after another, and suites come area by area: the order is a random one, the
 * same for the same samples. That of a sequential gate is the order of its draws.
 */
function shuffled<T>(items: readonly T[], idOf: (item: T) => string, scope: RuleScope): readonly T[] {
  const { isSequential, suite, area, score } = scope;
  if (isSequential) return items;
  const sorted = items.map((item) => [idOf(item), item] as const).sort(([left], [right]) => (left < right ? -1 : 1));
  const random = randomStream(items.length, 'gate', sha256(JSON.stringify([suite, area, score])));
  return random.shuffle(sorted.map(([, item]) => item));
}

function isIn(area: string | null): (tally: { readonly area: string }) => boolean {
  return (tally) => area === null || tally.area === area;
}

function keyOf({ area, score }: { area: string | null; score: Score }): string {
  return area === null ? score : `areas.${area}.${score}`;
}
