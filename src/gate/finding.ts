/** What a rule finds in the records, before all rules together are decided. */

import type { GateVerdict, RuleResult } from '../core/decision.ts';
import { holm } from '../core/statistics/holm.ts';

/** One-sided bounds, each at the policy's confidence; `null` where there is none. */
export interface Bounds {
  readonly low: number | null;
  readonly high: number | null;
}

export interface Finding extends Omit<RuleResult, 'verdict' | 'because' | 'more' | 'low' | 'high'> {
  /** p-value of "the claim does not hold": small where it is shown. */
  readonly passP: number;
  /** p-value of "the claim holds": small where it is refuted. */
  readonly failP: number;
  /** Chance of error that its policy allows. */
  readonly alpha: number;
  /** Worked out when they are shown: a verdict hangs on the p-values, which are quicker. */
  bounds(): Bounds;
  /** The figures in words. */
  found(bounds: Bounds): string;
  /**
   * How many it needs in all to be decided, if the rates stay as they are; `null` where that cannot be said.
   * @param failAlpha the error at which it fails for certain, however many rules fail beside it
   */
  needed(failAlpha: number): number | null;
}

/**
 * Decides every rule. That one passes is believed at its own level, for a gate passes only where all of them do, and the
 * chance that all pass wrongly is no more than that of one (an intersection–union test: R. L. Berger, Technometrics 24, 1982).
 * That one fails is believed after Holm's correction, or a gate of many rules would fail equal models; rules that
 * are certain either way take no part in it.
 * **Shapes**: a verdict for each finding, in their order.
 */
export function verdictsOf(findings: readonly Pick<Finding, 'rule' | 'passP' | 'failP' | 'alpha'>[]): GateVerdict[] {
  const estimated = findings.filter(isEstimated);
  const adjusted = holm(estimated.map(({ failP }) => failP));
  const failPs = new Map(estimated.map((finding, index) => [finding, adjusted[index]!]));
  return findings.map((finding) => {
    const { passP, failP, alpha } = finding;
    if (passP <= alpha) return 'passed';
    return (failPs.get(finding) ?? failP) <= alpha ? 'failed' : 'inconclusive';
  });
}

/** What is counted or weighed as it is, no sample of anything, cannot fail by chance. */
const CERTAIN: readonly Finding['rule'][] = ['size', 'unscored', 'recorded'];

function isEstimated({ rule }: Pick<Finding, 'rule'>): boolean {
  return !CERTAIN.includes(rule);
}

/** Decides every rule, and says why. */
export function ruleResults(findings: readonly Finding[]): RuleResult[] {
  const verdicts = verdictsOf(findings);
  const rules = Math.max(1, findings.filter(isEstimated).length);
  return findings.map(({ passP: _p, failP: _f, alpha, bounds, found, needed, ...rest }, index) => {
    const verdict = verdicts[index]!;
    const { low, high } = bounds();
    const more = verdict === 'inconclusive' ? moreOf(needed(alpha / rules), rest.n) : null;
    return {
      ...rest,
      low,
      high,
      verdict,
      because: `${rest.claim}: ${VERBS[verdict]}, for ${found({ low, high })}`,
      more,
    };
  });
}

const VERBS: Record<GateVerdict, string> = { passed: 'shown', failed: 'refuted', inconclusive: 'not decided' };

function moreOf(needed: number | null, n: number): number | null {
  return needed === null ? null : Math.max(1, Math.ceil(needed) - n);
}

/** The verdict of a gate: failed where any rule failed, passed only where all passed. */
export function verdictOfAll(verdicts: readonly GateVerdict[]): GateVerdict {
  if (verdicts.includes('failed')) return 'failed';
  return verdicts.length > 0 && !verdicts.includes('inconclusive') ? 'passed' : 'inconclusive';
}
