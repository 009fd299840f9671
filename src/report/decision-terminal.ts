/** A decision for a person at a terminal: the verdict, the rules, the changes, and what to do next. */

import { styleText } from 'node:util';
import type { Decision, GateVerdict, RuleResult } from '../core/decision.ts';
import { foundOf, inLog, reasonOf, sentenceOf, worstFirst } from './decision-text.ts';
import { count, points, probability } from './format.ts';
import { table } from './terminal.ts';

const MARKS = { passed: '✓', failed: '✗', inconclusive: '?' } as const satisfies Record<GateVerdict, string>;
const COLOURS = { passed: 'green', failed: 'red', inconclusive: 'yellow' } as const satisfies Record<
  GateVerdict,
  string
>;

/** Text of a decision; plain where it is piped. No name in it begins a line, so that a CI's log takes none for a command. */
export function gateTerminal(decision: Decision): string {
  const { verdict, rules, notes } = decision;
  const blocks = [
    `${styleText(['bold', COLOURS[verdict]], `${MARKS[verdict]} ${verdict}`)}  ${sentenceOf(decision)}`,
    rules.length === 0 ? '' : ruleTable(rules),
    reasonsOf(rules),
    [...changesOf(decision), ...readsOf(decision)].join('\n'),
    notes.map((note) => `note: ${inLog(note)}`).join('\n'),
    styleText('dim', nextOf(decision)),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function ruleTable(rules: readonly RuleResult[]): string {
  const rows = rules.map((rule) => [
    `${MARKS[rule.verdict]} ${placeOf(rule)}: ${inLog(rule.claim)}`,
    foundOf(rule),
    count(rule.n),
    rule.verdict,
  ]);
  return table(['rule', 'found', 'n', 'verdict'], rows, false);
}

function reasonsOf(rules: readonly RuleResult[]): string {
  return worstFirst(rules)
    .filter(({ verdict }) => verdict !== 'passed')
    .map((rule) => {
      const mark = styleText(COLOURS[rule.verdict], MARKS[rule.verdict]);
      return `${mark} ${placeOf(rule)}: ${inLog(reasonOf(rule))}`;
    })
    .join('\n');
}

function changesOf({ changes, detectable }: Decision): string[] {
  return changes.map(({ suite, n, fixed, broken, p }) => {
    const drop = detectable.find((entry) => entry.suite === suite)?.drop;
    const seen = drop === undefined ? '' : `; a drop of ${points(drop).replace('+', '')} points shows 4 times in 5`;
    const change = `${count(fixed)} newly right, ${count(broken)} newly wrong`;
    return `in ${inLog(suite)}: ${change} of ${count(n)} pairs (McNemar ${probability(p)})${seen}`;
  });
}

function readsOf({ reads }: Decision): string[] {
  return reads.map(({ suite, set, reads, models }) => {
    const times = reads === 1 ? 'once' : `${count(reads)} times`;
    return `in ${inLog(suite)}: the samples of set ${inLog(set.slice(0, 12))} were read ${times}, by ${count(models)} ${models === 1 ? 'model' : 'models'}`;
  });
}

function nextOf({ verdict, broken, rules }: Decision): string {
  if (verdict === 'passed')
    return 'Next: keep this run as the baseline once its change is merged (proofstill baseline set).';
  if (verdict === 'failed') {
    return broken.length === 0
      ? 'Next: look at what the failed rules name, then train or mend, and evaluate again.'
      : `Next: look at what is newly wrong (${count(broken.length)}), listed in gate.json.`;
  }
  const more = Math.max(0, ...rules.map((rule) => (rule.verdict === 'inconclusive' ? (rule.more ?? 0) : 0)));
  return more === 0
    ? 'Next: the records at hand cannot decide; evaluate what the undecided rules name.'
    : `Next: evaluate about ${count(more)} more samples (--fresh, where the suite makes them), then gate again.`;
}

function placeOf({ suite, area }: RuleResult): string {
  return area === null ? inLog(suite) : `${inLog(suite)}, ${inLog(area)}`;
}
