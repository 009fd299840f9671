import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSamples } from './samples.ts';

const LINE = '{"id":"c-1","area":"add","split":"holdout","prompt":"1+1","expected":"2","key":"1+1"}';

describe('readSamples', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'samples-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const fileWith = (text: string): string => {
    const path = join(folder, 'samples.jsonl');
    writeFileSync(path, text);
    return path;
  };

  it('gives every line in order with the name of its suite', () => {
    const second = LINE.replace('c-1', 'c-2');
    const samples = readSamples(fileWith(`${LINE}\n\n${second}\n`), 'sums');
    expect(samples.map((sample) => sample.id)).toEqual(['c-1', 'c-2']);
    expect(samples[0]).toEqual({
      id: 'c-1',
      suite: 'sums',
      area: 'add',
      split: 'holdout',
      prompt: '1+1',
      expected: '2',
      key: '1+1',
    });
  });

  it.each([
    ['torn JSON', LINE.slice(0, 30)],
    ['an unknown member', LINE.replace('"area"', '"erea"')],
    ['an unknown split', LINE.replace('holdout', 'test')],
    ['an empty expected answer', LINE.replace('"expected":"2"', '"expected":" "')],
    ['no prompt', LINE.replace('"prompt":"1+1",', '')],
  ])('names file and line of %s', (_, line) => {
    const path = fileWith(`${LINE}\n${line}\n`);
    expect(() => readSamples(path, 'sums')).toThrowError(expect.objectContaining({ place: `${path}:2` }));
  });

  it('names a file that is not there', () => {
    const path = join(folder, 'absent.jsonl');
    expect(() => readSamples(path, 'sums')).toThrowError(expect.objectContaining({ code: 'suite', place: path }));
  });
});
