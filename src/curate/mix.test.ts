import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DatasetRow } from '../core/records.ts';
import { randomStream } from '../core/seed.ts';
import { generalRows, mix } from './mix.ts';

const rows = (area: string, count: number): DatasetRow[] =>
  Array.from({ length: count }, (_, index) => {
    return { schema: 1, key: `${area}-${index}`, area, prompt: `${area} ${index}`, text: 'text' };
  });
const random = () => randomStream(1, 'mix test');

describe('the mix', () => {
  it('makes general rows the given share of all rows', () => {
    // 30 of 30 + 90 are a quarter.
    const mixed = mix({ reasoning: 90, general: rows('general', 100), share: 0.25, random: random() });
    expect(mixed).toHaveLength(30);
    expect(new Set(mixed.map(({ key }) => key)).size).toBe(30);
    expect(mixed.every(({ area }) => area === 'general')).toBe(true);
  });

  it('takes all there are where there are too few, and none at a share of 0', () => {
    const [reasoning, general] = [90, rows('general', 7)];
    expect(mix({ reasoning, general, share: 0.25, random: random() })).toHaveLength(7);
    expect(mix({ reasoning, general, share: 0, random: random() })).toEqual([]);
  });

  it('draws the same rows from the same stream, and others from another', () => {
    const options = { reasoning: 10, general: rows('general', 100), share: 0.5 };
    const drawn = mix({ ...options, random: random() });
    expect(mix({ ...options, random: random() })).toEqual(drawn);
    expect(mix({ ...options, random: randomStream(2, 'mix test') })).not.toEqual(drawn);
  });
});

describe('the general rows of a student', () => {
  it('are those of general.jsonl in its directory, or none', async () => {
    const student = mkdtempSync(join(tmpdir(), 'mix-'));
    expect(await generalRows(student)).toEqual([]);
    const brought = rows('general', 2);
    writeFileSync(join(student, 'general.jsonl'), brought.map((row) => `${JSON.stringify(row)}\n`).join(''));
    expect(await generalRows(student)).toEqual(brought);
  });

  it('stop the run where a line is not a row, and say which', async () => {
    const student = mkdtempSync(join(tmpdir(), 'mix-'));
    writeFileSync(join(student, 'general.jsonl'), '{"prompt":"1+1"}\n');
    await expect(generalRows(student)).rejects.toMatchObject({
      code: 'record',
      place: `${join(student, 'general.jsonl')}:1`,
    });
  });
});
