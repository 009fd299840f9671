/** README is true: its snippets run, its links lead somewhere, its layout is the tree. */

import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveConfig } from '../src/run/config.ts';
import { builtBin, ROOT } from './built.ts';
import { readPage } from './page.ts';

const { text: README, files, commands } = readPage('README.md');

const folder = mkdtempSync(join(tmpdir(), 'proofstill-readme-'));

beforeAll(() => {
  builtBin();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/proofstill'), 'junction');
  for (const { name, content } of files) writeFileSync(join(folder, name), content);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('README', () => {
  it('shows how to evaluate, compare and gate, to generate and curate, to verify, to trust a verifier, and to check a suite', () => {
    const verbs = commands.map((command) => command.split(' ')[2]);
    expect(verbs).toEqual(
      'evaluate evaluate compare baseline gate gate generate curate verify verify suites'.split(' '),
    );
  });

  it.each(commands)('%s', async (command) => {
    const [npx, name, ...args] = command.split(/\s+/);
    expect([npx, name]).toEqual(['npx', 'proofstill']);
    const { stdout } = await promisify(execFile)(process.execPath, [builtBin(), ...args], { cwd: folder });
    expect(stdout.trim()).not.toBe('');
  });

  it('leads to a config of a real teacher that is one', async () => {
    const [config] = readPage('docs/teachers.md').files;
    const file = join(folder, 'teacher.config.ts');
    writeFileSync(file, config!.content);
    const { teacher, budget } = await resolveConfig({ file });
    expect(teacher).toMatchObject({ model: 'deepseek-reasoner', baseURL: 'https://api.deepseek.com/v1' });
    expect(budget).toMatchObject({ usd: 20 });
  });

  it('draws the tree as it is', () => {
    const drawn = [...layout()];
    expect(drawn.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const rooms = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(rooms.map(({ name }) => `src/${name}/`).filter((room) => !drawn.includes(room))).toEqual([]);
  });

  it.each([
    'README.md',
    'CONTRIBUTING.md',
    'docs/ci.md',
    'docs/teachers.md',
    'docs/vitest.md',
    'benchmarks/README.md',
    'suites/README.md',
    'suites/quadratics/README.md',
  ])('%s links only to what is there', (page) => {
    const targets = [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)];
    const missing = targets.filter(([, target]) => !existsSync(join(ROOT, dirname(page), target as string)));
    expect(missing.map(([, target]) => target)).toEqual([]);
  });
});

/** Paths of the drawing under "Layout": names up to the first wide gap, those of deeper lines inside `src`. */
function* layout(): Generator<string> {
  const drawing = README.slice(README.indexOf('## Layout')).match(/(?:^ {4}.*\n)+/m)?.[0] ?? '';
  for (const line of drawing.trimEnd().split('\n')) {
    const inside = line.startsWith(' '.repeat(6)) ? 'src/' : '';
    const [names = ''] = line.trim().split(/ {2,}/);
    for (const name of names.split(' ')) yield `${inside}${name}`;
  }
}
