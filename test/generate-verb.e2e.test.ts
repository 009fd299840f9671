import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { candidateSchema } from '../src/core/records.ts';
import { lockRun } from '../src/run/folder.ts';
import { readLines } from '../src/run/lines.ts';
import { addNumbers, type ChatBody, type OpenaiServer, startOpenaiServer } from './openai-server/index.ts';
import { replyOf, wholeReply } from './openai-server/reply.ts';
import { cli, folder } from './run-cli.ts';

const SUITE = 'test/fixtures/sums.ts';
const PROBLEMS = ['--problems', '6', '--candidates', '4', '--trials', '4'];

let server: OpenaiServer;
beforeEach(async () => {
  server = await startOpenaiServer();
});
afterEach(async () => {
  process.exitCode = 0;
  await server.close();
});

const generate = (run: string, ...more: string[]) =>
  cli('generate', SUITE, '--teacher', `openai:teacher@${server.baseURL}`, ...PROBLEMS, '--run', run, ...more);
const candidatesIn = (run: string) => readLines(join(run, 'candidates', 'round-1.jsonl'), candidateSchema);
/** What is the same whoever answered: no port, no price. */
const outcomes = (run: string) =>
  candidatesIn(run).map(({ id, attempt, output, fate }) => [id, attempt, output.text, fate]);

describe('proofstill generate', () => {
  it('with --dry-run says what it would ask and for how much, asks nothing and leaves nothing', async () => {
    const run = join(folder(), 'run');
    const config = join(folder(), 'proofstill.config.json');
    const { baseURL } = server;
    const prices = { input: 1, output: 2 };
    writeFileSync(config, JSON.stringify({ teacher: { model: 'teacher', baseURL, prices, maxTokens: 1000 } }));
    const { code, out } = await cli(
      'generate',
      SUITE,
      '--config',
      config,
      ...PROBLEMS,
      '--run',
      run,
      '--dry-run',
      '--json',
    );
    expect(code).toBe(0);
    const plan = JSON.parse(out);
    // Six problems, four candidates of each, in areas of three; 24 calls × 1,000 tokens × $2 a million are $0.048.
    expect(plan).toMatchObject({
      problems: { small: 3, large: 3 },
      outputs: { first: 24, most: 24 },
      calls: 24,
      tokens: { out: 24_000 },
      pricesOf: 'config',
    });
    expect(plan.usd.calls - plan.tokens.in / 1e6).toBeCloseTo(0.048, 9);
    expect(server.stats.requests).toBe(0);
    expect(existsSync(run)).toBe(false);
  });

  it('with --dry-run leaves alone a folder that a process works on', async () => {
    const run = join(folder(), 'run');
    await generate(run);
    const file = join(run, 'calls.jsonl');
    appendFileSync(file, '{"schema":1,"key":"just being wri');
    const bytes = readFileSync(file);
    const release = lockRun(run);
    try {
      const { code, err } = await generate(run, '--dry-run');
      expect(code).toBe(2);
      expect(err).toContain('is working on this run folder');
      expect(readFileSync(file)).toEqual(bytes);
    } finally {
      release();
    }
  });

  it('keeps what verifies, with the origin of each, and asks for nothing twice', async () => {
    const run = join(folder(), 'run');
    const { code, out } = await generate(run, '--json');
    expect(code).toBe(0);
    const candidates = candidatesIn(run);
    expect(candidates).toHaveLength(24);
    for (const { prompt, expected, output, fate, failures, served } of candidates) {
      const [left, right] = prompt.split('+').map(Number);
      const isRight = output.text.endsWith(`<answer>${left! + right!}</answer>`);
      expect(expected).toBe(String(left! + right!));
      expect(failures).toEqual(isRight ? [] : [{ stage: 'answer', check: 'sum', reason: 'wrong-sum' }]);
      expect(fate === 'rejected').toBe(!isRight);
      expect(served).toMatchObject({ model: 'teacher', usd: 0, requests: 1 });
    }
    const document = JSON.parse(out);
    expect(document).toMatchObject({ stoppedBecause: 'done', overall: { drawn: 24 }, spent: { calls: 24 } });
    const again = await generate(run, '--json');
    expect(JSON.parse(again.out)).toEqual(document);
    expect(server.stats.requests).toBe(24);
  });

  it('ends at a ceiling with code 1 and what it has, and goes on with a higher one', async () => {
    const [run, whole] = [join(folder(), 'run'), join(folder(), 'whole')];
    // Each call reserves 8,192 tokens and its prompt, and takes some 50.
    const stopped = await generate(run, '--max-total-tokens', '9000', '--json');
    expect(stopped.code).toBe(1);
    expect(JSON.parse(stopped.out)).toMatchObject({ stoppedBecause: 'budget' });
    const asked = server.stats.requests;
    expect(asked).toBeLessThan(24);
    expect((await generate(run, '--max-total-tokens', '9000000')).code).toBe(0);
    expect(server.stats.requests).toBe(24);
    await generate(whole);
    expect(outcomes(run)).toEqual(outcomes(whole));
  });

  it('by a batch keeps what calls would have, and names what came back wrong', async () => {
    const [run, live, base] = [join(folder(), 'run'), join(folder(), 'live'), folder()];
    const file = join(base, 'batch.jsonl');
    const results = join(base, 'results.jsonl');
    expect((await generate(run, '--batch-out', file)).code).toBe(0);
    const lines = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(24);
    expect(server.stats.requests).toBe(0);
    const answered = lines.map(({ custom_id, body }: { custom_id: string; body: ChatBody }) => {
      const completion = wholeReply(body, replyOf(body, addNumbers(body), 'reasoning_content'));
      return JSON.stringify({
        id: 'r',
        custom_id,
        response: { status_code: 200, request_id: 'r', body: completion },
        error: null,
      });
    });
    const failed = JSON.stringify({
      id: 'r',
      custom_id: lines[0].custom_id,
      response: { status_code: 500, body: {} },
      error: null,
    });
    writeFileSync(results, [failed, ...answered.slice(1), '{"torn'].join('\n'));
    const first = await generate(run, '--batch-in', results);
    expect(first.code).toBe(0);
    expect(first.err).toContain(`${results}:1: HTTP 500`);
    expect(first.err).toContain(`${results}:25: the line is cut off`);
    expect(first.err).toContain('1 calls have no answer yet');
    writeFileSync(results, answered[0]!);
    const second = await generate(run, '--batch-in', results);
    expect(second.code).toBe(0);
    expect(server.stats.requests).toBe(0);
    await generate(live);
    expect(outcomes(run)).toEqual(outcomes(live));
  });

  it('leaves a run that has no report and is not gone on with by distill, and both say what to do', async () => {
    const run = join(folder(), 'run');
    await generate(run);
    const report = await cli('report', run);
    expect(report.code).toBe(2);
    expect(report.err).toContain(`proofstill curate --run ${run}`);
    const distill = await cli('distill', '--resume', '--run', run);
    expect(distill.code).toBe(2);
    expect(distill.err).toContain('this run was made by generate');
  });

  it('whose settings are others than the folder began with is refused, and changes nothing', async () => {
    const run = join(folder(), 'run');
    await generate(run);
    const { code, err } = await generate(run, '--seed', '2');
    expect(code).toBe(2);
    expect(err).toContain('with other settings');
    expect(server.stats.requests).toBe(24);
  });
});

describe('bad input of generate', () => {
  it.each([
    ['a model that the server does not have', ['--teacher', 'openai:nope@URL'], 'the server has no model nope'],
    ['a URL where nothing listens', ['--teacher', 'openai:teacher@http://127.0.0.1:9/v1'], 'cannot reach the server'],
    ['a host without its key', ['--teacher', 'openai:r1@https://api.deepseek.com/v1'], 'DEEPSEEK_API_KEY'],
    ['a budget of 0', ['--teacher', 'openai:teacher@URL', '--max-usd', '0'], 'expected a number above 0'],
    [
      'a budget of dollars without a price',
      ['--teacher', 'openai:m@https://api.deepseek.com/v1', '--max-usd', '1'],
      'DEEPSEEK_API_KEY',
    ],
    ['an unknown area', ['--areas', 'huge'], 'has no area "huge"'],
    ['a batch without an endpoint', ['--batch-out', 'b.jsonl'], 'a batch is for a teacher behind an endpoint'],
  ])('%s is an error before anything is asked', async (_what, flags, message) => {
    const base = folder();
    const given = flags.map((flag) => flag.replace('URL', server.baseURL));
    const { code, err } = await cli('generate', SUITE, ...PROBLEMS, '--run', join(base, 'run'), ...given);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(server.stats.requests).toBe(0);
    expect(readdirSync(base).filter((name) => existsSync(join(base, name, 'calls.jsonl')))).toEqual([]);
  });

  it('a suite with neither samples nor problem is an error that names the mend', async () => {
    const file = join(folder(), 'empty.jsonl');
    writeFileSync(file, '');
    const { code, err } = await cli('generate', file, '--teacher', `openai:teacher@${server.baseURL}`);
    expect(code).toBe(2);
    expect(err).toMatch(/ {3}at: .*empty\.jsonl/);
    expect(err).toContain('fix: ');
    expect(server.stats.requests).toBe(0);
  });

  it('a key that the server echoes reaches neither message nor run folder', async () => {
    const key = 'sk-proofstill-0123456789abcdef';
    const run = join(folder(), 'run');
    const closed = await startOpenaiServer({ key: 'another', isWithoutList: true });
    const host = new URL(closed.baseURL).host;
    Object.assign(process.env, { ECHO_KEY: key, ECHO_KEY_HOST: host });
    try {
      const config = join(folder(), 'proofstill.config.json');
      writeFileSync(
        config,
        JSON.stringify({ teacher: { model: 'm', baseURL: closed.baseURL, apiKeyEnv: 'ECHO_KEY' } }),
      );
      const { code, out, err } = await cli(
        'generate',
        SUITE,
        '--config',
        config,
        ...PROBLEMS,
        '--run',
        run,
        '--verbose',
      );
      expect(code).toBe(2);
      const files = existsSync(run) ? readdirSync(run, { recursive: true, withFileTypes: true }) : [];
      const texts = files
        .filter((one) => one.isFile())
        .map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'));
      for (const text of [out, err, ...texts]) expect(text).not.toContain(key.slice(3, 12));
      expect(closed.stats.authorizations).toContain(`Bearer ${key}`);
    } finally {
      delete process.env['ECHO_KEY'];
      delete process.env['ECHO_KEY_HOST'];
      await closed.close();
    }
  });
});
