import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, cliUntil, folder } from './run-cli.ts';

const evaluate = (run: string, ...argv: string[]) =>
  cli('evaluate', 'quadratics', '--run', run, '--ledger', join(run, 'ledger.jsonl'), '--json', ...argv);
const linesOf = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n');
const evaluationOf = (run: string) => join(run, 'evaluations/quadratics.jsonl');

describe('evaluate', () => {
  it('keeps a head that says what was asked of whom, and a line for each attempt', async () => {
    const run = folder();
    expect((await evaluate(run, '--model', 'reference', '--limit', '3', '--attempts', '2')).code).toBe(0);
    const [head, ...lines] = linesOf(evaluationOf(run)).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(head).toMatchObject({
      kind: 'evaluation',
      suite: { name: 'quadratics' },
      split: 'holdout',
      samples: { n: 3, of: 402 },
      model: { reference: 'reference', fingerprint: expect.stringMatching(/^reference:quadratics@/) as string },
      decoding: { attempts: 2, maxTokens: 256, temperature: 0, topP: 1, seed: 1 },
    });
    expect(lines.map(({ sample, attempt }) => [sample, attempt])).toEqual(
      ['q-0001', 'q-0002', 'q-0003'].flatMap((sample) => [
        [sample, 0],
        [sample, 1],
      ]),
    );
  });

  it('asked again asks nothing, and reads the holdout once', async () => {
    const run = folder();
    const first = await evaluate(run, '--model', 'reference', '--limit', '5');
    const bytes = readFileSync(evaluationOf(run), 'utf8');
    expect((await evaluate(run, '--model', 'reference', '--limit', '5')).out).toBe(first.out);
    expect(readFileSync(evaluationOf(run), 'utf8')).toBe(bytes);
    expect(linesOf(join(run, 'ledger.jsonl'))).toHaveLength(1);
  });

  it('goes on after a torn line, to the same bytes', async () => {
    const [whole, torn] = [folder(), folder()];
    for (const run of [whole, torn]) await evaluate(run, '--model', 'reference', '--limit', '70');
    const bytes = readFileSync(evaluationOf(whole), 'utf8');
    truncateSync(evaluationOf(torn), Math.floor(bytes.length / 2));
    expect((await evaluate(torn, '--model', 'reference', '--limit', '70')).code).toBe(0);
    expect(readFileSync(evaluationOf(torn), 'utf8')).toBe(bytes);
  });

  it('interrupted ends with 130, and the same command goes on', async () => {
    const run = folder();
    const stop = new AbortController();
    stop.abort();
    const argv = ['evaluate', 'quadratics', '--run', run, '--ledger', join(run, 'l.jsonl'), '--model', 'reference'];
    expect((await cliUntil(stop.signal, ...argv)).code).toBe(130);
    expect((await cli(...argv)).code).toBe(0);
  });

  it('does not go on with what another model or limit was asked', async () => {
    const run = folder();
    await evaluate(run, '--model', 'reference', '--limit', '2');
    const { code, err } = await evaluate(run, '--model', 'reference', '--limit', '3');
    expect(code).toBe(2);
    expect(err).toMatch(/another evaluation: samples \{"hash".*"n":2.*there.*"n":3.*here/);
  });

  it('draws fresh holdout samples that two models share, and that no committed sample is', async () => {
    const runs = [folder(), folder()] as const;
    for (const [index, run] of runs.entries()) {
      await evaluate(run, '--model', 'reference', '--fresh', '60', '--attempts', String(index + 1));
    }
    const [once, twice] = runs.map((run) => linesOf(evaluationOf(run)).map((line) => JSON.parse(line) as Line));
    type Line = { sample: string; prompt: string; area: string; samples: { n: number; of: number } };
    const asked = once!.slice(1);
    expect(once![0]!.samples).toMatchObject({ n: 60, of: 60 });
    expect(new Set(asked.map(({ sample }) => sample)).size).toBe(60);
    expect(new Set(twice!.slice(1).map(({ sample }) => sample))).toEqual(new Set(asked.map(({ sample }) => sample)));
    const committed = new Set(
      linesOf('suites/quadratics/samples.jsonl').map((line) => (JSON.parse(line) as Line).prompt),
    );
    expect(asked.filter(({ prompt }) => committed.has(prompt))).toEqual([]);
  });

  it('fresh samples take no limit', async () => {
    const { code, err } = await evaluate(folder(), '--model', 'reference', '--fresh', '9', '--limit', '3');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('take no limit') as string });
  });

  it('refuses a file that is no evaluation, and leaves it as it is', async () => {
    const run = folder();
    await evaluate(run, '--model', 'reference', '--limit', '2');
    writeFileSync(evaluationOf(run), 'my notes\n');
    const { code, err } = await evaluate(run, '--model', 'reference', '--limit', '2');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('quadratics.jsonl:1') as string });
    expect(readFileSync(evaluationOf(run), 'utf8')).toBe('my notes\n');
  });
});
