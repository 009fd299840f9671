/** A decision as the message of a failed assertion: short, and safe in any log. Ids and figures, never what a model said. */

import type { Decision, GateVerdict, RuleResult } from '../core/decision.ts';
import { inLog, reasonOf, sentenceOf, worstFirst } from './decision-text.ts';
import { count } from './format.ts';

/** Ids of samples that are named. */
const SHOWN = 20;

const ENDINGS = {
  passed: 'it passed',
  failed: 'it failed',
  inconclusive: 'it is inconclusive, which is no pass',
} as const satisfies Record<GateVerdict, string>;
const MARKS = { passed: '✓', failed: '✗', inconclusive: '?' } as const satisfies Record<GateVerdict, string>;

/**
 * Says what was expected of the model, what the gate decided, and on which figures.
 * @param expected what the model should have done: `to pass its gate`
 */
export function gateAssertion(decision: Decision, expected: string): string {
  const { verdict, rules, notes, candidate } = decision;
  const models = candidate.map(({ model, suite }) => `${inLog(model)} on ${inLog(suite)}`);
  const blocks = [
    `expected ${models.join(', ')} ${expected}: ${ENDINGS[verdict]}. ${sentenceOf(decision)}`,
    worstFirst(rules)
      .filter((rule) => rule.verdict !== 'passed')
      .map(ruleLine)
      .join('\n'),
    verdict === 'inconclusive' ? MORE : '',
    brokenLine(decision),
    notes.map((note) => `note: ${inLog(note)}`).join('\n'),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

const MORE = 'Ask for more samples: without limit, or with fresh where the suite makes problems.';

function ruleLine(rule: RuleResult): string {
  const place = rule.area === null ? rule.suite : `${rule.suite}, ${rule.area}`;
  return `${MARKS[rule.verdict]} ${inLog(place)}: ${inLog(reasonOf(rule))}`;
}

function brokenLine({ broken }: Decision): string {
  if (broken.length === 0) return '';
  const ids = broken.slice(0, SHOWN).map(({ sample, reason }) => `${inLog(sample)} (${inLog(reason)})`);
  const rest = broken.length > SHOWN ? `, and ${count(broken.length - SHOWN)} more` : '';
  return `${count(broken.length)} newly wrong beside the baseline: ${ids.join(', ')}${rest}`;
}
