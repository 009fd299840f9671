import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sha256 } from '../core/hash.ts';
import type { DatasetRow } from '../core/records.ts';
import { curate, hashedKeys } from './curate.ts';
import { readDataset, writeDataset } from './dataset.ts';

const row = (key: string, text: string, prompt = `Solve ${key}`): DatasetRow => ({
  schema: 1,
  key,
  area: 'all',
  prompt,
  text,
});
const rows = [row('1', 'a'), row('2', 'b'), row('3', 'c'), row('4', 'd'), row('5', 'e')];

describe('curation', () => {
  it('drops a row whose prompt and text are both there already', () => {
    const { rows: kept, duplicates } = curate({ rows: [...rows, row('2', 'b')], forbidden: new Set() });
    expect(duplicates).toBe(1);
    expect(kept.map(({ key }) => key).sort()).toEqual(['1', '2', '3', '4', '5']);
  });

  it('keeps two texts for one prompt, and one text for two prompts', () => {
    const pairs = [row('1', 'a'), row('1', 'b'), row('1', 'a', 'Solve again')];
    expect(curate({ rows: pairs, forbidden: new Set() })).toMatchObject({ duplicates: 0, rows: { length: 3 } });
  });

  it('drops problems that the student is judged on, whatever their prompt, and counts them apart', () => {
    const forbidden = hashedKeys([{ key: '3' }]);
    expect([...forbidden]).toEqual([sha256('3')]);
    const leaked = [...rows, row('3', 'c'), row('3', 'other', 'Solve in other words')];
    const { rows: kept, duplicates, contaminated } = curate({ rows: leaked, forbidden });
    expect({ duplicates, contaminated }).toEqual({ duplicates: 0, contaminated: 3 });
    expect(kept.map(({ key }) => key).sort()).toEqual(['1', '2', '4', '5']);
  });

  it('gives the same dataset in whatever order the rows came', () => {
    const one = curate({ rows, forbidden: new Set() });
    expect(curate({ rows: [...rows].reverse(), forbidden: new Set() })).toEqual(one);
  });

  it('no rows give no rows', () => {
    expect(curate({ rows: [], forbidden: new Set() })).toMatchObject({ rows: [], duplicates: 0, contaminated: 0 });
  });
});

describe('a dataset file', () => {
  const inFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dataset-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    return folder;
  };

  it('reads back as it was written, and leaves nothing beside it', async () => {
    const folder = await inFolder();
    const file = join(folder, 'rows.jsonl');
    await writeDataset(file, [row('1', 'two\nlines "quoted" é')]);
    expect(await readDataset(file)).toEqual([row('1', 'two\nlines "quoted" é')]);
    expect(await readdir(folder)).toEqual(['rows.jsonl']);
  });

  it('names file and line of a row with an unknown key', async () => {
    const file = join(await inFolder(), 'rows.jsonl');
    await writeFile(file, `${JSON.stringify(rows[0])}\n${JSON.stringify({ ...rows[1], extra: 1 })}\n`);
    await expect(readDataset(file)).rejects.toMatchObject({ code: 'record', place: `${file}:2` });
  });

  it('that cannot be written is a record error naming it', async () => {
    const file = join(await inFolder(), 'missing', 'rows.jsonl');
    await expect(writeDataset(file, rows)).rejects.toMatchObject({ code: 'record', place: file });
  });
});
