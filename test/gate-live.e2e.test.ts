import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decisionSchema } from '../src/core/decision.ts';
import { freshSamples } from '../src/generate/fresh.ts';
import { sealLine } from '../src/run/lines.ts';
import sums from './fixtures/sums.ts';
import { gate, policyFile, runOf, SUITE, says } from './gated.ts';
import { cli, cliUntil, folder } from './run-cli.ts';

describe('gate --recheck', () => {
  const policy = { suite: 'sums', answer: { floor: 0.9 } };
  const recheck = (run: string, ...argv: string[]) =>
    gate(run, policy, '--recheck', 'reference', '--suite', SUITE, '--seed', '1', ...argv);

  async function recorded(): Promise<{ run: string; file: string; lines: Record<string, unknown>[] }> {
    const run = folder();
    await cli('evaluate', SUITE, '--run', run, '--ledger', join(run, 'l.jsonl'), '--model', 'reference');
    const file = join(run, 'evaluations/sums.jsonl');
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => {
        const { sum: _, ...rest } = JSON.parse(line) as Record<string, unknown>;
        return rest;
      });
    return { run, file, lines };
  }

  function forge(file: string, lines: readonly object[]): void {
    writeFileSync(file, lines.map((line) => `${sealLine(line, file)}\n`).join(''));
  }

  it('passes what the model says again, and says of how many', async () => {
    const { run } = await recorded();
    const { code, out } = await recheck(run, '--json');
    expect(code).toBe(0);
    const { rules } = decisionSchema.parse(JSON.parse(out));
    expect(rules.find(({ rule }) => rule === 'recorded')).toMatchObject({ verdict: 'passed', n: 20, value: 0 });
  });

  it('fails outputs that were edited, even where they are as right as before', async () => {
    const { run, file, lines } = await recorded();
    // The answer stays, the trace is gone: the verdict is the same.
    const edited = lines.map(({ output, ...line }) =>
      output === undefined ? line : { ...line, output: withoutTrace(output as { text: string }) },
    );
    forge(file, edited);
    const { code, out } = await recheck(run, '--json');
    expect(code).toBe(1);
    expect(decisionSchema.parse(JSON.parse(out)).rules.find(({ rule }) => rule === 'recorded')).toMatchObject({
      verdict: 'failed',
      value: 1,
    });
  });

  const changes: [string, (line: Record<string, unknown>) => object, RegExp][] = [
    ['verdict', (line) => ({ ...line, verdict: { status: 'pass', answer: '7', checks: [] } }), /another verdict/],
    ['prompt', (line) => ({ ...line, prompt: '1+1' }), /another problem/],
    ['expected answer', (line) => ({ ...line, expected: '0' }), /another problem/],
    ['area', (line) => ({ ...line, area: 'large' }), /another problem/],
  ];
  it.each(changes)('refuses a forged %s', async (_, change, message) => {
    const { run, file, lines } = await recorded();
    forge(
      file,
      lines.map((line) => (line['sample'] === 's-4' ? change(line) : line)),
    );
    const { code, err } = await recheck(run);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it('refuses another fingerprint, and samples that were left out', async () => {
    const { run, file, lines } = await recorded();
    const [head, ...attempts] = lines;
    forge(file, [{ ...head, model: { reference: 'x', fingerprint: 'reference:sums@9' } }, ...attempts]);
    expect((await recheck(run)).err).toContain('reference:sums@9');
    forge(file, [{ ...head, samples: { ...(head!['samples'] as object), n: 1, of: 1 } }, attempts[0]!]);
    expect((await recheck(run)).code).toBe(2);
    forge(file, [head!, ...attempts.slice(1), attempts[1]!]);
    expect((await recheck(run)).err).toContain('there twice');
  });

  it('holds a student of weights to its own words', async () => {
    const run = folder();
    const tiny = join(folder(), 'tiny');
    cpSync('test/fixtures/tiny-qwen2', tiny, { recursive: true });
    await cli('evaluate', SUITE, '--run', run, '--ledger', join(run, 'l.jsonl'), '--model', tiny, '--max-tokens', '8');
    const { code, err } = await gate(run, policy, '--recheck', tiny, '--suite', SUITE);
    // It answers nothing rightly, so that the floor fails; but what it said is what it says.
    expect({ code, err: err.includes('error') }).toEqual({ code: 1, err: false });
    const decision = decisionSchema.parse(JSON.parse(readFileSync(join(run, 'gate.json'), 'utf8')));
    expect(decision.rules.find(({ rule }) => rule === 'recorded')).toMatchObject({ verdict: 'passed', n: 20 });
  });
});

describe('gate --self-test', () => {
  it('says how often equal and worse models pass and fail, on pairs like these', async () => {
    const [old, run] = [await runOf((index) => index % 20 === 0), await runOf((index) => index % 20 === 1)];
    const policy = { suite: 'sums', answer: { margin: 0.1 } };
    const { code, out } = await gate(run, policy, '--baseline', old, '--self-test', '--json');
    const { isSound, rows } = JSON.parse(out) as {
      isSound: boolean;
      rows: { loss: number; n: number; discordance: number; passed: { value: number }; failed: { value: number } }[];
    };
    expect({ code, isSound }).toEqual({ code: 0, isSound: true });
    expect(rows.map(({ loss }) => loss)).toEqual([0, 0.1, 0.05]);
    // 8 samples are the one's alone and 8 the other's: 16 of 160.
    expect(rows[0]).toMatchObject({ n: 160, discordance: 0.1 });
    // Three standard errors of 2,000 at 5%: 0.015.
    expect(rows[0]!.failed.value).toBeLessThan(0.065);
    expect(rows[1]!.passed.value).toBeLessThan(0.065);
  });

  it('of a policy without a margin is refused', async () => {
    const run = await runOf(() => false);
    const { code, err } = await gate(run, { suite: 'sums', answer: { floor: 0.9 } }, '--self-test');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('no margin') as string });
  });
});

describe('gate --until-decided', () => {
  const policy = { suite: 'sums', answer: { margin: 0.1 } };
  const MOST = 640;
  const samples = freshSamples({ suite: sums, split: 'holdout', count: MOST, seed: 1 });
  const live = (run: string, candidate: string, ...argv: string[]) =>
    gate(
      run,
      policy,
      '--until-decided',
      '--suite',
      SUITE,
      '--model',
      candidate,
      '--baseline-model',
      'reference',
      '--max-samples',
      String(MOST),
      '--seed',
      '1',
      '--json',
      ...argv,
    );
  const replayed = (wrong: (index: number) => boolean) => `replay:${says(samples, wrong)}`;

  it('decides early for an equal model, and for a much worse one', async () => {
    const equal = await live(folder(), 'reference');
    expect(equal.code).toBe(0);
    expect(askedOf(equal.out)).toBeLessThan(MOST);
    const worse = await live(
      folder(),
      replayed((index) => index % 2 === 0),
    );
    expect(worse.code).toBe(1);
    expect(askedOf(worse.out)).toBeLessThan(askedOf(equal.out));
  });

  it('stops undecided at the most samples for a model that is worse by the margin', async () => {
    const { code, out } = await live(
      folder(),
      replayed((index) => index % 10 === 0),
    );
    expect({ code, n: askedOf(out) }).toEqual({ code: 3, n: MOST });
  });

  it('goes on after an interrupt to the same decision, and has read the holdout once', async () => {
    const model = replayed((index) => index % 40 === 0);
    const [whole, torn] = [folder(), folder()];
    const once = await live(whole, model);
    cpSync(whole, torn, { recursive: true });
    // Killed when the candidate was three batches ahead of the baseline.
    const file = join(torn, 'baseline/evaluations/sums.jsonl');
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .split('\n')
        .slice(0, 40)
        .map((line) => `${line}\n`)
        .join(''),
    );
    const again = await live(torn, model);
    expect({ code: again.code, decision: JSON.parse(again.out) as object }).toEqual({
      code: once.code,
      decision: JSON.parse(once.out) as object,
    });
    expect(readFileSync(join(torn, 'l.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(2);
  });

  it('interrupted at once ends with 130', async () => {
    const stop = new AbortController();
    stop.abort();
    const run = folder();
    const argv = [
      'gate',
      run,
      '--policy',
      policyFile(policy),
      '--until-decided',
      '--suite',
      SUITE,
      '--model',
      'reference',
    ];
    const ended = await cliUntil(
      stop.signal,
      ...argv,
      '--baseline-model',
      'reference',
      '--ledger',
      join(run, 'l.jsonl'),
    );
    expect(ended.code).toBe(130);
  });

  it('without a model, or with a list of policies, is refused before anything is asked', async () => {
    const run = folder();
    mkdirSync(join(run, 'x'));
    const argv = ['--until-decided', '--suite', SUITE];
    expect((await gate(run, policy, ...argv, '--baseline-model', 'reference')).err).toContain('--model');
    expect((await gate(run, policy, ...argv, '--model', 'reference')).err).toContain('--baseline-model');
    const two = [policy, { suite: 'b', answer: { floor: 0.9 } }];
    expect((await gate(run, two, '--until-decided', '--suite', SUITE, '--model', 'reference')).err).toContain(
      'one suite',
    );
  });
});

function askedOf(out: string): number {
  return decisionSchema.parse(JSON.parse(out)).rules.find(({ rule }) => rule === 'margin')!.n;
}

function withoutTrace<T extends { text: string }>(output: T): T {
  return { ...output, text: output.text.replace(/<think>.*<\/think>/, '') };
}
