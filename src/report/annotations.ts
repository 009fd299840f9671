/** A decision as GitHub workflow commands, which a runner shows beside the checks of a commit. */

import type { Decision } from '../core/decision.ts';
import { LONGEST, reasonOf, sentenceOf, visible, worstFirst } from './decision-text.ts';
import { count } from './format.ts';

/**
 * What GitHub shows of each kind for one step; it drops the rest without a word.
 * https://github.com/actions/toolkit/blob/457303960f03375db6f033e214b9f90d79c3fe5c/docs/problem-matchers.md
 */
const MOST = 10;

interface Annotation {
  readonly title: string;
  readonly message: string;
}

/**
 * One workflow command a line: an error for each failed rule, a warning for each inconclusive one and, where the gate
 * passed, for each newly wrong sample, and a notice that says the verdict. At most ten errors and ten warnings: the
 * tenth says how many were left out. A failed gate gives an error and an inconclusive one a warning even without a rule.
 */
export function gateAnnotations(decision: Decision): string {
  const { broken, verdict } = decision;
  const headline = { title: `Model gate ${verdict}`, message: sentenceOf(decision) };
  const errors = ofRules(decision, 'failed');
  const warnings = ofRules(decision, 'inconclusive');
  if (verdict === 'failed' && errors.length === 0) errors.push(headline);
  if (verdict === 'inconclusive' && warnings.length === 0) warnings.push(headline);
  if (verdict === 'passed') {
    for (const { suite, area, sample, reason } of broken) {
      warnings.push({ title: `Newly wrong: ${sample}`, message: `${suite}, ${area}: ${reason}` });
    }
  }
  const commands = [
    ...commandsOf('error', errors),
    ...commandsOf('warning', warnings),
    ...commandsOf('notice', [headline]),
  ];
  return `${commands.join('\n')}\n`;
}

function ofRules({ rules }: Decision, verdict: 'failed' | 'inconclusive'): Annotation[] {
  return worstFirst(rules)
    .filter((rule) => rule.verdict === verdict)
    .map((rule) => {
      const where = rule.area === null ? rule.suite : `${rule.suite}, ${rule.area}`;
      return { title: `${where}: ${rule.claim}`, message: reasonOf(rule) };
    });
}

function commandsOf(kind: 'error' | 'warning' | 'notice', annotations: readonly Annotation[]): string[] {
  const shown = annotations.length > MOST ? annotations.slice(0, MOST - 1) : annotations;
  const left = annotations.length - shown.length;
  const rest = left === 0 ? [] : [{ title: 'Model gate', message: `${count(left)} more: see gate.json` }];
  return [...shown, ...rest].map(({ title, message }) => {
    const property = escapeProperty(visible(title, LONGEST.name));
    return `::${kind} title=${property}::${escapeData(visible(message, LONGEST.sentence))}`;
  });
}

/** https://github.com/actions/toolkit/blob/457303960f03375db6f033e214b9f90d79c3fe5c/packages/core/src/command.ts */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
