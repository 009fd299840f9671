import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRun, distill, recordConfig, referenceModel } from 'proofstill';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../src/cli/app.ts';
import type { CliProcess } from '../src/cli/context.ts';
import { smallConfig, smallSuite } from './small-run.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'proofstill-cli-'));

async function cli(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const process: CliProcess = {
    stdout: {
      write: (text) => {
        out += text;
      },
    },
    stderr: {
      write: (text) => {
        err += text;
      },
    },
    env: {},
  };
  await runCli(argv, { process, signal: new AbortController().signal });
  return { code: Number(process.exitCode ?? 0), out, err };
}

describe('bad usage ends with code 2, says where and how to mend it, and shows no stack', () => {
  const broken = folder();
  const truncated = join(broken, 'truncated');
  const occupied = join(broken, 'occupied');
  beforeAll(() => {
    cpSync('test/fixtures/tiny-qwen2', truncated, { recursive: true });
    truncateSync(join(truncated, 'model.safetensors'), 1000);
    mkdirSync(occupied);
    writeFileSync(join(occupied, 'notes.txt'), 'mine');
    writeFileSync(join(broken, 'config.json'), JSON.stringify({ targts: { answer: 0.9 } }));
    writeFileSync(join(broken, 'empty.json'), JSON.stringify({ targets: {} }));
    writeFileSync(join(broken, 'bad.jsonl'), '{"id":"q-0001","text":"x=2, x=3","finishReason":"stop"}\n{"id":3}\n');
  });

  it.each([
    ['an unknown flag', ['distill', '--target-anser', '0.9'], /target-answer/],
    ['an unknown verb', ['distil'], /distill/],
    ['an unknown suite', ['evaluate', 'quadratic', '--model', 'reference'], /Did you mean quadratics\?/],
    ['a target that is no number', ['distill', '--target-answer', 'NaN'], /expected a number, got "NaN"/],
    ['an empty target', ['distill', '--target-answer', ''], /expected a number/],
    ['a target that no number of samples can show', ['distill', '--target-answer', '1'], /targets\.answer/],
    ['an unknown key', ['distill', '--config', join(broken, 'config.json')], /targts[\s\S]*targets/],
    ['an empty section', ['distill', '--config', join(broken, 'empty.json')], /targets/],
    ['a missing checkpoint', ['evaluate', 'quadratics', '--model', 'nowhere'], /no config\.json/],
    ['a truncated checkpoint', ['evaluate', 'quadratics', '--model', truncated], /model\.safetensors/],
    ['a run folder with other files in it', ['distill', '--run', occupied], /notes\.txt/],
    ['a run folder below a file', ['distill', '--run', join(occupied, 'notes.txt', 'run')], /notes\.txt/],
    ['a model of a kind that is not there yet', ['evaluate', 'quadratics', '--model', 'hf:Qwen/Qwen2.5-0.5B'], /hf:/],
    ['a corrupt line of outputs', ['verify', 'quadratics', '--in', join(broken, 'bad.jsonl')], /bad\.jsonl:2/],
    ['a resumed run that is none', ['distill', '--resume', '--run', broken], /run\.json/],
    ['a resumed run with another target', ['distill', '--resume', '--target-answer', '0.5'], /--target-answer/],
    ['a network that was not exported', ['measure', 'test/fixtures/tiny-qwen2'], /proofstill export/],
  ])('%s', async (_, argv, expected) => {
    const { code, err } = await cli(...argv);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(expected) });
    expect(err).not.toMatch(/^\s+at .*\.ts:\d+/m);
  });
});

describe('a suite whose reference answers fail its own verifier', () => {
  it('is refused by suites check, naming the sample', async () => {
    const path = join(folder(), 'suite.ts');
    writeFileSync(
      path,
      `import { defineSuite } from 'proofstill';
import { quadratics } from 'proofstill/suites';
const samples = quadratics.samples.slice(0, 3).map((sample, index) => (index === 1 ? { ...sample, expected: 'x=77' } : sample));
export default defineSuite({ ...quadratics, name: 'wrong', samples });
`,
    );
    const { code, out, err } = await cli('suites', 'check', path);
    expect(code).toBe(2);
    expect(out + err).toContain('q-0002');
  });
});

describe('a finished run', () => {
  const run = join(folder(), 'run');
  beforeAll(async () => {
    using folder = createRun(run, { config: recordConfig(smallConfig) });
    await distill({ run: folder, config: smallConfig, suite: smallSuite, teacher: referenceModel(smallSuite) });
  }, 600_000);

  it('gives its report again', async () => {
    const { code, out } = await cli('report', run);
    expect(code).toBe(0);
    expect(out).toContain('report.html');
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('x^2-5x+6=0');
  });

  it('is listed with its result', async () => {
    const { out } = await cli('runs', 'list', join(run, '..'), '--json');
    expect(JSON.parse(out)).toMatchObject({ runs: [{ folder: run, state: 'complete', targetsMet: false, rounds: 2 }] });
  });

  it('with a changed journal line is refused with file and line, and the file stays as it is', async () => {
    const copy = join(folder(), 'copy');
    cpSync(run, copy, { recursive: true });
    rmSync(join(copy, 'lock'), { force: true });
    const journal = join(copy, 'journal.jsonl');
    const changed = readFileSync(journal, 'utf8').replace('begin', 'begun');
    writeFileSync(journal, changed);
    const { code, err } = await cli('distill', '--resume', '--run', copy);
    expect(code).toBe(2);
    expect(err).toContain('journal.jsonl:1');
    expect(readFileSync(journal, 'utf8')).toBe(changed);
  });

  it('with a torn last journal line goes on as if the line had never begun', async () => {
    const copy = join(folder(), 'copy');
    cpSync(run, copy, { recursive: true });
    appendFileSync(join(copy, 'journal.jsonl'), '{"schema":1,"key":"half a li');
    const { code, out } = await cli('distill', '--resume', '--run', copy, '--json');
    expect(code).toBe(1);
    expect((JSON.parse(out) as { rounds: number }).rounds).toBe(2);
  });
});

describe('the verbs', () => {
  it('evaluate --json prints one document with n and interval at every figure', async () => {
    const { code, out } = await cli('evaluate', 'quadratics', '--model', 'reference', '--limit', '40', '--json');
    expect(code).toBe(0);
    const document = JSON.parse(out) as { overall: { answer: Record<string, number> } };
    expect(Object.keys(document.overall.answer)).toEqual(['value', 'n', 'low', 'high', 'unscored']);
    expect(document.overall.answer['n']).toBe(40);
  });

  it('verify grades bare pairs', async () => {
    const pairs = join(folder(), 'pairs.jsonl');
    const lines = [
      { id: '1', expected: 'x=2, x=3', output: 'x=3 or x=2' },
      { id: '2', expected: '1/2', output: '0.25' },
      { id: '3', expected: '', output: '1' },
    ];
    writeFileSync(pairs, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { out } = await cli('verify', '--with', 'math-answer', '--pairs', pairs, '--json');
    expect(JSON.parse(out)).toEqual({
      results: [
        { id: '1', status: 'pass' },
        { id: '2', status: 'fail', reason: 'wrong-answer' },
        { id: '3', status: 'unscored', reason: 'bad-expected' },
      ],
    });
  });

  it('suites check finds no fault in what is built in', async () => {
    const { code, out } = await cli('suites', 'check');
    expect({ code, out }).toEqual({ code: 0, out: 'quadratics: no faults\n' });
  });

  it('help teaches by example', async () => {
    const { code, out } = await cli('distill', '--help');
    expect(code).toBe(0);
    expect(out).toContain('proofstill distill --resume');
    expect(out).toContain('--target-p95');
  });
});
