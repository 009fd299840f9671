/** What keeps a machine and its run folders in order: `runs prune`, `purge`, `doctor`. */

import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { studentFingerprint } from '../src/model/student.ts';
import { writeBaseline } from '../src/run/baseline.ts';
import { openRun } from '../src/run/folder.ts';
import { headOf } from './fixtures/evaluated.ts';
import { completeRun, SECRET } from './fixtures/run-folder.ts';
import { cli, folder } from './run-cli.ts';

/** A folder of runs: `done` and, where it is named, an unfinished one that began with a checkpoint of it. */
function runsWith(unfinished?: string): string {
  const runs = join(folder(), 'runs');
  completeRun(join(runs, 'done'));
  if (unfinished !== undefined) {
    completeRun(join(runs, unfinished), { student: join(runs, 'done', 'checkpoints', 'round-1') });
    using run = openRun(join(runs, unfinished));
    run.setState('interrupted');
  }
  return runs;
}

const checkpoints = (run: string): string[] => readdirSync(join(run, 'checkpoints')).sort();
const ALL = ['round-0', 'round-1', 'round-2', 'round-3'];

describe('runs prune', () => {
  it('shows what would go and how large it is, and deletes it only when it is asked without --dry-run', async () => {
    const runs = runsWith();
    const done = join(runs, 'done');
    const planned = await cli('runs', 'prune', runs, '--dry-run');
    expect(planned.code).toBe(0);
    expect(planned.out).toBe(
      [
        `${join(done, 'checkpoints', 'round-1')}  1.0 MB  would go`,
        `${join(done, 'checkpoints', 'round-2')}  1.0 MB  would go`,
        `${join(done, 'checkpoints', 'round-0')}  1.0 MB  stays: the student that it began with`,
        `${join(done, 'checkpoints', 'round-3')}  1.0 MB  stays: the best by its steer accuracy, among the last`,
        '2.0 MB would be freed\n',
      ].join('\n'),
    );
    expect(checkpoints(done)).toEqual(ALL);
    const pruned = await cli('runs', 'prune', runs, '--json');
    expect(JSON.parse(pruned.out)).toMatchObject({
      dryRun: false,
      megabytes: 2,
      runs: [{ folder: done, skipped: null }],
    });
    expect(checkpoints(done)).toEqual(['round-0', 'round-3']);
    const resumed = await cli('distill', '--resume', '--run', done);
    expect(resumed).toMatchObject({ code: 2, err: expect.stringContaining('cannot be gone on with') });
    expect((await cli('runs', 'list', runs)).out).toContain('complete');
  });

  it('leaves alone a run that is not complete, and the checkpoint that it began with', async () => {
    const runs = runsWith('later');
    const { out } = await cli('runs', 'prune', runs);
    expect(out).toContain(`${join(runs, 'later')}  left alone: not complete`);
    expect(out).toContain('round-1  1.0 MB  stays: what an unfinished run began with');
    expect(checkpoints(join(runs, 'done'))).toEqual(['round-0', 'round-1', 'round-3']);
    expect(checkpoints(join(runs, 'later'))).toEqual(ALL);
  });

  it('leaves alone a run that somebody works on', async () => {
    const runs = runsWith();
    using run = openRun(join(runs, 'done'));
    const { code, out } = await cli('runs', 'prune', runs);
    expect({ code, out }).toEqual({
      code: 0,
      out: `${run.directory}  left alone: process ${process.pid} is working on this run folder\n0.0 MB freed\n`,
    });
  });

  it("leaves the baseline's checkpoint, more of the last, and runs that are too young", async () => {
    const runs = runsWith();
    const done = join(runs, 'done');
    const baseline = join(runs, '..', 'baseline.jsonl');
    const fingerprint = studentFingerprint(join(done, 'checkpoints', 'round-1'), 'int8');
    const head = headOf(1, { model: { reference: 'checkpoints/round-1', fingerprint } });
    writeBaseline(baseline, { evaluations: [{ source: '', head, attempts: [] }], measurements: [] });
    const protectedOne = await cli('runs', 'prune', done, '--dry-run', '--baseline', baseline);
    expect(protectedOne.out).toContain('round-1  1.0 MB  stays: the baseline');
    expect((await cli('runs', 'prune', runs, '--dry-run', '--keep', '3')).out).toContain('0.0 MB would be freed');
    expect((await cli('runs', 'prune', runs, '--older-than', '1')).out).toContain('left alone: began within 1 days');
    expect(checkpoints(done)).toEqual(ALL);
  });

  it.each([
    ['a folder that is not there', ['nowhere'], /there is no such folder/],
    ['a baseline that is not there', ['.', '--baseline', 'nowhere.jsonl'], /nowhere\.jsonl/],
    ['no checkpoint to be kept', ['.', '--keep', '0'], /whole number from 1/],
  ])('with %s is refused', async (_what, argv, said) => {
    expect(await cli('runs', 'prune', ...argv)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(said) });
  });
});

describe('purge', () => {
  it('shows what would go, wants a yes, and leaves a run that can be listed, compared and gated', async () => {
    const runs = runsWith();
    const done = join(runs, 'done');
    const listed = await cli('runs', 'list', runs);
    const planned = await cli('purge', '--run', done, '--dry-run');
    expect(planned.out).toContain('candidates  would go\n');
    expect(planned.out).toContain(`${join('evaluations', 'holdout-after.jsonl')}  would keep its verdicts only\n`);
    const unsure = await cli('purge', '--run', done);
    expect(unsure).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/for good[\s\S]*--yes/) });
    expect(existsSync(join(done, 'purged.json'))).toBe(false);

    const copy = join(runs, 'copy');
    cpSync(done, copy, { recursive: true });
    const purged = await cli('purge', '--run', done, '--yes', '--json');
    expect(JSON.parse(purged.out)).toMatchObject({ run: done, dryRun: false, finished: true, unknown: [] });
    expect((await cli('runs', 'list', runs)).out).toContain(listed.out);
    const compared = await cli('compare', done, copy);
    expect(compared).toMatchObject({ code: 0, err: '' });
    expect(compared.out).not.toContain(SECRET);
    const policy = join(runs, 'policy.json');
    writeFileSync(policy, JSON.stringify({ suite: 'quadratics', answer: { floor: 0.5 } }));
    const gated = (run: string) =>
      cli('gate', run, '--policy', policy, '--ledger', join(runs, 'ledger.jsonl'), '--json');
    expect(await gated(done)).toEqual(await gated(copy));
    expect(JSON.parse((await gated(done)).out)).toMatchObject({
      rules: expect.arrayContaining([expect.objectContaining({ rule: 'floor', n: 24 })]),
    });
    expect(await cli('report', done)).toMatchObject({ code: 2, err: expect.stringContaining('were deleted') });
    expect(await cli('rescore', '--run', done)).toMatchObject({
      code: 2,
      err: expect.stringContaining('were deleted'),
    });
  });

  it('of a run that somebody works on, or of a folder that is none, is refused', async () => {
    const runs = runsWith();
    using run = openRun(join(runs, 'done'));
    expect(await cli('purge', '--run', run.directory, '--yes')).toMatchObject({
      code: 2,
      err: expect.stringContaining('is working on this run folder'),
    });
    expect(await cli('purge', '--run', runs, '--yes')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no run in this folder'),
    });
  });
});

describe('doctor', () => {
  /** In a process of its own, for it looks at the folder where it stands. */
  function doctor(cwd: string, ...argv: string[]): { code: number | null; out: string } {
    const jiti = pathToFileURL(resolve('node_modules/jiti/lib/jiti-register.mjs')).href;
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--conditions=proofstill-source', '--import', jiti, resolve('src/cli/bin.ts'), 'doctor', ...argv],
      { cwd, encoding: 'utf8', env: { ...process.env, DEEPSEEK_API_KEY: 'sk-secret', NO_COLOR: '1' } },
    );
    return { code: status, out: stdout };
  }
  const statuses = (out: string): Record<string, string> =>
    Object.fromEntries(
      (JSON.parse(out) as { findings: { name: string; status: string }[] }).findings.map(({ name, status }) => [
        name,
        status,
      ]),
    );

  it('finds this machine fit, shows names of keys only, and changes nothing in the folder', () => {
    const cwd = folder();
    const { code, out } = doctor(cwd, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ healthy: true });
    expect(statuses(out)).toMatchObject({
      'Node.js': 'ok',
      'ONNX Runtime': 'ok',
      config: 'ok',
      ledger: 'ok',
      runs: 'ok',
    });
    expect(out).toContain('DEEPSEEK_API_KEY set');
    expect(out).not.toContain('sk-secret');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('fails with code 2 on a config that is wrong, says how to mend it, and looks at everything else all the same', () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'proofstill.config.json'), '{"targts":{"answer":0.9}}');
    mkdirSync(join(cwd, 'runs'));
    appendFileSync(join(cwd, 'runs', 'ledger.jsonl'), 'not a line\n');
    const { code, out } = doctor(cwd);
    expect(code).toBe(2);
    expect(out).toMatch(/^fail +config +.*targts.*\n +Did you mean targets\?$/m);
    expect(out).toMatch(/^warn +ledger +1 lines? cannot be read/m);
    expect(out).toMatch(/^ok +ONNX Runtime/m);
  });
});
