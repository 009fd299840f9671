/** What a rule finds in the records, before all rules together are decided. */

import type { GateVerdict, RuleResult } from '../core/decision.ts';
import { holm } from '../core/statistics/holm.ts';

export interface Finding extends Omit<RuleResult, 'verdict' | 'because' | 'more'> {
  /** p-value of "the claim does not hold": small where it is shown. */
  readonly passP: number;
  /** p-value of "the claim holds": small where it is refuted. */
  readonly failP: number;
  /** The figures in words. */
  readonly found: string;
  /** How many it needs in all to be decided, if the rates stay as they are; `null` where that cannot be said. */
  needed(): number | null;
}

/**
 * Decides every rule. That one passes is believed at its own level, for a gate passes only where all of them do, and the
 * chance that all pass wrongly is no more than that of one (an intersection–union test: R. L. Berger, Technometrics 24, 1982).
 * That one fails is believed after Holm's correction, or a gate of many rules would fail equal models.
 * @param alphas one minus the confidence of each finding's policy
 */
export function decideAll(findings: readonly Finding[], alphas: readonly number[]): RuleResult[] {
  const failPs = holm(findings.map(({ failP }) => failP));
  return findings.map(({ passP, failP: _, found, needed, ...rest }, index) => {
    const alpha = alphas[index]!;
    const verdict: GateVerdict = passP <= alpha ? 'passed' : failPs[index]! <= alpha ? 'failed' : 'inconclusive';
    const more = verdict === 'inconclusive' ? moreOf(needed(), rest.n) : null;
    return { ...rest, verdict, because: `${rest.claim}: ${VERBS[verdict]}, for ${found}`, more };
  });
}

const VERBS: Record<GateVerdict, string> = { passed: 'shown', failed: 'refuted', inconclusive: 'not decided' };

function moreOf(needed: number | null, n: number): number | null {
  return needed === null ? null : Math.max(1, Math.ceil(needed) - n);
}

/** The verdict of a gate: failed where any rule failed, passed only where all passed. */
export function verdictOfAll(rules: readonly Pick<RuleResult, 'verdict'>[]): GateVerdict {
  const has = (verdict: GateVerdict): boolean => rules.some((rule) => rule.verdict === verdict);
  if (has('failed')) return 'failed';
  return rules.length > 0 && !has('inconclusive') ? 'passed' : 'inconclusive';
}
