/** The package as it is published: packed, unpacked into an empty project, imported and run by plain Node. */

import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtBin, MANIFEST, ROOT } from './built.ts';

const project = mkdtempSync(join(tmpdir(), 'proofstill-package-'));
const installed = join(project, 'node_modules/proofstill');

const execute = promisify(execFile);

/** Runs plain Node in the project and returns its stdout; rejects with its stderr where it fails. */
async function node(...args: string[]): Promise<string> {
  return (await execute(process.execPath, args, { cwd: project })).stdout;
}

beforeAll(async () => {
  builtBin();
  // Without scripts: packing would build again, under the feet of other tests.
  await execute('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', project], {
    cwd: ROOT,
    shell: process.platform === 'win32',
  });
  const [archive] = readdirSync(project).filter((name) => name.endsWith('.tgz'));
  await execute('tar', ['-xzf', archive as string], { cwd: project });
  mkdirSync(dirname(installed));
  renameSync(join(project, 'package'), installed);
  // Dependencies are linked, not installed: a test needs no network. One that is not declared is not there.
  for (const name of Object.keys(MANIFEST.dependencies)) {
    const link = join(project, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link, 'junction');
  }
}, 120_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('the packed package', () => {
  it('holds what it exports, and its licence', () => {
    const exported = Object.values(MANIFEST.exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : [entry['types'], entry['default']],
    );
    const expected = [...exported, 'LICENSE', 'README.md'] as string[];
    expect(expected.filter((path) => !existsSync(join(installed, path)))).toEqual([]);
  });

  it('holds no test and no source beside the compiled code', () => {
    const files = readdirSync(installed, { recursive: true }).map(String);
    expect(files.filter((path) => /\.test\.|(?<!\.d)\.ts$/.test(path))).toEqual([]);
  });

  it('is imported by its three names', async () => {
    const script = `
      const [core, verifiers, suites] = await Promise.all(
        ['proofstill', 'proofstill/verifiers', 'proofstill/suites'].map((name) => import(name)),
      );
      const kinds = [core.defineSuite, core.evaluate, verifiers.mathAnswer.verify].map((value) => typeof value);
      console.log(JSON.stringify({ kinds, samples: suites.quadratics.samples.length }));
    `;
    const lines = readFileSync(join(ROOT, 'suites/quadratics/samples.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(await node('--input-type=module', '--eval', script))).toEqual({
      kinds: ['function', 'function', 'function'],
      samples: lines.length,
    });
  });

  it('has suite tests for a project with vitest, and does without it elsewhere', async () => {
    const file = join(project, 'quadratics.suite.test.mjs');
    writeFileSync(
      file,
      `import { evaluateSuite } from 'proofstill/vitest';
      import { expect, it } from 'vitest';
      const run = await evaluateSuite('quadratics', { model: 'reference', limit: 20 });
      it('keeps to the template', () => expect(run).toPassGate({ format: { floor: 0.8 } }));`,
    );
    const imported = node('--input-type=module', '--eval', "await import('proofstill/vitest')");
    await expect(imported).rejects.toThrow(/Cannot find package 'vitest'/);
    const vitest = join(ROOT, 'node_modules/vitest');
    symlinkSync(vitest, join(project, 'node_modules/vitest'), 'junction');
    expect(await node(join(vitest, 'vitest.mjs'), 'run', '--reporter=json')).toContain('"numPassedTests":1');
  });

  it('tests its verifiers on the labelled tables that it brings', async () => {
    const tables = readdirSync(join(ROOT, 'verifiers/labelled')).filter((name) => name.endsWith('.jsonl'));
    const out = await node(join(installed, MANIFEST.bin['proofstill'] as string), 'verify', '--self-test', '--json');
    const { verifiers } = JSON.parse(out) as { verifiers: { name: string; cases: object | null }[] };
    const tested = verifiers.filter(({ cases }) => cases).map(({ name }) => `${name}.jsonl`);
    expect(tested.sort()).toEqual(tables.sort());
  });

  it('has a command that explains itself', async () => {
    expect(await node(join(installed, MANIFEST.bin['proofstill'] as string), '--help')).toContain('distill');
  });
});
