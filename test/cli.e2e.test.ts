import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cli, cliUntil, folder } from './run-cli.ts';
import { smallConfig } from './small-run.ts';

const STUDENT = 'test/fixtures/tiny-qwen2';

describe('bad usage ends with code 2, says where and how to mend it, and shows no stack', () => {
  const broken = folder();
  const truncated = join(broken, 'truncated');
  const occupied = join(broken, 'occupied');
  beforeAll(() => {
    cpSync(STUDENT, truncated, { recursive: true });
    truncateSync(join(truncated, 'model.safetensors'), 1000);
    mkdirSync(occupied);
    writeFileSync(join(occupied, 'notes.txt'), 'mine');
    writeFileSync(join(broken, 'config.json'), JSON.stringify({ targts: { answer: 0.9 } }));
    writeFileSync(join(broken, 'empty.json'), JSON.stringify({ targets: {} }));
    writeFileSync(join(broken, 'bad.jsonl'), '{"id":"q-0001","text":"x=2, x=3","finishReason":"stop"}\n{"id":3}\n');
    writeFileSync(join(broken, 'alien.jsonl'), '{"id":"alien-1","text":"x=2","finishReason":"stop"}\n');
    writeFileSync(join(broken, 'nothing.jsonl'), '\n');
  });

  it.each([
    ['an unknown flag', ['distill', '--target-anser', '0.9'], /^error: .*--target-anser\n {2}fix: .*--target-answer\?/],
    ['an unknown verb', ['distil'], /^error: .*"distil"\n {2}fix: Did you mean distill\?/],
    ['an unknown suite', ['evaluate', 'quadratic', '--model', 'reference'], /Did you mean quadratics\?/],
    ['a target that is no number', ['distill', '--target-answer', 'NaN'], /got "NaN"\n {3}at: target-answer/],
    ['an empty target', ['distill', '--target-answer', ''], /expected a number/],
    ['a flag with nothing after its sign', ['distill', '--target-p95='], /expected a number[\s\S]*target-p95/],
    ['a flag without its value', ['distill', '--rounds'], /--rounds/],
    ['a negative seed', ['evaluate', 'quadratics', '--model', 'reference', '--seed', '-1'], /from 0/],
    ['a precision that is none', ['distill', '--precision', 'fp64'], /fp32/],
    ['a target that no number of samples can show', ['distill', '--target-answer', '1'], /targets\.answer/],
    ['an unknown key', ['distill', '--config', join(broken, 'config.json')], /targts[\s\S]*targets/],
    ['an empty section', ['distill', '--config', join(broken, 'empty.json')], /targets/],
    ['a missing checkpoint', ['evaluate', 'quadratics', '--model', 'nowhere'], /no config\.json/],
    ['a missing student', ['distill', '--student', 'nowhere', '--run', join(broken, 'never')], /at: nowhere/],
    ['a truncated checkpoint', ['evaluate', 'quadratics', '--model', truncated], /model\.safetensors/],
    ['a truncated student', ['distill', '--student', truncated, '--run', join(broken, 'never')], /model\.safetensors/],
    ['a run folder with other files in it', ['distill', '--student', STUDENT, '--run', occupied], /notes\.txt/],
    [
      'a run folder below a file',
      ['distill', '--student', STUDENT, '--run', join(occupied, 'notes.txt', 'run')],
      /notes\.txt/,
    ],
    ['a model of a kind that is not there yet', ['evaluate', 'quadratics', '--model', 'hf:Qwen/Qwen2.5-0.5B'], /hf:/],
    ['a split without samples', ['evaluate', 'quadratics', '--model', STUDENT, '--split', 'train'], /holdout, stretch/],
    [
      'an evaluation into a folder below a file',
      ['evaluate', 'quadratics', '--model', STUDENT, '--run', join(occupied, 'notes.txt', 'run')],
      /notes\.txt[\s\S]*--run/,
    ],
    ['a nucleus of nothing', ['evaluate', 'quadratics', '--model', STUDENT, '--top-p', '0'], /share above 0/],
    ['no attempt at all', ['evaluate', 'quadratics', '--model', STUDENT, '--attempts', '0'], /whole number from 1/],
    ['a corrupt line of outputs', ['verify', 'quadratics', '--in', join(broken, 'bad.jsonl')], /bad\.jsonl:2/],
    ['outputs for no sample of the suite', ['verify', 'quadratics', '--in', join(broken, 'alien.jsonl')], /alien-1/],
    ['no outputs at all', ['verify', 'quadratics', '--in', join(broken, 'nothing.jsonl')], /found none/],
    ['outputs that are not there', ['verify', 'quadratics', '--in', join(broken, 'nowhere.jsonl')], /nowhere\.jsonl/],
    ['outputs without a suite', ['verify', '--in', join(broken, 'bad.jsonl')], /--in takes a suite/],
    ['an unknown verifier', ['verify', '--with', 'mathAnser', '--pairs', 'x'], /Did you mean mathAnswer\?/],
    ['a share beyond 1', ['evaluate', 'quadratics', '--model', 'reference', '--max-unscored', '2'], /from 0 to 1/],
    ['a rescored run that is none', ['rescore', '--run', broken], /no evaluation/],
    ['a resumed run that is none', ['distill', '--resume', '--run', broken], /run\.json/],
    ['a report on a run that is none', ['report', broken], /run\.json/],
    ['a network that was not exported', ['measure', STUDENT], /proofstill export/],
    [
      'an export to where nothing can be',
      ['export', STUDENT, '--into', join(occupied, 'notes.txt', 'x')],
      /notes\.txt/,
    ],
  ])('%s', async (_, argv, expected) => {
    const { code, out, err } = await cli(...argv);
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringMatching(expected) });
    expect(err).not.toMatch(/^\s+at .*\.ts:\d+/m);
    expect(existsSync(join(broken, 'never'))).toBe(false);
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

/** Starts the small run, its student's context long enough for whole traces. @returns arguments, and the run's folder */
function smallRun(): { argv: string[]; run: string } {
  const [student, config, run] = ['student', 'config.json', 'run'].map((name) => join(folder(), name)) as [
    string,
    string,
    string,
  ];
  cpSync(STUDENT, student, { recursive: true });
  const network = JSON.parse(readFileSync(join(student, 'config.json'), 'utf8')) as object;
  writeFileSync(join(student, 'config.json'), JSON.stringify({ ...network, max_position_embeddings: 512 }));
  writeFileSync(config, JSON.stringify({ ...smallConfig, suites: ['test/small-run.ts'], student }));
  return { argv: ['distill', '--config', config, '--run', run], run };
}

describe('a finished run', () => {
  const { argv, run } = smallRun();
  let first: { code: number; out: string; err: string };
  beforeAll(async () => {
    first = await cli(...argv, '--json');
  }, 600_000);
  const copied = (): string => {
    const copy = join(folder(), 'copy');
    cpSync(run, copy, { recursive: true });
    return copy;
  };

  it('that missed its targets ends with code 1, and prints its summary and nothing else', () => {
    expect(first.code, first.err).toBe(1);
    expect(JSON.parse(first.out)).toEqual(JSON.parse(readFileSync(join(run, 'summary.json'), 'utf8')));
    expect(existsSync(join(run, 'report.html'))).toBe(true);
  });

  it('showed each round by area, on standard error', () => {
    expect(first.err).toMatch(/Round 1, steer before its training:\narea .*\nmonic /);
    expect(first.err).toMatch(/general rows learnt in \d+ steps/);
    expect(first.err).toContain('Round 2');
  });

  it('resumed prints the same summary without asking the student again', async () => {
    const copy = copied();
    const { code, out, err } = await cli('distill', '--resume', '--run', copy, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual(JSON.parse(first.out));
    expect(err).not.toMatch(/\d+\/\d+/);
  });

  it('may be resumed with flags that say what it began with, and with no others', async () => {
    const copy = copied();
    const resume = (...flags: string[]) => cli('distill', '--resume', '--run', copy, '--json', ...flags);
    expect((await resume('--target-answer', '0.9', '--suite', 'test/small-run.ts')).code).toBe(1);
    const { code, err } = await resume('--target-answer', '0.5');
    expect(code).toBe(2);
    expect(err).toContain('began with 0.9, the flag says 0.5\n   at: --target-answer');
  });

  it('gives its report again, to the byte', async () => {
    const copy = copied();
    const page = readFileSync(join(copy, 'report.html'), 'utf8');
    writeFileSync(join(copy, 'report.html'), '');
    const { code, out } = await cli('report', copy);
    expect(code).toBe(0);
    expect(out).toContain('report.html');
    expect(readFileSync(join(copy, 'report.html'), 'utf8')).toBe(page);
    expect(page).toContain('x^2-5x+6=0');
    const { reproduction } = JSON.parse((await cli('report', copy, '--json')).out) as {
      reproduction: { command: string };
    };
    expect(reproduction.command).toMatch(
      /^proofstill distill --suite \S+small-run\.ts --student \S+ --target-answer 0\.9 --target-p95 1000 --rounds 2 /,
    );
    expect(reproduction.command).toContain('# with train.batchTokens 1280');
  });

  it('is listed with its result, and does not vanish behind a spoilt one', async () => {
    const runs = join(run, '..');
    mkdirSync(join(runs, 'spoilt'));
    writeFileSync(join(runs, 'spoilt', 'run.json'), '{');
    const { out } = await cli('runs', 'list', runs, '--json');
    expect(JSON.parse(out)).toMatchObject({
      runs: [
        { folder: run, state: 'complete', targetsMet: false, rounds: 2, after: { n: 20 } },
        { folder: join(runs, 'spoilt'), state: 'unreadable' },
      ],
    });
  });

  it('purged is made of files that purge knows, none of which has a text left', async () => {
    const copy = copied();
    const { code, out } = await cli('purge', '--run', copy, '--yes', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ finished: true, unknown: [] });
    const texts = readdirSync(copy, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('checkpoints'))
      .map(({ parentPath, name }) => join(parentPath, name))
      // Every trace has it, and every problem of the suite is an equation.
      .filter((file) => /<think>|Solve|=0/.test(readFileSync(file, 'utf8')));
    expect(texts).toEqual([]);
  });

  it('with a changed journal line is refused with file and line, and the file stays as it is', async () => {
    const copy = copied();
    const journal = join(copy, 'journal.jsonl');
    const changed = readFileSync(journal, 'utf8').replace('begin', 'begun');
    writeFileSync(journal, changed);
    const { code, err } = await cli('distill', '--resume', '--run', copy);
    expect(code).toBe(2);
    expect(err).toContain('journal.jsonl:1');
    expect(readFileSync(journal, 'utf8')).toBe(changed);
  });

  it('with a torn last journal line goes on as if the line had never begun', async () => {
    const copy = copied();
    appendFileSync(join(copy, 'journal.jsonl'), '{"schema":1,"key":"half a li');
    const { code, out } = await cli('distill', '--resume', '--run', copy, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual(JSON.parse(first.out));
  });
});

describe('Ctrl-C', { timeout: 600_000 }, () => {
  /** Runs the command in a process of its own and interrupts it once standard error says `when`. */
  async function interrupted(argv: readonly string[], when: string): Promise<{ code: number | null; err: string }> {
    const bin = ['--conditions=proofstill-source', '--import', 'jiti/register', 'src/cli/bin.ts'];
    const started = spawn(process.execPath, [...bin, ...argv], { stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    let isSent = false;
    started.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
      if (!isSent && err.includes(when)) isSent = started.kill('SIGINT');
    });
    const [code] = (await once(started, 'close')) as [number | null];
    return { code, err };
  }

  it('ends with code 130 and says how to go on, and going on ends like a run that nobody disturbed', async () => {
    const { argv, run } = smallRun();
    const { code, err } = await interrupted(argv, 'Generate candidates');
    expect({ code, err }).toEqual({
      code: 130,
      err: expect.stringMatching(/Go on with: proofstill distill --resume --run \S+\ninterrupted\n$/),
    });
    expect((await cli('distill', '--resume', '--run', run, '--json')).code).toBe(1);
    expect((await cli('runs', 'list', join(run, '..'))).out).toContain('in 2 rounds, targets not met');
  });

  it('before anything has begun is no error of the command', async () => {
    const { code, err } = await cliUntil(
      AbortSignal.abort(),
      ...['evaluate', 'quadratics', '--model', 'reference', '--run', folder(), '--ledger', join(folder(), 'ledger')],
    );
    expect({ code, err: err.split('\n').at(-2) }).toEqual({ code: 130, err: 'interrupted' });
  });
});

describe('the verbs', () => {
  const evaluate = (...argv: string[]) =>
    cli('evaluate', 'quadratics', '--ledger', join(folder(), 'ledger.jsonl'), '--run', folder(), ...argv);

  it('evaluate --json prints one document with n and interval at every figure', async () => {
    const { code, out } = await evaluate('--model', 'reference', '--limit', '40', '--json');
    expect(code).toBe(0);
    const document = JSON.parse(out) as { overall: { answer: Record<string, number> } };
    expect(Object.keys(document.overall.answer)).toEqual(['value', 'n', 'low', 'high', 'unscored']);
    expect(document.overall.answer['n']).toBe(40);
  });

  it('evaluates a student with --precision int8', async () => {
    const { code, out } = await evaluate(...['--model', STUDENT, '--precision', 'int8', '--limit', '2', '--json']);
    expect({ code, model: (JSON.parse(out) as { model: string }).model }).toEqual({ code: 0, model: STUDENT });
  });

  it('exports and measures a student', async () => {
    const into = join(folder(), 'student');
    const exported = await cli('export', STUDENT, '--into', into, '--json');
    expect(JSON.parse(exported.out)).toMatchObject({ networks: [{ precision: 'fp32' }, { precision: 'int8' }] });
    const run = join(folder(), 'run');
    const { code, out } = await cli('measure', into, '--samples', '20', '--max-tokens', '4', '--run', run, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ precision: 'fp32', threads: 1, whole: { n: 20 } });
    expect(JSON.parse(readFileSync(join(run, 'measurements', 'student-fp32-quadratics.json'), 'utf8'))).toEqual(
      JSON.parse(out),
    );
  });

  it('suites list --json counts the samples of each split', async () => {
    const { out } = await cli('suites', 'list', '--json');
    expect(JSON.parse(out)).toMatchObject({ suites: [{ name: 'quadratics', samples: { train: 0, holdout: 402 } }] });
  });

  it('help teaches by example', async () => {
    const { code, out } = await cli('distill', '--help');
    expect(code).toBe(0);
    expect(out).toContain('proofstill distill --resume');
    expect(out).toContain('--target-p95');
  });

  const verbs =
    'distill,evaluate,rescore,verify,suites list,suites check,measure,export,report,runs list,runs prune,purge,doctor';
  it.each(verbs.split(','))('%s has an example in its help', async (verb) => {
    const { code, out } = await cli(...verb.split(' '), '--help');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`Examples?: +proofstill ${verb}`));
  });
});
