import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { decisionOf, HOSTILE, ruleOf, TOO_SLOW, UNDECIDED } from '../../test/fixtures/decision.ts';
import type { Decision } from '../core/decision.ts';
import { gateMarkdown } from './decision-markdown.ts';

const html = (decision: Decision): string => marked.parse(gateMarkdown(decision), { async: false, gfm: true });

/** What GitHub searches after rendering: the text outside of code, with its entities read. */
function proseOf(page: string): string {
  return page
    .replace(/<code>[\s\S]*?<\/code>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');
}

describe('gateMarkdown', () => {
  it('says the verdict first, then why', () => {
    const text = gateMarkdown(decisionOf({ verdict: 'failed', rules: [ruleOf(), TOO_SLOW, UNDECIDED] }));
    expect(text.split('\n').slice(0, 3)).toEqual([
      '## ❌ Model gate failed',
      '',
      '**1 of 3 rules failed at 95% confidence, and 1 could not be decided.**',
    ]);
  });

  it('shows no bounds where a figure is known', () => {
    const size = ruleOf({ rule: 'size', value: 6.5, low: 6.5, high: 6.5, n: 1 });
    expect(gateMarkdown(decisionOf({ rules: [size] }))).toContain('| 6.5 MB | 1 |');
  });

  it('has a row for each rule, the failed ones first, with bounds and n', () => {
    const text = gateMarkdown(decisionOf({ verdict: 'failed', rules: [ruleOf(), UNDECIDED, TOO_SLOW] }));
    expect(text.split('\n').filter((line) => /^\| (✅|❌|⚠️)/u.test(line))).toEqual([
      '| ❌ failed | `sums` | all | p95 at most 300 ms | 412 ms (≥ 398 ms, ≤ 431 ms) | 300 |',
      '| ⚠️ inconclusive | `sums` | `b` | answer at most 2 points worse than the baseline | −0.4 points (≥ −3.1 points, ≤ +2.2 points) | 500 |',
      '| ✅ passed | `sums` | all | answer at least 90% | 93.0% (≥ 91.5%) | 1,000 |',
    ]);
    expect(text).toContain('About 1,200 further samples would decide it');
  });

  it('tells changes, the smallest drop that would have shown, reads of the holdout, and notes', () => {
    const text = gateMarkdown(decisionOf());
    expect(text).toContain('| `sums` | 1,000 | 31 | 12 | p = 0.005 | 2.1 points |');
    expect(text).toContain('The samples `c0ffeec0ffee` of `sums` were read 3 times, by 2 models.');
    expect(text).toContain('- The baseline was measured on another device.');
  });

  it('lists twenty newly wrong samples and counts the rest', () => {
    const broken = Array.from({ length: 25 }, (_, index) => ({
      suite: 'sums',
      area: 'a',
      sample: `s-${index}`,
      reason: 'wrong',
    }));
    const text = gateMarkdown(decisionOf({ broken }));
    expect(text).toContain('<summary>25 newly wrong samples</summary>');
    expect(text.match(/`s-\d+`/g)).toHaveLength(20);
    expect(text).toContain('and 5 more: see `gate.json`');
  });

  it('claims nothing where no rule was checked', () => {
    const text = gateMarkdown(decisionOf({ verdict: 'inconclusive', rules: [] }));
    expect(text).toContain('No rule was checked, so nothing was shown.');
  });

  it.each(HOSTILE)('keeps %j a text in its cell', (text) => {
    const decision = (name: string): Decision => {
      const side = { ...decisionOf().candidate[0]!, suite: name, model: name, fingerprint: name };
      return decisionOf({
        verdict: 'failed',
        policy: name,
        candidate: [side],
        baseline: [side],
        rules: [{ ...TOO_SLOW, suite: name, area: name, claim: name, because: name }],
        changes: [{ suite: name, n: 10, fixed: 1, broken: 2, p: 1 }],
        broken: [{ suite: name, area: name, sample: name, reason: name }],
        reads: [{ suite: name, set: name, reads: 1, models: 1 }],
        notes: [name],
      });
    };
    const page = html(decision(text));
    const tags = (from: string): string[] => [...from.matchAll(/<\/?[a-z]\w*/g)].map(([tag]) => tag);
    // The page has the elements that an innocent name gives it, and no other.
    expect(tags(page)).toEqual(tags(html(decision('name'))));
    // https://github.com/gjtorikian/html-pipeline and GitHub's help on references: what would ping, link or draw.
    const prose = proseOf(page);
    expect(prose).not.toMatch(/(^|\W)@\w|\w@\w|#\d|\bGH-\d|\bGHSA-\w|www\.|:\/\/|:[\w+-]+:|\b[0-9a-f]{7,40}\b/i);
    expect(page).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}|\p{Cs}/u);
  });

  it('stays below what a comment holds, whatever the decision holds', () => {
    const long = 'x'.repeat(5000);
    const rules = Array.from({ length: 3000 }, () => ({
      ...TOO_SLOW,
      suite: long,
      claim: `|${'<'.repeat(5000)}`,
      because: '&'.repeat(5000),
    }));
    const broken = Array.from({ length: 1000 }, () => ({ suite: long, area: long, sample: long, reason: long }));
    const changes = Array.from({ length: 3000 }, () => ({ suite: long, n: 1, fixed: 0, broken: 1, p: 1 }));
    const notes = Array.from({ length: 3000 }, () => long);
    const side = { ...decisionOf().candidate[0]!, model: long, fingerprint: long };
    const text = gateMarkdown(decisionOf({ verdict: 'failed', rules, broken, changes, notes, candidate: [side] }));
    // https://github.com/orgs/community/discussions/27190: 65,536 characters.
    expect(text.length).toBeLessThan(65_536);
  });
});
