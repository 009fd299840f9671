import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, it } from 'vitest';
import { decisionOf, HOSTILE, ruleOf, TOO_SLOW, UNDECIDED } from '../../test/fixtures/decision.ts';
import type { Decision } from '../core/decision.ts';
import { junitReport } from './junit.ts';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  isArray: (name) => ['testsuite', 'testcase', 'property'].includes(name),
});

function parsed(decision: Decision) {
  const xml = junitReport(decision);
  expect(XMLValidator.validate(xml)).toBe(true);
  return parser.parse(xml).testsuites;
}

it('is a testsuite for each suite and a testcase for each rule, with failures counted', () => {
  const other = ruleOf({ suite: 'words' });
  const suites = parsed(decisionOf({ verdict: 'failed', rules: [ruleOf(), TOO_SLOW, UNDECIDED, other] }));
  expect(suites).toMatchObject({ tests: '4', failures: '2' });
  const [sums, words] = suites.testsuite;
  expect(sums).toMatchObject({ name: 'sums', tests: '3', failures: '2', errors: '0', skipped: '0' });
  expect(sums.testcase.map(({ name }: { name: string }) => name)).toEqual([
    'answer at least 90%',
    'p95 at most 300 ms',
    'answer at most 2 points worse than the baseline in b',
  ]);
  expect(words).toMatchObject({ name: 'words', tests: '1', failures: '0' });
});

it('shows an inconclusive rule as a failure of its own type, never as passed or skipped', () => {
  const [sums] = parsed(decisionOf({ verdict: 'inconclusive', rules: [UNDECIDED] })).testsuite;
  expect(sums.testcase[0].failure).toMatchObject({ type: 'inconclusive', message: UNDECIDED.because });
  expect(sums.testcase[0].failure['#text']).toBe(
    `${UNDECIDED.because} About 1,200 further samples would decide it if the rates stay as they are.`,
  );
});

it('says which model was judged by which policy, and what is newly wrong', () => {
  const [sums] = parsed(decisionOf()).testsuite;
  const properties = Object.fromEntries(
    sums.properties.property.map(({ name, value }: { name: string; value: string }) => [name, value]),
  );
  expect(properties).toMatchObject({
    policy: '5f3a9c0d'.repeat(8),
    model: 'students/new',
    fingerprint: 'student:beef:fp32',
    n: '1000',
    'baseline.model': 'students/old',
  });
  expect(sums['system-out']).toContain('a  sums-0017  wrong-number');
});

it('is a failure where no rule was checked', () => {
  const suites = parsed(decisionOf({ rules: [] }));
  expect(suites).toMatchObject({ tests: '1', failures: '1' });
  expect(suites.testsuite[0].testcase[0].failure.type).toBe('inconclusive');
});

it.each(HOSTILE)('is valid XML that holds %j as text', (text) => {
  const decision = decisionOf({
    rules: [{ ...TOO_SLOW, suite: text, area: text, claim: text, because: text }],
    broken: [{ suite: text, area: text, sample: text, reason: text }],
    notes: [text],
  });
  const suites = parsed(decision);
  expect(Object.keys(suites).toSorted()).toEqual(['errors', 'failures', 'name', 'tests', 'testsuite', 'time']);
  expect(suites.testsuite).toHaveLength(1);
  // https://www.w3.org/TR/xml/#charsets: the characters that a document may hold.
  expect(junitReport(decision)).toMatch(/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u);
});
