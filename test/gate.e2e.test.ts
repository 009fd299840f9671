import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { decisionSchema } from '../src/core/decision.ts';
import { writeMeasurement } from '../src/run/measurement-file.ts';
import { measurementOf } from './fixtures/measured.ts';
import sums from './fixtures/sums.ts';
import { gate, runOf } from './gated.ts';
import { cli, folder } from './run-cli.ts';

describe('gate', () => {
  it('ends with 0, 1 and 3 for passed, failed and inconclusive', async () => {
    // Of 160 at 90%, scipy.stats.binom: P(X ≥ 152) = 0.0175, P(X ≤ 130) = 0.0006; 145 of 160 are 90.6%.
    for (const [wrong, code, verdict] of [
      [8, 0, 'passed'],
      [30, 1, 'failed'],
      [15, 3, 'inconclusive'],
    ] as const) {
      const run = await runOf((index) => index < wrong);
      const ended = await gate(run, { suite: 'sums', answer: { floor: 0.9 } });
      expect({ code: ended.code, err: ended.err }).toEqual({ code, err: '' });
      expect(ended.out).toContain(verdict);
      const decision = decisionSchema.parse(JSON.parse(readFileSync(join(run, 'gate.json'), 'utf8')));
      expect(decision).toMatchObject({ verdict, reads: [{ suite: 'sums', reads: 1, models: 1 }] });
    }
  });

  it('writes JUnit, Markdown, annotations and one JSON document all at once', async () => {
    const run = await runOf((index) => index < 30);
    const [junit, markdown] = [join(run, 'gate.xml'), join(run, 'gate.md')];
    const policy = { suite: 'sums', answer: { floor: 0.9 } };
    const argv = ['--json', '--junit', junit, '--markdown', markdown, '--annotate'];
    const { code, out, err } = await gate(run, policy, ...argv);
    expect(code).toBe(1);
    expect(decisionSchema.parse(JSON.parse(out)).verdict).toBe('failed');
    expect(err).toMatch(/^::error/m);
    expect(readFileSync(markdown, 'utf8')).toContain('failed');
    const xml = new XMLParser({ ignoreAttributes: false }).parse(readFileSync(junit, 'utf8')) as {
      testsuites: Record<string, string>;
    };
    expect(xml.testsuites['@_failures']).toBe('1');
  });

  it('holds a run against a baseline file, a folder or an evaluation alike', async () => {
    const [old, worse] = [await runOf((index) => index < 4), await runOf((index) => index < 40)];
    const baseline = join(folder(), 'baseline.jsonl');
    expect((await cli('baseline', 'set', old, '--baseline', baseline)).code).toBe(0);
    const decisions = [];
    for (const path of [baseline, old, join(old, 'evaluations/sums.jsonl')]) {
      const { code, out } = await gate(worse, { suite: 'sums', answer: { margin: 0.1 } }, '--baseline', path, '--json');
      expect(code).toBe(1);
      decisions.push(JSON.parse(out) as object);
    }
    expect(decisions[1]).toEqual(decisions[0]);
    expect(decisions[2]).toEqual(decisions[0]);
    // 36 of 160 are newly wrong.
    expect(decisions[0]).toMatchObject({ changes: [{ fixed: 0, broken: 36, n: 160 }] });
  });

  it('shows no text of the holdout in any of its forms', async () => {
    const run = await runOf((index) => index < 30);
    const old = await runOf(() => false);
    const policy = { suite: 'sums', answer: { margin: 0.1 } };
    const shown = await gate(
      run,
      policy,
      '--baseline',
      old,
      '--markdown',
      join(run, 'm.md'),
      '--junit',
      join(run, 'j.xml'),
      '--annotate',
    );
    const all = [
      shown.out,
      ...['m.md', 'j.xml', 'gate.json'].map((file) => readFileSync(join(run, file), 'utf8')),
    ].join();
    expect(all).toContain('s-0');
    for (const { prompt } of sums.samples) expect(all).not.toContain(prompt);
    expect(all).not.toContain('<answer>');
  });

  it('holds a ceiling of latency against the measurement in the run', async () => {
    const run = await runOf(() => false);
    const evaluation = readFileSync(join(run, 'evaluations/sums.jsonl'), 'utf8').split('\n')[0]!;
    const { fingerprint } = (JSON.parse(evaluation) as { model: { fingerprint: string } }).model;
    const policy = { suite: 'sums', latency: { p95Ms: 100 } };
    expect((await gate(run, policy)).err).toContain('no measurement');
    const measured = { fingerprint, decoding: { temperature: 0, maxTokens: 256 } } as const;
    writeMeasurement(
      run,
      measurementOf(
        Array.from({ length: 60 }, () => 90),
        measured,
      ),
    );
    expect((await gate(run, policy)).code).toBe(0);
    expect((await gate(run, { suite: 'sums', latency: { p95Ms: 80 } })).code).toBe(1);
  });
});

describe('gate refuses with exit 2', () => {
  it.each<[string, string, RegExp]>([
    ['no JSON', '{"suite":', /cannot read the policy/],
    ['NaN, which is no JSON', '{"suite":"sums","answer":{"floor":NaN}}', /cannot read the policy/],
    ['an infinite limit', '{"suite":"sums","answer":{"floor":1e999}}', /answer\.floor/],
    ['null for a limit', '{"suite":"sums","answer":{"floor":null}}', /answer\.floor/],
    ['an unknown key', '{"suite":"sums","answer":{"flor":0.9}}', /flor[\s\S]*Did you mean floor\?/],
    [
      'an unknown suite',
      '{"suite":"smus","answer":{"floor":0.9}}',
      /not evaluated on holdout of smus[\s\S]*holdout of sums/,
    ],
    [
      'an unknown area',
      '{"suite":"sums","areas":{"tiny":{"answer":{"floor":0.9}}}}',
      /no area "tiny"[\s\S]*small, large/,
    ],
    ['no rule', '{"suite":"sums"}', /no rule/],
    ['an empty list', '[]', /policy\.json/],
    ['a floor beyond what 160 can show', '{"suite":"sums","answer":{"floor":0.99}}', /160 samples can never decide/],
    ['a margin and no baseline', '{"suite":"sums","answer":{"margin":0.05}}', /no baseline/],
  ])('a policy with %s', async (_, text, message) => {
    const run = await runOf(() => false);
    const policy = join(folder(), 'policy.json');
    writeFileSync(policy, text);
    const { code, out, err } = await cli('gate', run, '--policy', policy, '--ledger', join(run, 'l.jsonl'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(err).not.toContain('bug:');
    expect(existsSync(join(run, 'gate.json'))).toBe(false);
  });

  it('a policy that is not there, an empty run, and one that is not complete', async () => {
    const run = await runOf(() => false);
    const missing = await cli('gate', run, '--policy', join(run, 'none.json'));
    expect({ code: missing.code, err: missing.err }).toEqual({
      code: 2,
      err: expect.stringContaining('none.json') as string,
    });
    const policy = { suite: 'sums', answer: { floor: 0.9 } };
    expect((await gate(folder(), policy)).err).toContain('no evaluation in this folder');
    expect((await gate(join(run, 'nowhere'), policy)).err).toContain('nothing here');
    const file = join(run, 'evaluations/sums.jsonl');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    writeFileSync(
      file,
      lines
        .slice(0, -1)
        .map((line) => `${line}\n`)
        .join(''),
    );
    const { code, err } = await gate(run, policy);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('159 of 160') as string });
    appendFileSync(file, `${lines[1]}\n`);
    expect((await gate(run, policy)).err).toContain('there twice');
    writeFileSync(file, lines.join('\n').slice(0, -9));
    expect((await gate(run, policy)).err).toContain('cut off');
  });

  it('flags that do not go together', async () => {
    const run = await runOf(() => false);
    const policy = { suite: 'sums', answer: { floor: 0.9 } };
    expect((await gate(run, policy, '--model', 'reference')).err).toContain('--until-decided');
    expect((await gate(run, policy, '--suite', 'test/fixtures/sums.ts')).err).toContain('--recheck');
    expect((await gate(run, policy, '--until-decided', '--self-test')).err).toContain('--self-test');
    expect((await gate(run, policy, '--max-samples', '0')).code).toBe(2);
  });
});

it('a run of a part of the samples is no baseline', async () => {
  const run = folder();
  const argv = ['--run', run, '--ledger', join(run, 'l.jsonl'), '--model', 'reference', '--limit', '5'];
  await cli('evaluate', 'quadratics', ...argv);
  const { code, err } = await cli('baseline', 'set', run, '--baseline', join(run, 'b.jsonl'));
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('asked 5 of the 402 holdout samples') });
});
