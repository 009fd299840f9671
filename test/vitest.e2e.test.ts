/** `proofstill/vitest` as a project has it: the real vitest, in a process of its own, on the built package. */

import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { builtBin, ROOT } from './built.ts';
import { readPage } from './page.ts';

const VITEST = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(
        z.object({ title: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

const folders: string[] = [];

/** A project in which proofstill and vitest are installed. */
function project(): string {
  const folder = mkdtempSync(join(tmpdir(), 'proofstill-vitest-'));
  folders.push(folder);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/proofstill'), 'junction');
  symlinkSync(dirname(VITEST), join(folder, 'node_modules/vitest'), 'junction');
  return folder;
}

/** Runs a command of Node as if no test had started it. @returns exit code and what it printed */
async function node(cwd: string, ...args: string[]): Promise<{ code: number; out: string }> {
  const outer = Object.entries(process.env).filter(([name]) => !/^(VITEST|VITE_|TEST$|NODE_ENV$)/.test(name));
  const env = { ...Object.fromEntries(outer), NO_COLOR: '1' };
  try {
    return { code: 0, out: (await promisify(execFile)(process.execPath, args, { cwd, env })).stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: `${stdout}${stderr}` };
  }
}

beforeAll(() => void builtBin());
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('a project with suite tests', () => {
  const folder = project();
  /** What a file's tests said, by their title; `undefined` where one passed. */
  const messages = new Map<string, string | undefined>();
  let ended: { code: number; out: string };
  let reads: { by: string; n: number }[];
  beforeAll(async () => {
    cpSync(join(ROOT, 'test/fixtures/vitest-project'), folder, { recursive: true });
    ended = await node(folder, VITEST, 'run', '--reporter=json');
    const ledger = readFileSync(join(folder, 'runs/ledger.jsonl'), 'utf8');
    reads = ledger
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as (typeof reads)[number]);
    const report = reportSchema.parse(JSON.parse(ended.out.slice(ended.out.indexOf('{'))));
    for (const { title, status, failureMessages } of report.testResults.flatMap((file) => file.assertionResults)) {
      messages.set(title, status === 'passed' ? undefined : failureMessages.join('\n'));
    }
  }, 120_000);

  it('ends with 1 because models fail, and with 0 where they all pass', async () => {
    expect(ended.code).toBe(1);
    expect((await node(folder, VITEST, 'run', 'passing')).code).toBe(0);
    expect((await node(folder, VITEST, 'run', 'inconclusive')).code).toBe(1);
  });

  it('passes a model whose rules all hold', () => {
    const passed = [...messages].filter(([, message]) => message === undefined).map(([title]) => title);
    expect(passed.sort()).toEqual([
      'is as good as the baseline, over all and where numbers are large',
      'passes the gate of the policy file, held against the accepted baseline',
      'the first hundred alone are gated where the test says so',
    ]);
  });

  it('says of a model that failed which rule, on which figures, and which samples are newly wrong', () => {
    // Clopper–Pearson, 140 of 200: scipy.stats.beta.ppf(0.05, 140, 61) = 0.64220, beta.ppf(0.95, 141, 60) = 0.75330
    expect(messages.get('misses its floor')).toContain(
      [
        'expected adder on sums to pass its gate: it failed. 1 of 2 rules failed at 95% confidence.',
        '',
        '✗ sums: answer at least 90%: refuted, for 70% was found, between 64.22% and 75.33% (n=200).',
        '',
        '60 newly wrong beside the baseline: 0+0 (wrong-sum), 1+0 (wrong-sum), ',
      ].join('\n'),
    );
    expect(messages.get('misses its floor')).toContain(', and 40 more');
    expect(messages.get('is worse than the baseline')).toMatch(
      /to be at least as good as its baseline: it failed.*\n\n✗ sums: .*0 samples got better and 60 worse: −30 points.*\(n=200\)/,
    );
    expect(messages.get('is worse where numbers are small')).toMatch(/✗ sums, small: .*−50 points.*\(n=100\)/);
  });

  it('says of records that cannot tell that they are no pass, and to ask for more', () => {
    // 180 of 200: beta.ppf(0.05, 180, 21) = 0.85801, beta.ppf(0.95, 181, 20) = 0.93274
    expect(messages.get('cannot tell whether the floor is held')).toMatch(
      /it is inconclusive, which is no pass[\s\S]*\? sums: answer at least 90%: not decided, for 90% was found, between 85\.8% and 93\.27% \(n=200\)\.[\s\S]*Ask for more samples/,
    );
  });

  it.each([
    ['a floor that 200 samples can never show', /needs 2995\n {2}at: answer\.floor of suite sums\n fix: Ask for 2995/],
    ['is no pass where it is negated either', /needs 2995/],
    ['a policy of another suite', /not evaluated on holdout of products/],
    ['a run that nobody waited for', /expected a finished run, got a promise[\s\S]*fix: Await it/],
  ])('fails what is misused, saying how to mend it: %s', (title, expected) => {
    expect(messages.get(title)).toMatch(expected);
  });

  it('shows nothing of what a model said, and keeps it in the run folder that was named', () => {
    expect(ended.out).not.toContain('a secret');
    expect(readFileSync(join(folder, 'runs/adder/evaluations/sums.jsonl'), 'utf8')).toContain('a secret');
  });

  it('noted each reading of the holdout: two of the passing file, one of each other, and that which nobody waited for', () => {
    expect(reads.map(({ by, n }) => `${by} ${n}`).sort()).toEqual(['vitest 100', ...Array(5).fill('vitest 200')]);
  });
});

describe('docs/vitest.md', () => {
  const { files, commands } = readPage('docs/vitest.md');
  const folder = project();
  beforeAll(() => {
    for (const { name, content } of files) writeFileSync(join(folder, name), content);
  });

  it('makes a baseline and runs its tests', async () => {
    expect(commands.map((command) => command.split(' ')[1])).toEqual(['proofstill', 'proofstill', 'vitest']);
    for (const command of commands) {
      const [npx, name, ...args] = command.split(' ');
      expect(npx).toBe('npx');
      const { code, out } = await node(folder, name === 'vitest' ? VITEST : builtBin(), ...args);
      expect(code, out).toBe(0);
    }
    expect(existsSync(join(folder, 'proofstill.baseline.jsonl'))).toBe(true);
  });
});
