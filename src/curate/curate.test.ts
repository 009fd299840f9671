import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DatasetRow } from '../core/records.ts';
import { type Curated, type CurateOptions, curate } from './curate.ts';
import { readDataset, writeDataset } from './dataset.ts';
import { ContaminationIndex } from './decontaminate.ts';
import { type StudentForm, studentForm } from './student-form.ts';

const row = (key: string, text: string, prompt = `Solve ${key}`): DatasetRow => ({
  schema: 1,
  key,
  area: 'all',
  prompt,
  text,
});
const rows = [row('1', 'a'), row('2', 'b'), row('3', 'c'), row('4', 'd'), row('5', 'e')];

/** Curates with nothing forbidden and exact duplicates only, unless `options` say otherwise. */
function curated(all: readonly DatasetRow[], options: Partial<CurateOptions> = {}): Curated {
  return curate({ rows: all, forbidden: new ContaminationIndex(), nearDuplicates: 1, ...options });
}

describe('curation', () => {
  it('drops a row whose prompt and text are both there already', () => {
    const { rows: kept, duplicates } = curated([...rows, row('2', 'b')]);
    expect(duplicates).toBe(1);
    expect(kept.map(({ key }) => key).sort()).toEqual(['1', '2', '3', '4', '5']);
  });

  it('keeps two texts for one prompt, and one text for two prompts', () => {
    const pairs = [row('1', 'a'), row('1', 'b'), row('1', 'a', 'Solve again')];
    expect(curated(pairs)).toMatchObject({ duplicates: 0, rows: { length: 3 } });
  });

  it('drops problems that the student is judged on, whatever their prompt, and counts them apart', () => {
    const forbidden = new ContaminationIndex([{ key: '3', prompt: 'What is three?' }]);
    const leaked = [...rows, row('3', 'c'), row('3', 'other', 'In other words'), row('9', 'x', 'what is three')];
    const { rows: kept, duplicates, contaminated } = curated(leaked, { forbidden });
    expect({ duplicates, contaminated }).toEqual({ duplicates: 0, contaminated: 4 });
    expect(kept.map(({ key }) => key).sort()).toEqual(['1', '2', '4', '5']);
  });

  it('drops a row that says nearly what another of its problem says, and tells it from an exact repeat', () => {
    const text = Array.from(
      { length: 100 },
      (_, at) => `word${'abcdefghij'[at % 10]}${'klmnopqrst'[Math.floor(at / 10)]}`,
    );
    // One word of 100 more: 96 of 97 shingles are shared.
    const near = [row('1', text.join(' ')), row('1', [...text, 'more'].join(' ')), row('1', text.join(' '))];
    const { rows: kept, ...dropped } = curated(near, { nearDuplicates: 0.9 });
    expect(kept).toHaveLength(1);
    expect(dropped).toEqual({ duplicates: 1, nearDuplicates: 1, contaminated: 0, tooLong: 0 });
    expect(curated(near).rows).toHaveLength(2);
  });

  it('gives the same dataset in whatever order the rows came', () => {
    const text = 'the same words again and again but for the last of them which is '.repeat(4);
    const near = Array.from({ length: 12 }, (_, at) => row('6', `${text}${'abcdefghijkl'[at]}`, 'Solve six'));
    const one = curated([...rows, ...near], { nearDuplicates: 0.8 });
    expect(one.nearDuplicates).toBe(11);
    expect(curated([...near, ...rows].reverse(), { nearDuplicates: 0.8 })).toEqual(one);
  });

  it('no rows give no rows', () => {
    expect(curated([])).toMatchObject({ rows: [], duplicates: 0, contaminated: 0 });
  });

  it('drops what is too long for the student, and of long rows those that the mix has no place for', () => {
    // A student that counts characters.
    const student: Pick<StudentForm, 'tokens'> = {
      tokens: ({ prompt, text }) => ({ whole: prompt.length + text.length, answer: text.length }),
    };
    const texts = [
      ...Array.from({ length: 6 }, (_, at) => `s${at}`),
      ...Array.from({ length: 6 }, (_, at) => `long ${at}`),
    ];
    const all = [...texts.map((text, at) => row(`${at}`, text, 'Why?')), row('x', 'far too long a text', 'Why?')];
    const { rows: kept, tooLong } = curated(all, { student, rowLength: 12, mix: { long: 0.25, longAbove: 3 } });
    // 2 of 6 + 2 are a quarter; 4 others and the one of 23 characters fall.
    expect(kept.filter(({ text }) => text.startsWith('long'))).toHaveLength(2);
    expect({ rows: kept.length, tooLong }).toEqual({ rows: 8, tooLong: 5 });
  });

  it('drops a row whose text would not come through the tokens of the student', () => {
    const student = studentForm('students/nano');
    const texts = ['<think>1+1=2</think><answer>2</answer>', '<think>一加一</think><answer>2</answer>', 'a<|end|>b'];
    const { rows: kept, templateLost } = curated(
      texts.map((text) => row('1', text, 'Solve 1+1')),
      { student },
    );
    expect(kept.map(({ text }) => text)).toEqual(texts.slice(0, 1));
    expect(templateLost).toBe(2);
  });

  it('asks the student once, before any row, whether tags survive', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'student-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const name of ['tokenizer.json', 'tokenizer_config.json']) {
      const content = JSON.parse(await readFile(join('students/nano', name), 'utf8'));
      const added = content.added_tokens ?? Object.values(content.added_tokens_decoder ?? {});
      for (const token of added) if (/think/.test(token.content)) token.special = true;
      await writeFile(join(folder, name), JSON.stringify(content));
    }
    expect(() => studentForm(folder)).toThrow('<think> does not survive');
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
