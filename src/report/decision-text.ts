/** The words and figures of a decision that terminal, markdown, JUnit and annotations share. All texts of a decision are untrusted. */

import type { Decision, GateVerdict, RuleResult } from '../core/decision.ts';
import { count, decimal, megabytes, milliseconds, percent, points, UNKNOWN } from './format.ts';

/** What a reader cannot see and what moves the text around it: controls, line ends, bidi marks, lone surrogates, noncharacters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;

/** Longest name and longest sentence that are shown. */
export const LONGEST = { name: 120, sentence: 600 } as const;

/**
 * A text on one line in which everything can be seen: what cannot is `�`, and what exceeds `longest` is cut. It says
 * nothing to markdown, XML or a shell: each form still escapes it.
 */
export function visible(text: string, longest: number): string {
  const cut = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return cut.replace(UNSEEN, '�');
}

/** A text of a decision in a CI's log: `##[` anywhere in a line is a command to GitHub's runner. */
export function inLog(text: string): string {
  return visible(text, LONGEST.sentence).replaceAll('##[', '# #[');
}

/** A value in the unit of its rule: `90.0%`, `−1.2 points`, `143 ms`, `1.08×`, `3.4 MB`; a dash where there is none. */
export function figureOf({ rule }: Pick<RuleResult, 'rule'>, value: number | null): string {
  if (value === null) return UNKNOWN;
  if (rule === 'margin') return `${points(value)} points`;
  if (rule === 'latency') return milliseconds(value);
  if (rule === 'latencyRatio') return `${decimal(value, 2)}×`;
  return rule === 'size' ? megabytes(value) : percent(value);
}

/** What was found with its one-sided bounds: `87.0% (≥ 84.9%, ≤ 88.9%)`. */
export function foundOf(result: RuleResult): string {
  const { value, low, high } = result;
  // A size is known, not estimated.
  if (low === value && high === value) return figureOf(result, value);
  const bounds = [
    ...(low === null ? [] : [`≥ ${figureOf(result, low)}`]),
    ...(high === null ? [] : [`≤ ${figureOf(result, high)}`]),
  ];
  return bounds.length === 0 ? figureOf(result, value) : `${figureOf(result, value)} (${bounds.join(', ')})`;
}

/** Why the verdict is what it is, in one sentence of our own words: no name comes into it. */
export function sentenceOf({ rules, confidence, verdict }: Decision): string {
  const by = (wanted: GateVerdict): number => rules.filter((rule) => rule.verdict === wanted).length;
  const all = `${count(rules.length)} rule${rules.length === 1 ? '' : 's'}`;
  const share = `${Number((confidence * 100).toFixed(2))}% confidence`;
  if (rules.length === 0) return 'No rule was checked, so nothing was shown.';
  if (verdict === 'passed') return `${all} checked, and each holds at ${share}.`;
  const undecided = by('inconclusive') === 0 ? '' : `, and ${count(by('inconclusive'))} could not be decided`;
  if (verdict === 'failed') return `${count(by('failed'))} of ${all} failed at ${share}${undecided}.`;
  return `The records can tell neither way: ${count(by('inconclusive'))} of ${all} could not be decided at ${share}.`;
}

/** Why a rule's verdict is what it is, and how many further samples would decide it where that can be named. */
export function reasonOf(result: RuleResult): string {
  return `${visible(result.because, LONGEST.sentence).replace(/\.?$/, '.')} ${moreOf(result)}`.trimEnd();
}

const GRAVITY: Record<GateVerdict, number> = { failed: 0, inconclusive: 1, passed: 2 };

/** Failed rules first, then inconclusive ones, then the rest; in the order of the policy among themselves. */
export function worstFirst(rules: readonly RuleResult[]): RuleResult[] {
  return rules.toSorted((a, b) => GRAVITY[a.verdict] - GRAVITY[b.verdict]);
}

function moreOf({ more, verdict }: RuleResult): string {
  if (verdict !== 'inconclusive' || more === null) return '';
  return `About ${count(more)} further samples would decide it if the rates stay as they are.`;
}
