import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CompleteRun, completeRun } from '../../test/fixtures/run-folder.ts';
import { lockRun, openRun } from './folder.ts';
import { prune, type RetentionOptions, retention } from './retention.ts';

function newRun(options: CompleteRun = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'retention-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const run = join(folder, 'run');
  completeRun(run, options);
  return run;
}

const options = (keep = 1, protection: RetentionOptions['protection'] = () => undefined) => ({ keep, protection });
const kept = (run: string, asked: RetentionOptions) =>
  retention(run, asked).flatMap(({ directory, because }) => (because === null ? [] : [basename(directory)]));

describe('the checkpoints of a complete run that are kept', () => {
  it('are the first, the last, and the best by the lower bound of steer', () => {
    // Lower bounds before rounds 1, 2 and 3 are 0.21, 0.75 and 0.90, hence those of checkpoints 0, 1 and 2.
    const worseAtLast = newRun({ lastLow: 0.8 });
    expect(retention(worseAtLast, options())).toEqual([
      {
        directory: join(worseAtLast, 'checkpoints', 'round-0'),
        megabytes: 1,
        because: 'the student that it began with',
      },
      { directory: join(worseAtLast, 'checkpoints', 'round-1'), megabytes: 1, because: null },
      {
        directory: join(worseAtLast, 'checkpoints', 'round-2'),
        megabytes: 1,
        because: 'the best by its steer accuracy',
      },
      { directory: join(worseAtLast, 'checkpoints', 'round-3'), megabytes: 1, because: 'among the last' },
    ]);
    expect(kept(newRun({ lastLow: 0.95 }), options())).toEqual(['round-0', 'round-3']);
  });

  it('are more of the last where more are asked for, and those that are protected', () => {
    const run = newRun();
    expect(kept(run, options(2))).toEqual(['round-0', 'round-2', 'round-3']);
    const baseline = (directory: string) => (directory.endsWith('round-1') ? 'the baseline' : undefined);
    expect(kept(run, options(1, baseline))).toEqual(['round-0', 'round-1', 'round-3']);
  });

  it('of a run that is not complete are all, for none is on the list', () => {
    const run = newRun();
    using opened = openRun(run);
    opened.setState('interrupted');
    expect(retention(run, options())).toEqual([]);
  });
});

describe('pruning', () => {
  it('deletes the others and notes them; records and report stay, and the run cannot be gone on with', () => {
    const run = newRun();
    const before = readdirSync(run, { recursive: true }).filter((name) => !`${name}`.startsWith('checkpoints'));
    expect(prune(run, options()).filter(({ because }) => because === null)).toHaveLength(2);
    expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual(['round-0', 'round-3']);
    const after = readdirSync(run, { recursive: true }).filter((name) => !`${name}`.startsWith('checkpoints'));
    expect(after.sort()).toEqual([...before, 'pruned.json'].sort());
    expect(JSON.parse(readFileSync(join(run, 'pruned.json'), 'utf8'))).toMatchObject({
      checkpoints: ['round-1', 'round-2'],
    });
    expect(() => openRun(run)).toThrow(
      expect.objectContaining({
        code: 'record',
        message: expect.stringContaining('checkpoints of this run were deleted'),
      }),
    );
    // Once more, nothing goes.
    expect(prune(run, options()).every(({ because }) => because !== null)).toBe(true);
  });

  it('where there is nothing to delete leaves a run that can be gone on with', () => {
    const run = newRun();
    prune(run, options(4));
    expect(readdirSync(join(run, 'checkpoints'))).toHaveLength(4);
    openRun(run).close();
  });

  it('finishes what a kill left half done', () => {
    const run = newRun();
    const aside = join(run, 'checkpoints', '.unfinished-1-round-1');
    mkdirSync(aside);
    writeFileSync(join(aside, 'model.safetensors'), '');
    prune(run, options());
    expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual(['round-0', 'round-3']);
  });

  it('is refused while somebody works on the run', () => {
    const run = newRun();
    const release = lockRun(run);
    expect(() => prune(run, options())).toThrow(
      expect.objectContaining({ code: 'record', message: expect.stringContaining('is working on this run folder') }),
    );
    release();
    expect(readdirSync(join(run, 'checkpoints'))).toHaveLength(4);
    expect(existsSync(join(run, 'pruned.json'))).toBe(false);
  });
});
