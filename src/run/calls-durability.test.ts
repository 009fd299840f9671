/** What answered calls go through on a machine: kills, full disks, folders that cannot be written to, and many of them. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { outputOf } from '../../test/fixtures/calls.ts';
import { randomStream } from '../core/seed.ts';
import { openCalls, spentOf } from './calls.ts';
import { DEFAULTS, recordConfig } from './config.ts';
import { createRun } from './folder.ts';

/** Compiled once, for it is started often. */
const WRITER = join(mkdtempSync(join(tmpdir(), 'calls-writer-')), 'writer.mjs');
beforeAll(() => {
  buildSync({
    entryPoints: ['test/fixtures/calls-writer.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: WRITER,
  });
  chmodSync(dirname(WRITER), 0o755);
});
afterAll(() => rmSync(dirname(WRITER), { recursive: true }));

const isRoot = process.getuid?.() === 0;
const isPosix = process.platform !== 'win32';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'calls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** The keys of a file's lines, in their order. */
function keysIn(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => (JSON.parse(line) as { key: string }).key);
}

describe('a process that is killed while it keeps calls', { timeout: 300_000 }, () => {
  it('at 20 random moments, half a line at the end each time, loses none that it was told is kept, and keeps none twice', async () => {
    const file = join(newFolder(), 'calls.jsonl');
    const random = randomStream(1, 'kills');
    const told = new Set<string>();
    for (let kill = 0; kill < 20; kill++) {
      const child = spawn(process.execPath, [WRITER, file, '1000000', '400'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      for (const key of await toldUntil(child, random.int(1, 60))) told.add(key);
      // Systems write a line of this size in one go: what a kill in its middle leaves is added by hand.
      const [line] = readFileSync(file, 'utf8').split('\n', 1) as [string];
      appendFileSync(file, line.slice(0, random.int(0, line.length - 1)));
    }
    const calls = openCalls(file);
    for (const key of told) {
      const bytes = Number(key.slice(5)) % 10 === 9 ? 20_000 : 400;
      expect(calls.get(key)).toEqual(outputOf(key, bytes));
    }
    calls.close();
    const keys = keysIn(file);
    expect(new Set(keys).size).toBe(keys.length);
    // What was in flight at a kill may have been kept without being told: one call at each.
    expect(keys.length).toBeGreaterThanOrEqual(told.size);
    expect(keys.length).toBeLessThanOrEqual(told.size + 20);
    expect(spentOf(file).calls).toBe(keys.length);
  });
});

describe('calls on a full disk', () => {
  /** 64 pages: two dozen answers of 10 kB. */
  const SIZE = 64 * 4096;

  it('are refused saying so; what was kept stays whole, and goes on once there is room', (context) => {
    const folder = newFolder();
    const mounted = isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder]).status === 0;
    context.skip(!mounted, 'a disk of its own can be mounted by root on Linux only');
    onTestFinished(() => void spawnSync('umount', ['-l', folder]));
    const file = join(folder, 'calls.jsonl');
    const calls = openCalls(file);
    const kept: string[] = [];
    const fill = (): void => {
      for (let n = 0; n < 100; n++) {
        calls.record(`call-${n}`, outputOf(`call-${n}`, 10_000));
        kept.push(`call-${n}`);
      }
    };
    const full = { code: 'record', place: file, hint: expect.stringContaining('disk is full') };
    expect(fill).toThrow(expect.objectContaining({ ...full, message: expect.stringContaining('ENOSPC') }));
    expect(kept.length).toBeGreaterThan(15);
    expect(kept.length).toBeLessThan(26);
    // Refused again, and again without harm.
    expect(() => calls.record('more', outputOf('more', 10_000))).toThrow(expect.objectContaining(full));
    expect(keysIn(file)).toEqual(kept);
    expect(calls.get(kept.at(-1) as string)).toEqual(outputOf(kept.at(-1) as string, 10_000));
    spawnSync('mount', ['-o', `remount,size=${8 * SIZE}`, folder]);
    calls.record('more', outputOf('more', 10_000));
    calls.close();
    const resumed = openCalls(file);
    expect(resumed.spent.calls).toBe(kept.length + 1);
    expect(resumed.get('more')).toEqual(outputOf('more', 10_000));
    resumed.close();
  });

  it.runIf(isPosix)('of a process with a limit on the size of its files are refused in the same way', () => {
    const file = join(newFolder(), 'calls.jsonl');
    // In blocks of 512 bytes or of a kibibyte, as the shell likes.
    const limited = `ulimit -f 200; exec "$0" "$@"`;
    const { status, stderr, stdout } = spawnSync('sh', ['-c', limited, process.execPath, WRITER, file, '100', '4000'], {
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({ code: 'record', place: file, message: expect.stringMatching(/EFBIG/) });
    const told = stdout.trimEnd().split('\n');
    expect(keysIn(file)).toEqual(told);
    const calls = openCalls(file);
    expect(told.map((key) => calls.get(key)?.text.startsWith(key))).toEqual(told.map(() => true));
    calls.close();
  });
});

describe('calls in a folder that cannot be written to', () => {
  it.runIf(isPosix)('are refused naming the file, which stays as it is', () => {
    const folder = newFolder();
    const file = join(folder, 'calls.jsonl');
    const calls = openCalls(file);
    calls.record('call-0', outputOf('call-0'));
    calls.close();
    const before = readFileSync(file);
    chmodSync(file, 0o444);
    chmodSync(folder, 0o555);
    onTestFinished(() => chmodSync(folder, 0o755));
    // Nobody refuses root anything.
    const nobody = isRoot ? { uid: 65_534, gid: 65_534 } : {};
    const { status, stderr } = spawnSync(process.execPath, [WRITER, file, '2', '100'], {
      encoding: 'utf8',
      ...nobody,
    });
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'record',
      message: expect.stringMatching(/EACCES/),
      place: file,
      hint: expect.stringContaining('permissions'),
    });
    expect(status).toBe(2);
    expect(readFileSync(file)).toEqual(before);
  });
});

describe('a second process on a run whose calls are open', () => {
  it('is told which process works there, and changes nothing', () => {
    const directory = join(newFolder(), 'run');
    using run = createRun(directory, { config: recordConfig(DEFAULTS) });
    run.calls().record('call-0', outputOf('call-0'));
    const file = run.path('calls.jsonl');
    const before = readFileSync(file);
    const program = `
      import { openRun } from './src/run/folder.ts';
      try { openRun(${JSON.stringify(directory)}).calls(); }
      catch ({ code, message, place, hint }) { console.log(JSON.stringify({ code, message, place, hint })); }`;
    const script = join(newFolder(), 'second.ts');
    writeFileSync(script, program.replace("'./src", `'${process.cwd()}/src`));
    const { stdout } = spawnSync(process.execPath, ['--import', 'jiti/register', script], { encoding: 'utf8' });
    expect(JSON.parse(stdout)).toEqual({
      code: 'record',
      message: `process ${process.pid} is working on this run folder`,
      place: directory,
      hint: expect.stringMatching(/^Wait for it or end it\./),
    });
    expect(readFileSync(file)).toEqual(before);
    run.calls().record('call-1', outputOf('call-1'));
    expect(run.calls().spent.calls).toBe(2);
  });
});

describe('many calls', { timeout: 300_000 }, () => {
  it('stay on disk: 20,000 answers of 8 kB cost less memory than a twentieth of them', () => {
    const file = join(newFolder(), 'calls.jsonl');
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const calls = openCalls(file);
    gc();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 20_000; n++) calls.record(`call-${n}`, outputOf(`call-${n}`, 8000));
    gc();
    const grown = process.memoryUsage().heapUsed - before;
    expect(statSync(file).size).toBeGreaterThan(160e6);
    expect(grown).toBeLessThan(8e6);
    expect(calls.get('call-12345')).toEqual(outputOf('call-12345', 8000));
    calls.close();
  });
});

/** What a child says until it has said `count` lines and is killed for it; a line that the kill cuts off was not said. */
function toldUntil(child: ChildProcess, count: number): Promise<string[]> {
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split('\n').length > count) child.kill('SIGKILL');
  });
  return new Promise((resolve) => child.on('close', () => resolve(said.split('\n').slice(0, -1))));
}
