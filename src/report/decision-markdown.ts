/** A decision as GitHub markdown, for the job summary and the pull request's comment: the verdict first, then its figures. */

import type { Decision, GateVerdict, RuleResult } from '../core/decision.ts';
import { nameInMarkdown, proseInMarkdown } from './decision-markdown-text.ts';
import { foundOf, reasonOf, sentenceOf, worstFirst } from './decision-text.ts';
import { count, points, probability } from './format.ts';

/** A comment on GitHub holds 65,536 characters, and Danger adds its own lines; a job summary holds more. */
const LONGEST = { rules: 16_000, reasons: 10_000, changes: 6000, samples: 10_000, notes: 8000 } as const;
/** Newly wrong samples that are listed; `gate.json` has them all. */
const SAMPLES = 20;

const MARKS: Record<GateVerdict, string> = { passed: '✅', failed: '❌', inconclusive: '⚠️' };

/**
 * Markdown of a decision, below 60,000 characters whatever the decision holds: what does not fit is counted. No text of
 * the decision can mention anyone, link anywhere, or leave its cell.
 */
export function gateMarkdown(decision: Decision): string {
  const { verdict } = decision;
  const blocks = [
    `## ${MARKS[verdict]} Model gate ${verdict}`,
    `**${sentenceOf(decision)}**`,
    sidesOf(decision),
    ruleTable(decision.rules),
    reasonsOf(decision.rules),
    changeTable(decision),
    brokenDetails(decision),
    notesOf(decision),
    `<sub>Each bound is one-sided at ${Number((decision.confidence * 100).toFixed(2))}% confidence. Policy ${nameInMarkdown(decision.policy.slice(0, 12))}.</sub>`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function sidesOf({ candidate, baseline }: Decision): string {
  const line = (title: string, sides: Decision['candidate']): string[] => {
    const models = [...new Set(sides.map(({ model }) => model))].slice(0, 4).map(nameInMarkdown);
    const hashes = [...new Set(sides.map(({ fingerprint }) => fingerprint))].slice(0, 4).map(nameInMarkdown);
    return sides.length === 0 ? [] : [`${title} ${models.join(', ')} (${hashes.join(', ')})`];
  };
  return [...line('Candidate', candidate), ...line('against baseline', baseline)].join(' ');
}

function ruleTable(rules: readonly RuleResult[]): string {
  const rows = worstFirst(rules).map((rule) =>
    row([
      `${MARKS[rule.verdict]} ${rule.verdict}`,
      nameInMarkdown(rule.suite),
      rule.area === null ? 'all' : nameInMarkdown(rule.area),
      proseInMarkdown(rule.claim),
      foundOf(rule),
      count(rule.n),
    ]),
  );
  const header = ['verdict', 'suite', 'area', 'claim', 'found', 'n'];
  return rows.length === 0 ? '' : table(header, rows, 'rules');
}

/** Why each rule that did not pass did not, and what would decide it. */
function reasonsOf(rules: readonly RuleResult[]): string {
  const lines = worstFirst(rules)
    .filter(({ verdict }) => verdict !== 'passed')
    .map((rule) => {
      const where =
        rule.area === null
          ? nameInMarkdown(rule.suite)
          : `${nameInMarkdown(rule.suite)} in ${nameInMarkdown(rule.area)}`;
      return `- ${MARKS[rule.verdict]} ${where}: ${proseInMarkdown(reasonOf(rule))}`;
    });
  return within(lines, LONGEST.reasons, (left) => `- and ${count(left)} more`).join('\n');
}

function changeTable({ changes, detectable }: Decision): string {
  const rows = changes.map(({ suite, n, fixed, broken, p }) => {
    const drop = detectable.find((entry) => entry.suite === suite);
    const shown = drop ? `${points(drop.drop).replace('+', '')} points` : '–';
    return row([nameInMarkdown(suite), count(n), count(fixed), count(broken), probability(p), shown]);
  });
  if (rows.length === 0) return '';
  const header = ['suite', 'pairs', 'newly right', 'newly wrong', 'McNemar', 'smallest drop seen 4 times in 5'];
  return `### Beside the baseline\n\n${table(header, rows, 'changes')}`;
}

function brokenDetails({ broken }: Decision): string {
  if (broken.length === 0) return '';
  const rows = broken
    .slice(0, SAMPLES)
    .map(({ suite, area, sample, reason }) => row([suite, area, sample, reason].map(nameInMarkdown)));
  const left = broken.length - rows.length;
  const rest = left === 0 ? [] : [`and ${count(left)} more: see \`gate.json\``];
  return [
    `<details><summary>${count(broken.length)} newly wrong ${broken.length === 1 ? 'sample' : 'samples'}</summary>`,
    table(['suite', 'area', 'sample', 'reason'], rows, 'samples'),
    ...rest,
    '</details>',
  ].join('\n\n');
}

function notesOf({ notes, reads }: Decision): string {
  const times = (n: number): string => (n === 1 ? 'once' : `${count(n)} times`);
  const lines = [
    ...reads.map(({ suite, set, reads, models }) => {
      const by = `${count(models)} ${models === 1 ? 'model' : 'models'}`;
      return `- The samples ${nameInMarkdown(set.slice(0, 12))} of ${nameInMarkdown(suite)} were read ${times(reads)}, by ${by}.`;
    }),
    ...notes.map((note) => `- ${proseInMarkdown(note)}`),
  ];
  return within(lines, LONGEST.notes, (left) => `- and ${count(left)} more`).join('\n');
}

function table(header: readonly string[], rows: readonly string[], things: 'rules' | 'changes' | 'samples'): string {
  const rest = (left: number): string => row([`and ${count(left)} more ${things}`, ...header.slice(1).map(() => '')]);
  const rule = row(
    header.map((title) => (title === 'n' || title === 'pairs' || title.startsWith('newly') ? '---:' : '---')),
  );
  return [row(header), rule, ...within(rows, LONGEST[things], rest)].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** As many lines as fit into `longest` characters, and a last one that counts the rest. */
function within(lines: readonly string[], longest: number, rest: (left: number) => string): string[] {
  const shown: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > longest) return [...shown, rest(lines.length - shown.length)];
    shown.push(line);
  }
  return shown;
}
