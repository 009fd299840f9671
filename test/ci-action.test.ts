/** The scripts of the composite action run as GitHub's runner runs them, with the command as users get it. */

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { decisionSchema } from '../src/index.ts';
import { builtBin, ROOT } from './built.ts';

const step = z.object({
  name: z.string().optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
});
const action = z
  .object({
    inputs: z.record(z.string(), z.object({ default: z.string() })),
    runs: z.object({ steps: z.array(step) }),
  })
  .parse(parse(readFileSync(join(ROOT, '.github/actions/gate/action.yml'), 'utf8')));

const folder = mkdtempSync(join(tmpdir(), 'proofstill-action-'));
const [output, summary] = [join(folder, 'output'), join(folder, 'summary.md')];

beforeAll(() => {
  builtBin();
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(ROOT, join(folder, 'node_modules/proofstill'), 'junction');
  if (process.platform !== 'win32') symlinkSync(builtBin(), join(folder, 'node_modules/.bin/proofstill'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs one step of the action with the given inputs, the others at their defaults. */
async function run(
  name: string,
  inputs: Record<string, string>,
): Promise<{ code: number; log: string; outputs: string }> {
  const found = action.runs.steps.find((candidate) => candidate.name === name);
  const environment = Object.entries(found?.env ?? {}).map(([key, expression]) => {
    const input = /^\$\{\{ inputs\.(?<input>[\w-]+) \}\}$/.exec(expression)?.groups?.['input'] ?? '';
    return [key, inputs[input] ?? action.inputs[input]?.default];
  });
  writeFileSync(output, '');
  writeFileSync(summary, '');
  const runner = {
    GITHUB_ACTION_PATH: join(ROOT, '.github/actions/gate'),
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
  };
  return new Promise((resolve) => {
    // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
    const child = execFile(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', found?.run ?? 'exit 99'],
      { cwd: folder, env: { ...process.env, ...Object.fromEntries(environment), ...runner } },
      (_error, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, log: `${stdout}${stderr}`, outputs: readFileSync(output, 'utf8') }),
    );
  });
}

/** The reference model answers 188 of 402 quadratics of the holdout rightly: 46.8%, by 95% bounds from 42.6% to 51.0%. */
function policy(floor: number): string {
  writeFileSync(join(folder, 'policy.json'), JSON.stringify({ suite: 'quadratics', answer: { floor } }));
  return 'policy.json';
}
const decision = () => decisionSchema.parse(JSON.parse(readFileSync(join(folder, 'runs/gate/gate.json'), 'utf8')));

// On Windows npx looks for a .cmd file, which an install would write.
describe.skipIf(process.platform === 'win32')('the action', () => {
  it('evaluates, then passes, and keeps decision, JUnit report and summary', async () => {
    expect(await run('Evaluate', { suite: 'quadratics', model: 'reference' })).toMatchObject({ code: 0 });
    const { code, outputs } = await run('Gate', { policy: policy(0.4) });
    expect({ code, outputs }).toEqual({ code: 0, outputs: 'verdict=passed\n' });
    expect(decision().verdict).toBe('passed');
    expect(XMLValidator.validate(readFileSync(join(folder, 'runs/gate/gate.junit.xml'), 'utf8'))).toBe(true);
    expect(readFileSync(summary, 'utf8')).toMatch(/^## ✅ Model gate passed/);
  });

  it('fails with the exit code of the gate, and annotates', async () => {
    const { code, outputs, log } = await run('Gate', { policy: policy(0.9) });
    expect({ code, outputs }).toEqual({ code: 1, outputs: 'verdict=failed\n' });
    expect(log).toMatch(/^::error title=quadratics%3A answer at least 90%25::/m);
  });

  it('fails where the gate cannot tell, and lets it through only when asked to, still as inconclusive', async () => {
    expect(await run('Gate', { policy: policy(0.45) })).toMatchObject({ code: 3, outputs: 'verdict=inconclusive\n' });
    const warned = await run('Gate', { policy: policy(0.45), inconclusive: 'warn' });
    expect(warned).toMatchObject({ code: 0, outputs: 'verdict=inconclusive\n' });
    expect(warned.log).toContain('::warning title=Model gate::inconclusive, and let through');
    expect(decision().verdict).toBe('inconclusive');
    expect((await run('Gate', { policy: policy(0.9), inconclusive: 'warn' })).code).toBe(1);
  });

  it('leaves no older decision behind where the gate cannot be run', async () => {
    await run('Gate', { policy: policy(0.4) });
    const { code, outputs } = await run('Gate', { policy: 'absent.json' });
    expect({ code, outputs }).toEqual({ code: 2, outputs: 'verdict=none\n' });
    expect(existsSync(join(folder, 'runs/gate/gate.json'))).toBe(false);
  });

  it('reads no input as a script, and refuses words it does not know', async () => {
    const hostile = '"; touch pwned; $(touch pwned) `touch pwned`';
    expect((await run('Gate', { policy: hostile, baseline: hostile })).code).toBe(2);
    expect((await run('Evaluate', { suite: hostile, model: hostile })).code).toBe(2);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
    expect((await run('Gate', { policy: policy(0.4), inconclusive: 'ignore' })).code).toBe(2);
    expect((await run('Evaluate', { suite: 'quadratics', model: 'reference', measure: 'yes' })).code).toBe(2);
    expect((await run('Evaluate', { suite: 'quadratics' })).code).toBe(2);
  });
});
