import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { headOf } from '../../test/fixtures/evaluated.ts';
import { DEFAULTS, recordConfig } from '../run/config.ts';
import { createRun } from '../run/folder.ts';
import { noteRead } from '../run/ledger.ts';
import { disk, keys, ledger, memory, nodeVersion, runs } from './doctor-checks.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe('the doctor', () => {
  it('accepts the oldest Node.js that the package says, and none before it', () => {
    // package.json: node >=20.19
    expect(nodeVersion('20.19.0').status).toBe('ok');
    expect(nodeVersion('22.1.0').status).toBe('ok');
    expect(nodeVersion('20.18.9')).toMatchObject({ status: 'fail', found: '20.18.9, expected >=20.19' });
    expect(nodeVersion('18.20.0').status).toBe('fail');
  });

  it('warns of little memory and little disk, and fails where nothing can be written', () => {
    expect(memory({ memory: 8e9, memoryFree: 4e9 })).toEqual({
      status: 'ok',
      found: '8000 MB, of which 4000 MB are free',
    });
    expect(memory({ memory: 8e9, memoryFree: 1e9 }).status).toBe('warn');
    expect(disk({ diskFree: 6e9 }).status).toBe('ok');
    expect(disk({ diskFree: 1e9 })).toMatchObject({ status: 'warn', mend: expect.stringContaining('runs prune') });
    expect(disk({ diskFree: 1e6 }).status).toBe('fail');
    expect(disk({ diskFree: 6e9 }, join(newFolder(), 'missing')).status).toBe('fail');
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'fails in a folder that refuses it (root is refused nothing)',
    () => {
      const folder = newFolder();
      chmodSync(folder, 0o555);
      expect(disk({ diskFree: 6e9 }, folder).status).toBe('fail');
      chmodSync(folder, 0o755);
    },
  );

  it('names the keys that are set and never shows one', () => {
    const found = keys({
      DEEPSEEK_API_KEY: 'sk-secret',
      OPENAI_API_KEY: ' ',
      PATH: 'x',
      PROOFSTILL_API_KEY: 'sk-other',
    });
    expect(found).toEqual({ status: 'ok', found: 'DEEPSEEK_API_KEY, PROOFSTILL_API_KEY set' });
    expect(keys({}).found).toMatch(/^none set/);
  });

  it('warns of a ledger with lines that nobody can read, naming the first', () => {
    const file = join(newFolder(), 'ledger.jsonl');
    expect(ledger(file)).toEqual({ status: 'ok', found: 'none yet' });
    noteRead(file, 'evaluate', headOf(3));
    expect(ledger(file).status).toBe('ok');
    writeFileSync(file, 'torn\n', { flag: 'a' });
    expect(ledger(file)).toMatchObject({
      status: 'warn',
      found: expect.stringContaining(`1 line cannot be read, the first at ${file}:2`),
    });
  });

  it('tells runs that are at work from those that were cut short, and from those that nobody can read', () => {
    const root = join(newFolder(), 'runs');
    expect(runs(root)).toEqual({ status: 'ok', found: 'none yet' });
    const settings = { config: recordConfig(DEFAULTS) };
    const atWork = createRun(join(root, 'a'), settings);
    createRun(join(root, 'b'), settings).setState('complete');
    expect(runs(root)).toEqual({ status: 'ok', found: '1 at work, 1 complete' });
    atWork.close();
    expect(runs(root)).toEqual({
      status: 'warn',
      found: '1 cut short, 1 complete',
      mend: `Go on with it: proofstill distill --resume --run ${join(root, 'a')}`,
    });
    mkdirSync(join(root, 'c'));
    writeFileSync(join(root, 'c', 'run.json'), '{');
    expect(runs(root)).toMatchObject({ status: 'warn', mend: expect.stringContaining(join(root, 'c')) });
  });
});
