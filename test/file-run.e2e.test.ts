import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Config, createRun, recordConfig, type Summary } from 'proofstill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FILE_SAMPLES, fileConfig, fileRun, fileSuite, isWriting, sumTeacher } from './file-run.ts';
import { type ChatBody, type OpenaiServer, startOpenaiServer } from './openai-server/index.ts';

/** The package as it stands here: jiti would resolve its name to what was last built. */
const SOURCES = {
  proofstill: resolve('src/index.ts'),
  'proofstill/suites': resolve('suites/index.ts'),
  'proofstill/verifiers': resolve('verifiers/index.ts'),
};

interface InventedProblem {
  readonly id: string;
  readonly problem: { readonly area: string; readonly prompt: string; readonly expected: string };
}

describe('a run on nothing but a JSONL file', { timeout: 600_000 }, () => {
  let server: OpenaiServer;
  let bodies: ChatBody[] = [];
  let summary: Summary;
  const file = fileSuite();
  let config: Config;
  const [undisturbed, disturbed] = ['undisturbed', 'disturbed'].map((name) =>
    join(mkdtempSync(join(tmpdir(), 'proofstill-run-')), name),
  ) as [string, string];

  beforeAll(async () => {
    server = await startOpenaiServer({
      answer: (body) => {
        bodies.push(body);
        return sumTeacher(body);
      },
    });
    config = fileConfig(file, server.baseURL);
    using run = createRun(undisturbed, { config: recordConfig(config) });
    summary = await fileRun(run, config);
  }, 600_000);
  afterAll(() => server.close());

  const prompts = () => bodies.map(({ messages }) => messages.at(-1)?.content ?? '');
  const linesOf = (...path: string[]): Record<string, unknown>[] =>
    readFileSync(join(undisturbed, ...path), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const inventions = () =>
    linesOf('journal.jsonl').flatMap(({ key, value }) =>
      String(key).startsWith('invent:')
        ? [(value as { result: { problems: InventedProblem[]; counts: Record<string, number> } }).result]
        : [],
    );
  const ofSplit = (split: string): string[] =>
    FILE_SAMPLES.filter((sample) => sample.split === split).map(({ prompt }) => prompt);

  it('ends with a summary', () => {
    expect(summary).toMatchObject({ suites: ['sums'], rounds: 2, stoppedBecause: 'rounds' });
    expect(summary.before.holdout.answer.n).toBe(12);
    expect(summary.steer.overall.answer.n).toBe(20);
  });

  it('learns from the train samples of the file, and from new problems where an area has too few or none', () => {
    const asked = linesOf('candidates', 'round-1.jsonl').map(({ area, prompt }) => ({ area, prompt: String(prompt) }));
    const train = new Set(ofSplit('train'));
    const own = (area: string) => new Set(asked.filter((one) => one.area === area).map(({ prompt }) => prompt));
    // Each area is given half of 24 problems, for the student fails in both alike.
    expect([own('small').size, own('large').size]).toEqual([12, 12]);
    expect([...own('small')].filter((prompt) => train.has(prompt))).toHaveLength(5);
    expect([...own('large')].filter((prompt) => train.has(prompt))).toHaveLength(0);
  });

  it('gives each of them the answer on which its teacher agrees, which is the sum', () => {
    const problems = inventions().flatMap((invention) => invention.problems);
    // 7 and 12 in the first round, 12 and 12 in the second, when the five train samples were asked.
    expect(problems).toHaveLength(43);
    for (const { problem } of problems) {
      const [left, right] = problem.prompt.match(/\d+/g)!.map(Number);
      expect(problem.expected).toBe(String(left! + right!));
    }
    expect(new Set(problems.map(({ problem }) => problem.prompt)).size).toBe(43);
  });

  it('shows the teacher that writes them failed steer samples only, and learns none of steer or holdout', () => {
    const writing = prompts().filter(isWriting);
    const shown = writing.flatMap((prompt) =>
      [...prompt.matchAll(/^\{"problem":"(What .*)"\}$/gm)].map(([, one]) => one!),
    );
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter((prompt) => !ofSplit('steer').includes(prompt))).toEqual([]);
    // Every list that the teacher writes has a holdout problem in it.
    const forbidden = inventions().reduce((sum, { counts }) => sum + counts['forbidden']!, 0);
    expect(forbidden).toBe(writing.length);
    const learnt = linesOf('datasets', 'round-2.jsonl').map(({ prompt }) => String(prompt));
    for (const prompt of [...ofSplit('holdout'), ...ofSplit('steer')]) expect(learnt).not.toContain(prompt);
  });

  it('asks no call twice: answers that voted are candidates too', () => {
    const calls = bodies.map(({ messages, seed }) => JSON.stringify([messages, seed]));
    expect(new Set(calls).size).toBe(calls.length);
  });

  it('killed while problems are written and solved, and resumed, ends in the same bytes, and pays for no call twice', async () => {
    bodies = [];
    const write = (area: string): string => `Have the teacher write problems of area ${area}\n`;
    await child(`${write('small')}progress\n`);
    await child(`${write('large')}progress\nprogress\nprogress\n`);
    await child(undefined);
    const calls = bodies.map(({ messages, seed }) => JSON.stringify([messages, seed]));
    // Four calls are under way at most, at each of two kills.
    expect(calls.length - new Set(calls).size).toBeLessThanOrEqual(8);
    for (const folder of ['candidates', 'datasets', 'evaluations']) {
      for (const name of readdirSync(join(undisturbed, folder))) {
        const content = (run: string): string => readFileSync(join(run, folder, name), 'utf8');
        expect(content(disturbed)).toBe(content(undisturbed));
      }
    }
    const keys = readFileSync(join(disturbed, 'journal.jsonl'), 'utf8').match(/"key":"invent:[^"]+"/g) ?? [];
    expect([keys.length, new Set(keys).size]).toEqual([4, 4]);
  });

  /** Runs or resumes the disturbed run until its output holds `until`, then kills it; without, to its end. */
  async function child(until: string | undefined): Promise<void> {
    const script = ['--import', 'jiti/register', 'test/file-run-child.ts'];
    const started = spawn(process.execPath, [...script, disturbed, file, server.baseURL, config.student], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, JITI_ALIAS: JSON.stringify(SOURCES) },
    });
    let output = '';
    started.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (until !== undefined && output.includes(until)) started.kill('SIGKILL');
    });
    const code = await new Promise((ended) => started.on('exit', ended));
    expect(code).toBe(until === undefined ? 0 : null);
  }
});
