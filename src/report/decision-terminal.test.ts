import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { decisionOf, HOSTILE, ruleOf, TOO_SLOW, UNDECIDED } from '../../test/fixtures/decision.ts';
import { gateTerminal } from './decision-terminal.ts';

const plain = stripVTControlCharacters;

it('shows the verdict, each rule with its figures, why, and what to do next', () => {
  const text = plain(gateTerminal(decisionOf({ verdict: 'failed', rules: [ruleOf(), TOO_SLOW, UNDECIDED] })));
  expect(text).toBe(
    [
      '✗ failed  1 of 3 rules failed at 95% confidence, and 1 could not be decided.',
      '',
      'rule                                                                                             found      n       verdict',
      '✓ sums: answer at least 90%                                                            93.0% (≥ 91.5%)  1,000        passed',
      '✗ sums: p95 at most 300 ms                                                 412 ms (≥ 398 ms, ≤ 431 ms)    300        failed',
      '? sums, b: answer at most 2 points worse than the baseline  −0.4 points (≥ −3.1 points, ≤ +2.2 points)    500  inconclusive',
      '',
      '✗ sums: At 95% confidence p95 is above 300 ms: at least 398 ms.',
      '? sums, b: The difference may be anything from −3.1 to +2.2 points. About 1,200 further samples would decide it if the rates stay as they are.',
      '',
      'in sums: 31 newly right, 12 newly wrong of 1,000 pairs (McNemar p = 0.005); a drop of 2.1 points shows 4 times in 5',
      'in sums: the samples of set c0ffeec0ffee were read 3 times, by 2 models',
      '',
      'note: The baseline was measured on another device.',
      '',
      'Next: look at what is newly wrong (1), listed in gate.json.',
      '',
    ].join('\n'),
  );
});

it('says how many samples are missing where it cannot tell', () => {
  const text = plain(gateTerminal(decisionOf({ verdict: 'inconclusive', rules: [ruleOf(), UNDECIDED] })));
  expect(text).toContain(
    '? inconclusive  The records can tell neither way: 1 of 2 rules could not be decided at 95% confidence.',
  );
  expect(text).toContain(
    'Next: evaluate about 1,200 more samples (--fresh, where the suite makes them), then gate again.',
  );
});

it.each(HOSTILE)('lets %j neither move the cursor nor begin a line nor command a runner', (text) => {
  const shown = (name: string): string => {
    const rule = { ...TOO_SLOW, suite: name, area: name, claim: name, because: name };
    const change = { suite: name, n: 1, fixed: 0, broken: 1, p: 1 };
    return gateTerminal(decisionOf({ verdict: 'failed', rules: [rule], changes: [change], notes: [name] }));
  };
  const escapes = (output: string): number => output.split('\u001B').length;
  expect(escapes(shown(text))).toBe(escapes(shown('name')));
  const out = plain(shown(text));
  expect(out).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
  expect(out).not.toMatch(/^\s*::|##\[/m);
});
