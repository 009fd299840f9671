import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { discardProgress, readProgress, writeProgress } from './progress.ts';

const into = (): string => join(mkdtempSync(join(tmpdir(), 'proofstill-progress-')), 'round-1');
const progress = {
  key: 'training-1',
  state: {
    parameters: Float32Array.of(1.5, -2),
    first: Float32Array.of(0.25, 0),
    second: Float32Array.of(3, 1e-8),
    steps: 1,
  },
  curve: [{ step: 1, loss: 2.5, learningRate: 0.001, gradientNorm: 0.75 }],
};

describe('the progress of a training', () => {
  it('is read back to the bit', () => {
    const path = into();
    writeProgress(path, progress);
    expect(readProgress(path, 'training-1', 2)).toEqual(progress);
  });

  it.each([
    ['another training', (path: string) => readProgress(path, 'training-2', 2)],
    ['another number of parameters', (path: string) => readProgress(path, 'training-1', 3)],
  ])('is none for %s', (_, read) => {
    const path = into();
    writeProgress(path, progress);
    expect(read(path)).toBeUndefined();
  });

  it('is none where a bit of it has changed', () => {
    const path = into();
    writeProgress(path, progress);
    const bytes = readFileSync(`${path}.progress`);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(`${path}.progress`, bytes);
    expect(readProgress(path, 'training-1', 2)).toBeUndefined();
  });

  it('is none once it is discarded', () => {
    const path = into();
    writeProgress(path, progress);
    discardProgress(path);
    expect(readProgress(path, 'training-1', 2)).toBeUndefined();
  });
});
