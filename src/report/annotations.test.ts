import { describe, expect, it } from 'vitest';
import { decisionOf, HOSTILE, ruleOf, TOO_SLOW, UNDECIDED } from '../../test/fixtures/decision.ts';
import { gateAnnotations } from './annotations.ts';

const lines = (...given: Parameters<typeof gateAnnotations>): string[] =>
  gateAnnotations(...given)
    .trimEnd()
    .split('\n');
const ofKind = (kind: string, all: readonly string[]): string[] => all.filter((line) => line.startsWith(`::${kind} `));

describe('gateAnnotations', () => {
  it('makes a failed rule an error and an inconclusive one a warning', () => {
    expect(lines(decisionOf({ verdict: 'failed', rules: [UNDECIDED, TOO_SLOW] }))).toEqual([
      '::error title=sums%3A p95 at most 300 ms::At 95%25 confidence p95 is above 300 ms: at least 398 ms.',
      '::warning title=sums%2C b%3A answer at most 2 points worse than the baseline::The difference may be anything from −3.1 to +2.2 points. About 1,200 further samples would decide it if the rates stay as they are.',
      '::notice title=Model gate failed::1 of 2 rules failed at 95%25 confidence, and 1 could not be decided.',
    ]);
  });

  it('warns of newly wrong samples only where the gate passes', () => {
    expect(ofKind('warning', lines(decisionOf()))).toEqual([
      '::warning title=Newly wrong%3A sums-0017::sums, a: wrong-number',
    ]);
    expect(ofKind('warning', lines(decisionOf({ verdict: 'failed', rules: [TOO_SLOW] })))).toEqual([]);
  });

  it('stays within the ten of each kind that GitHub shows, and counts the rest', () => {
    const rules = Array.from({ length: 40 }, (_, index) => ({ ...TOO_SLOW, suite: `suite-${index}` }));
    const failed = lines(
      decisionOf({
        verdict: 'failed',
        rules: [...rules, ...rules.map((rule) => ({ ...UNDECIDED, suite: rule.suite }))],
      }),
    );
    expect(failed).toHaveLength(21);
    expect(ofKind('error', failed)).toHaveLength(10);
    // Nine of forty are shown.
    expect(ofKind('error', failed).at(-1)).toBe('::error title=Model gate::31 more: see gate.json');
    expect(ofKind('warning', failed).at(-1)).toBe('::warning title=Model gate::31 more: see gate.json');
  });

  it('never lets a decision without rules go by in silence', () => {
    expect(ofKind('error', lines(decisionOf({ verdict: 'failed', rules: [] })))).toHaveLength(1);
    expect(ofKind('warning', lines(decisionOf({ verdict: 'inconclusive', rules: [], broken: [] })))).toHaveLength(1);
  });

  it.each(HOSTILE)('keeps %j inside its command', (text) => {
    const rule = ruleOf({ suite: text, area: text, claim: text, because: text, verdict: 'failed' });
    const all = lines(decisionOf({ verdict: 'failed', rules: [rule] }));
    expect(all).toHaveLength(2);
    // The runner's own form: https://github.com/actions/runner/blob/v2.328.0/src/Runner.Common/ActionCommand.cs
    expect(all[0]).toMatch(/^::error title=[^:,\p{Cc}]*::[^\p{Cc}]*$/u);
    expect(all[0]).not.toMatch(/%(?!25|3A|2C)/);
  });
});
