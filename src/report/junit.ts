/**
 * A decision as JUnit XML, as GitLab, Jenkins and GitHub's reporters read it: a suite is a `testsuite`, a rule a
 * `testcase`. An inconclusive rule is a failure of the type `inconclusive` and not `skipped`: readers count what was
 * skipped among what is well (GitLab once showed it as passed, Jenkins leaves the build stable), and inconclusive is
 * never taken for a pass.
 */

import type { Decision, RuleResult } from '../core/decision.ts';
import { LONGEST, reasonOf, sentenceOf, visible } from './decision-text.ts';

/**
 * JUnit XML of a decision. Elements and attributes are those of Jenkins' `junit-10.xsd`. A failure's text stands in its
 * body as well as in `message`, which GitLab does not show. Without any rule there is one failing testcase, for a file
 * without failures would read as a pass.
 */
export function junitReport(decision: Decision): string {
  const { rules } = decision;
  const failures = rules.filter(({ verdict }) => verdict !== 'passed').length;
  const suites = [...new Set(rules.map(({ suite }) => suite))].map((suite) => suiteElement(decision, suite));
  const counts = rules.length === 0 ? { tests: 1, failures: 1 } : { tests: rules.length, failures };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'proofstill gate', ...counts, errors: 0, time: 0 })}>`,
    ...(suites.length === 0 ? [emptySuite(decision)] : suites),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteElement(decision: Decision, suite: string): string {
  const rules = decision.rules.filter((rule) => rule.suite === suite);
  const failures = rules.filter(({ verdict }) => verdict !== 'passed').length;
  const broken = decision.broken.filter((sample) => sample.suite === suite);
  const lines = broken.map(({ area, sample, reason }) => [area, sample, reason].map(shortName).join('  '));
  const heading = 'newly wrong beside the baseline (area, sample, reason):';
  return [
    `  <testsuite${attributes({ name: shortName(suite), tests: rules.length, failures, errors: 0, skipped: 0, time: 0 })}>`,
    '    <properties>',
    ...properties(decision, suite).map(([name, value]) => `      <property${attributes({ name, value })}/>`),
    '    </properties>',
    ...rules.map(caseElement),
    ...(lines.length === 0 ? [] : [`    <system-out>${escapeXml([heading, ...lines].join('\n'))}</system-out>`]),
    '  </testsuite>',
  ].join('\n');
}

function properties(decision: Decision, suite: string): (readonly [string, string | number])[] {
  const { policy, confidence, candidate, baseline } = decision;
  const sides = [
    ...candidate.filter((side) => side.suite === suite).map((side) => ['', side] as const),
    ...baseline.filter((side) => side.suite === suite).map((side) => ['baseline.', side] as const),
  ];
  return [
    ['policy', shortName(policy)],
    ['confidence', confidence],
    ...sides.flatMap(([prefix, side]): [string, string | number][] => [
      [`${prefix}model`, shortName(side.model)],
      [`${prefix}fingerprint`, shortName(side.fingerprint)],
      [`${prefix}version`, shortName(side.version)],
      [`${prefix}split`, shortName(side.split)],
      [`${prefix}n`, side.n],
      [`${prefix}attempts`, side.attempts],
      [`${prefix}decoding`, shortName(side.decoding)],
    ]),
  ];
}

function caseElement(result: RuleResult): string {
  const { area, claim, suite, verdict, because } = result;
  const name = `${shortName(claim)}${area === null ? '' : ` in ${shortName(area)}`}`;
  const opening = `    <testcase${attributes({ name, classname: `proofstill.${shortName(suite)}`, time: 0 })}`;
  if (verdict === 'passed') return `${opening}/>`;
  return `${opening}>\n${failureElement(verdict, visible(because, LONGEST.sentence), reasonOf(result))}\n    </testcase>`;
}

function emptySuite(decision: Decision): string {
  const message = sentenceOf(decision);
  return [
    `  <testsuite${attributes({ name: 'gate', tests: 1, failures: 1, errors: 0, skipped: 0, time: 0 })}>`,
    `    <testcase${attributes({ name: 'a rule is checked', classname: 'proofstill.gate', time: 0 })}>`,
    failureElement(decision.verdict === 'failed' ? 'failed' : 'inconclusive', message, message),
    '    </testcase>',
    '  </testsuite>',
  ].join('\n');
}

function failureElement(type: string, message: string, text: string): string {
  return `      <failure${attributes({ type, message })}>${escapeXml(text)}</failure>`;
}

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Escapes what XML reads; what XML may not hold at all is gone already, for `visible` came first. */
function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function shortName(text: string): string {
  return visible(text, LONGEST.name);
}
