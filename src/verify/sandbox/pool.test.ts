import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isProofstillError } from '../../core/errors.ts';
import { openSandbox, type Sandbox } from './pool.ts';
import { callInSandbox, matchInSandbox } from './sandbox.ts';

const endless = (sandbox: Sandbox, deadlineMs: number, signal?: AbortSignal) =>
  matchInSandbox('^(a+)+$', '', `${'a'.repeat(60)}b`, { deadlineMs, sandbox, signal });
const quick = (sandbox: Sandbox) => matchInSandbox('a', '', 'a', { deadlineMs: 5_000, sandbox });

/** Processes whose parent is this one, whatever their state; where there is no /proc, none is known. */
function children(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((entry) => {
    try {
      return (
        /^\d+$/.test(entry) &&
        readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === `${process.pid}`
      );
    } catch {
      return false;
    }
  });
}

describe('openSandbox', () => {
  it('gives every one of many jobs its own result, in whatever child', async () => {
    await using sandbox = openSandbox({ size: 2 });
    const ended = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        matchInSandbox('b', '', `${'a'.repeat(at)}b`, { deadlineMs: 5_000, sandbox }),
      ),
    );
    expect(ended.map((one) => 'index' in one && one.index)).toEqual(Array.from({ length: 40 }, (_, at) => at));
  });

  it('uses a child again, replaces one that was killed, and retires one after its number of jobs', async () => {
    const before = children();
    const own = (): string[] => children().filter((id) => !before.includes(id));
    await using sandbox = openSandbox({ size: 1, jobsPerChild: 3 });
    await quick(sandbox);
    const [first] = own();
    await quick(sandbox);
    expect(own()).toEqual(first === undefined ? [] : [first]);
    const controller = new AbortController();
    const killed = endless(sandbox, 60_000, controller.signal);
    controller.abort();
    await expect(killed).rejects.toSatisfy((error) => isProofstillError(error, 'interrupted'));
    for (let job = 0; job < 4; job++) expect(await quick(sandbox)).toMatchObject({ kind: 'matched' });
    expect(own().length).toBeLessThanOrEqual(2);
    if (first !== undefined) expect(own()).not.toContain(first);
  });

  it('an abort takes a job out of the line as well', async () => {
    await using sandbox = openSandbox({ size: 1 });
    const controller = new AbortController();
    const running = endless(sandbox, 300);
    const waiting = endless(sandbox, 300, controller.signal);
    controller.abort();
    await expect(waiting).rejects.toSatisfy((error) => isProofstillError(error, 'interrupted'));
    expect(await running).toEqual({ kind: 'timed-out' });
    expect(await quick(sandbox)).toMatchObject({ kind: 'matched' });
  });

  it('closing ends running and waiting jobs and leaves no process behind, not even a dead one', async () => {
    const before = children();
    const sandbox = openSandbox({ size: 1 });
    await quick(sandbox);
    const running = endless(sandbox, 60_000).catch((error: Error) => error.message);
    const waiting = endless(sandbox, 60_000).catch((error: Error) => error.message);
    await sandbox.close();
    expect(await running).toMatchObject({ kind: 'crashed' });
    expect(await waiting).toContain('closed');
    expect(children()).toEqual(before);
    await expect(quick(sandbox)).rejects.toThrow('closed');
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a deadline of %s is a config error', async (deadlineMs) => {
    await expect(matchInSandbox('a', '', 'a', { deadlineMs })).rejects.toSatisfy((error) =>
      isProofstillError(error, 'config'),
    );
  });

  it.each(['', 'a b', 'a-b', '1a', 'class', 'f()//', 'f\n'])('%j is no function to call', async (entry) => {
    await expect(callInSandbox('', entry, [], { deadlineMs: 100, memoryMb: 64 })).rejects.toSatisfy((error) =>
      isProofstillError(error, 'verifier'),
    );
  });

  it.each([
    ['ends by itself after its last job', '', ['matched']],
    ['lives until the sandbox is closed', "await sandbox.close(); console.log('closed');", ['matched', 'closed']],
  ])('a process that does nothing else %s', (_what, then, lines) => {
    const script = `
      const { createJiti } = require('jiti');
      const load = (url) => createJiti(url).import(url);
      Promise.all(process.argv.slice(1).map(load)).then(async ([{ matchInSandbox }, { openSandbox }]) => {
        const sandbox = openSandbox();
        console.log((await matchInSandbox('a', '', 'a', { deadlineMs: 5000, sandbox })).kind);
        ${then}
      });`;
    const modules = ['./sandbox.ts', './pool.ts'].map((name) => fileURLToPath(new URL(name, import.meta.url)));
    const { stdout, status } = spawnSync(process.execPath, ['--eval', script, ...modules], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect([stdout.trim().split('\n'), status]).toEqual([lines, 0]);
  });
});
