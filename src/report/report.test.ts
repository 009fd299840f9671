import { createHash } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { syntheticInput } from '../../test/fixtures/report/synthetic.ts';
import type { Evaluation } from '../core/records.ts';
import { builtPage, stitch } from './html.ts';
import { report } from './report.ts';
import { reportView } from './view.ts';

const input = syntheticInput();
const view = reportView(input);

const HOSTILE = [
  '</script><script>alert(1)</script>',
  '<img src=x onerror="alert(1)">',
  '<!--<script>',
  '\'"`$&$1$$',
  '\u2028\u2029\u0000\ud800\u202Eevil',
];

/** The fixture with hostile text wherever a model or a suite's author can put text. */
function hostileView() {
  const spoil = (evaluation: Evaluation, index: number): Evaluation => {
    const text = HOSTILE[index % HOSTILE.length] as string;
    const checks = evaluation.verdict.checks.map((check) => ({
      ...check,
      status: 'fail' as const,
      reason: text,
      detail: text,
    }));
    const output = { ...evaluation.output, text };
    return {
      ...evaluation,
      prompt: text,
      expected: text,
      output,
      verdict: { ...evaluation.verdict, answer: text, checks },
    };
  };
  const { before, after, teacher } = input.evaluations;
  const evaluations = { before: before.map(spoil), after: after.map(spoil), teacher: teacher.map(spoil) };
  return reportView({ ...input, evaluations, command: HOSTILE[0] as string });
}

function dataIn(page: string): unknown {
  const [, json] = /<script type="application\/json" id="report-data">([^<]*)<\/script>/.exec(page) ?? [];
  return JSON.parse(json ?? '');
}

describe('the HTML report', () => {
  it('carries the view as JSON, to the letter', () => {
    expect(dataIn(report(view, 'html'))).toEqual(view);
    const hostile = hostileView();
    expect(dataIn(report(hostile, 'html'))).toEqual(JSON.parse(JSON.stringify(hostile)));
  });

  it('lets nothing that a model wrote become markup', () => {
    const tags = (page: string) => page.match(/<\/?[a-z!]/gi)?.length;
    const page = report(hostileView(), 'html');
    expect(tags(page)).toBe(tags(report(view, 'html')));
    expect(page).not.toContain('alert(1)</script>');
    expect(page).not.toMatch(/[\u2028\u2029]/);
  });

  it('runs no script but its own: the policy names its hash', () => {
    const page = report(view, 'html');
    const script = page.slice(page.lastIndexOf('<script>') + '<script>'.length, page.lastIndexOf('</script>'));
    const hash = createHash('sha256').update(script).digest('base64');
    expect(page).toContain(`default-src 'none'; script-src 'sha256-${hash}'`);
  });

  it('names no address outside itself', () => {
    expect(report(view, 'html')).not.toMatch(/https?:|\/\/[a-z0-9-]+\.[a-z]/i);
  });

  it('says what to do where the page was not built', () => {
    expect(() => builtPage('page.html', ['nowhere/page.html'])).toThrow(
      expect.objectContaining({ code: 'record', place: 'nowhere/page.html', hint: 'Run `npm run build`.' }),
    );
    expect(() => stitch('<html></html>', view, 'old.html')).toThrow(
      expect.objectContaining({ code: 'record', place: 'old.html', message: expect.stringContaining('found 0') }),
    );
  });
});

describe('the terminal report', () => {
  const lines = stripVTControlCharacters(report(view, 'terminal')).split('\n');

  it('shows each area before and after, and all together', () => {
    expect(lines[3]).toMatch(/^area +n +answer +95% interval +format +trace +teacher$/);
    // Wilson for 3 of 4: 0.301 to 0.954.
    expect(lines[4]).toMatch(/^monic +4 +50\.0% → 75\.0% +30\.1–95\.4% +0\.0% → 100\.0% +0\.0% → 75\.0% +75\.0%$/);
    expect(lines[10]).toMatch(/^all +24 +20\.8% → 95\.8% +79\.8–99\.3% +0\.0% → 100\.0% +0\.0% → 95\.8% +54\.2%$/);
  });

  it('shows each round and the last look at steer', () => {
    expect(lines[12]).toMatch(/^round +steer before it/);
    expect(lines[13]).toMatch(/^1 .* 120 +480 .* 131 +0\.116 +139 ms +1 min 18 s$/);
    // 235 of 240.
    expect(lines[16]).toMatch(/^after +97\.9% +95\.2–99\.1%$/);
  });

  it('fits in a hundred columns', () => {
    expect(Math.max(...lines.slice(3).map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});
