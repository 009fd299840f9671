import { expect, it } from 'vitest';
import { decisionOf, HOSTILE, ruleOf, TOO_SLOW, UNDECIDED } from '../../test/fixtures/decision.ts';
import { gateAssertion } from './decision-assertion.ts';

it('says what was expected, what was decided, why, and what is newly wrong', () => {
  const decision = decisionOf({ verdict: 'failed', rules: [ruleOf(), UNDECIDED, TOO_SLOW] });
  const models = decision.candidate.map(({ model, suite }) => `${model} on ${suite}`).join(', ');
  const [broken] = decision.broken;
  expect(gateAssertion(decision, 'to pass its gate')).toBe(
    [
      `expected ${models} to pass its gate: it failed. 1 of 3 rules failed at 95% confidence, and 1 could not be decided.`,
      '',
      '✗ sums: At 95% confidence p95 is above 300 ms: at least 398 ms.',
      '? sums, b: The difference may be anything from −3.1 to +2.2 points. About 1,200 further samples would decide it if the rates stay as they are.',
      '',
      `1 newly wrong beside the baseline: ${broken!.sample} (${broken!.reason})`,
      '',
      'note: The baseline was measured on another device.',
    ].join('\n'),
  );
});

it('says of records that cannot tell how to get more', () => {
  const text = gateAssertion(decisionOf({ verdict: 'inconclusive', rules: [ruleOf(), UNDECIDED] }), 'to pass its gate');
  expect(text).toMatch(/^expected .* to pass its gate: it is inconclusive, which is no pass\. The records can tell/);
  expect(text).toContain('About 1,200 further samples');
  expect(text).toContain('Ask for more samples: without limit, or with fresh');
});

it('names twenty samples and counts the rest', () => {
  const broken = Array.from({ length: 23 }, (_, index) => {
    return { suite: 'sums', area: 'a', sample: `s-${index}`, reason: 'wrong' };
  });
  const text = gateAssertion(decisionOf({ verdict: 'failed', rules: [TOO_SLOW], broken }), 'to pass its gate');
  expect(text).toMatch(/23 newly wrong .*: s-0 \(wrong\), .*, s-19 \(wrong\), and 3 more\n/);
});

it.each(HOSTILE)('lets %j neither move the cursor nor begin a line nor command a runner', (text) => {
  const rule = { ...TOO_SLOW, suite: text, area: text, because: text };
  const broken = [{ suite: text, area: text, sample: text, reason: text }];
  const out = gateAssertion(
    decisionOf({ verdict: 'failed', rules: [rule], broken, notes: [text] }),
    'to pass its gate',
  );
  expect(out).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
  expect(out).not.toMatch(/^\s*::|##\[/m);
});
