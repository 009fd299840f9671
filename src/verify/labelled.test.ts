import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLabelled, sampleOfRow } from './labelled.ts';

const ROW = { id: 'l-1', expected: 'x=2, x=3', output: 'x=3 or x=2', pass: true, why: 'order is free' };

describe('a labelled table', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'labelled-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const fileWith = (...lines: (object | string)[]): string => {
    const path = join(folder, 'table.jsonl');
    writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
    return path;
  };

  it('is read in order, each row with its place', () => {
    const second = {
      id: 'l-2',
      output: '42',
      options: { pattern: '[0-9]+' },
      policy: 'select',
      pass: true,
      why: 'digits',
    };
    const path = fileWith(ROW, '', second);
    expect(readLabelled(path)).toEqual([
      { ...ROW, place: `${path}:1` },
      { ...second, place: `${path}:3` },
    ]);
  });

  it.each([
    ['torn JSON', '{"id":"l-2",', /JSON/],
    ['a missing label', { ...ROW, id: 'l-2', pass: undefined }, /pass/],
    ['a missing reason', { ...ROW, id: 'l-2', why: '' }, /why/],
    ['a misspelt field', { ...ROW, id: 'l-2', expect: '2' }, /expect/],
    ['an id that is there already', { ...ROW, output: 'x=2' }, /"l-1" occurs twice, first at .*:1$/],
    ['the same output once more', { ...ROW, id: 'l-2', why: 'again' }, /repeats "l-1" at .*:1$/],
    [
      'the opposite label on the same output',
      { ...ROW, id: 'l-2', pass: false },
      /contradicts "l-1".*false here.*true/,
    ],
    ['the same output of another source', { ...ROW, id: 'l-2', meta: { source: 'x' } }, /repeats "l-1"/],
  ])('with %s names file and line', (_what, line, message) => {
    const path = fileWith(ROW, line);
    expect(() => readLabelled(path)).toThrowError(
      expect.objectContaining({ code: 'record', place: `${path}:2`, message: expect.stringMatching(message) }),
    );
  });

  it.each([
    ['another policy', { policy: 'select' }],
    ['another expected answer', { expected: 'x=3' }],
    ['other options', { options: { digits: 3 } }],
    ['a cut-off output', { finishReason: 'length' }],
    ['other choices', { meta: { choices: ['2', '3'] } }],
  ])('may label the same output differently under %s', (_what, part) => {
    expect(readLabelled(fileWith(ROW, { ...ROW, id: 'l-2', pass: false, ...part }))).toHaveLength(2);
  });

  it('without a row is an error, and so is one that is not there', () => {
    expect(() => readLabelled(fileWith(''))).toThrowError(expect.objectContaining({ code: 'record' }));
    const path = join(folder, 'absent.jsonl');
    expect(() => readLabelled(path)).toThrowError(expect.objectContaining({ code: 'record', place: path }));
  });
});

it('a row without an expected answer is a sample without one', () => {
  const sample = sampleOfRow({ id: 'l-1', output: '2', pass: true, why: 'why', place: 'x.jsonl:1' });
  expect('expected' in sample).toBe(false);
});
