import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULTS } from './config.ts';
import { requireRoom, roomIn, runNeeds, runPlan } from './preflight.ts';

describe('what a run needs', () => {
  it('is each candidate twice at its full length, and a checkpoint for each round and the first', () => {
    const plan = { rounds: 3, candidates: 1000, maxTokens: 500, weightBytes: 4e6 };
    // A round: 1000 × (1000 + 500 × 4) = 3 MB. A checkpoint: 4 + 4 + 1 = 9 MB.
    // Disk: 2 × 3 × 3 + 4 × 9 = 54 MB. Memory: 200 + 3 + 4 × 4 = 219 MB.
    expect(runNeeds(plan)).toEqual({ bytesOnDisk: 54e6, bytesInMemory: 219e6 });
  });

  it('counts as many outputs of each problem as may be asked for', () => {
    const config = { ...DEFAULTS, problems: 10, candidates: 4, trials: 16, maxTokens: 64 };
    const plan = { rounds: DEFAULTS.budget.rounds, candidates: 160, maxTokens: 64, weightBytes: 1 };
    expect(runPlan(config, 1)).toEqual(plan);
    expect(runPlan({ ...config, trials: 1 }, 1).candidates).toBe(40);
  });
});

describe('a run', () => {
  const room = { diskFree: 1e9, memory: 4e9, memoryFree: 1e9 };

  it('that needs no more than there is begins', () => {
    expect(requireRoom('runs/x', { bytesOnDisk: 1e9, bytesInMemory: 1e9 }, room)).toBeUndefined();
  });

  it('that needs more disk than is free is refused, with both figures and the way to make room', () => {
    expect(() => requireRoom('runs/x', { bytesOnDisk: 1.001e9, bytesInMemory: 0 }, room)).toThrow(
      expect.objectContaining({
        code: 'config',
        place: 'runs/x',
        message: 'this run may need 1001 MB on disk, and 1000 MB are free',
        hint: expect.stringContaining('runs prune'),
      }),
    );
  });

  it('that needs more memory than the machine or its container has is refused; more than is free, warned of', () => {
    expect(() => requireRoom('runs/x', { bytesOnDisk: 0, bytesInMemory: 4.1e9 }, room)).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringMatching(/4100 MB of memory.* 4000 MB$/) }),
    );
    expect(requireRoom('runs/x', { bytesOnDisk: 0, bytesInMemory: 2e9 }, room)).toBe(
      'this run may need 2000 MB of memory, and 1000 MB are free.',
    );
  });
});

describe('the room there is', () => {
  it('is that of the disk a folder is going to be on', (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'room-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const mounted =
      process.getuid?.() === 0 && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0;
    context.skip(!mounted, 'a disk of its own can be mounted by root on Linux only');
    onTestFinished(() => void spawnSync('umount', ['-l', folder]));
    const later = join(folder, 'runs', 'x');
    // A mebibyte in pages of 4 KiB, of which 100 are then taken.
    expect(roomIn(later).diskFree).toBe(2 ** 20);
    writeFileSync(join(folder, 'file'), Buffer.alloc(100 * 4096));
    expect(roomIn(later).diskFree).toBe(2 ** 20 - 100 * 4096);
  });

  it('in memory is at most what the machine has, and what is free of it', () => {
    const { memory, memoryFree, diskFree } = roomIn('.');
    expect(memory).toBeLessThanOrEqual(totalmem());
    expect(memoryFree).toBeLessThanOrEqual(memory);
    expect(Math.min(memory, memoryFree, diskFree)).toBeGreaterThan(0);
  });
});
