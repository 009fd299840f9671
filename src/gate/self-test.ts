/** The A/A check: how often a gate would fail an equal model, pass a worse one, or not decide, on samples like one's own. */

import type { GateVerdict } from '../core/decision.ts';
import type { Pair } from '../core/pairing.ts';
import type { Random } from '../core/seed.ts';
import { type Proportion, proportion } from '../core/statistics/proportion.ts';
import { rateOf, type Tally } from '../core/tallies.ts';
import { verdictsOf } from './finding.ts';
import { marginFinding, type RuleScope } from './score-rules.ts';

export interface SimulationOptions {
  /** What two models did on the same samples: what is drawn from. At least one pair. */
  readonly pairs: readonly Pair[];
  /** Samples in a simulated gate. */
  readonly n: number;
  /** How much worse the simulated candidate truly is: a share, 0 for an equal one. */
  readonly loss: number;
  readonly margin: number;
  readonly confidence: number;
  /** How many gates are simulated. */
  readonly gates: number;
  readonly random: Random;
}

/**
 * Simulates gates on a margin. Each draws pairs from those given, with the sides swapped at random, so that the two
 * models are equal whatever they were; then the candidate loses as many right samples as make it worse by `loss`.
 */
export function simulatedGates(options: SimulationOptions): Record<GateVerdict, Proportion> {
  const { pairs, n, loss, gates, random } = options;
  const rate = pairs.reduce((sum, { before, after }) => sum + rateOf(before) + rateOf(after), 0) / (2 * pairs.length);
  const lost = rate === 0 ? 0 : Math.min(1, loss / rate);
  const verdicts: Record<GateVerdict, number> = { passed: 0, failed: 0, inconclusive: 0 };
  const known = new Map<string, GateVerdict>();
  for (let gate = 0; gate < gates; gate++) {
    const drawn = Array.from({ length: n }, () => {
      const { before, after } = random.pick(pairs);
      const [one, other] = random.next() < 0.5 ? [before, after] : [after, before];
      return { before: one, after: random.next() < lost ? { ...other, passed: 0 } : other };
    });
    verdicts[verdictOn(drawn, options, known)]++;
  }
  const share = (verdict: GateVerdict): Proportion => proportion(verdicts[verdict], gates);
  return { passed: share('passed'), failed: share('failed'), inconclusive: share('inconclusive') };
}

/** The verdict of the gate's own rule. Single attempts are decided by their counts, which recur. */
function verdictOn(pairs: readonly Pair[], options: SimulationOptions, known: Map<string, GateVerdict>): GateVerdict {
  const { margin, confidence } = options;
  const count = (isCounted: (difference: number) => boolean): number =>
    pairs.filter(({ before, after }) => isCounted(rateOf(after) - rateOf(before))).length;
  const isSingle = pairs.every(({ before, after }) => before.judged === 1 && after.judged === 1);
  const key = isSingle
    ? `${count((difference) => difference > 0)}|${count((difference) => difference < 0)}`
    : undefined;
  const found = key === undefined ? undefined : known.get(key);
  if (found) return found;
  const scope: RuleScope = { suite: 'simulated', area: null, score: 'answer', confidence, isSequential: false };
  const [verdict] = verdictsOf([marginFinding(pairs, margin, scope)]) as [GateVerdict];
  if (key !== undefined) known.set(key, verdict);
  return verdict;
}

/** Pairs of single attempts on which two equal models differ as often as is said, both right on most of the rest. */
export function assumedPairs(discordance: number, rate: number): Pair[] {
  const of = 1000;
  const differing = Math.round((discordance * of) / 2);
  const right = Math.round(rate * of) - differing;
  const tally = (passed: number): Tally => ({ sample: 'assumed', area: 'assumed', passed, scored: 1, judged: 1 });
  return Array.from({ length: of }, (_, index): Pair => {
    if (index < differing) return { before: tally(0), after: tally(1) };
    if (index < 2 * differing) return { before: tally(1), after: tally(0) };
    const both = tally(index < 2 * differing + right ? 1 : 0);
    return { before: both, after: both };
  });
}
