import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import type { DatasetRow } from '../../core/records.ts';
import { FORMATS } from './formats.ts';
import { CandidateCount, type DatasetRecord } from './record.ts';
import { dataTerms, teacherTerms } from './terms.ts';
import { DatasetFolder } from './write.ts';

const THINK = '<think>x=1\n“é” 解</think><answer>1</answer>';

function written(rows: readonly DatasetRow[], changes: Partial<Omit<DatasetRecord, 'rows' | 'files'>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'datasets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const datasets = new DatasetFolder(folder, FORMATS);
  for (const row of rows) datasets.add(row);
  const data = dataTerms([{ name: 'sums', isBuiltIn: true }]);
  const record = datasets.end({
    schema: 1,
    proofstill: '0.0.0',
    teacher: 'reference',
    student: null,
    seed: 1,
    forbidden: { suites: ['sums@1'], problems: 3 },
    settings: { nearDuplicates: 0.9, rowLength: null, general: 0, long: 1, longAbove: 1024 },
    candidates: new CandidateCount(() => true).tally,
    dropped: {
      contaminated: 1,
      duplicate: 2,
      'near-duplicate': 3,
      'template-lost': 4,
      'too-long': 5,
      'long-share': 6,
    },
    terms: { teacher: teacherTerms('reference', data), base: { says: 'unknown: no student was named.' }, data },
    ...changes,
  });
  const lines = (name: string): unknown[] =>
    readFileSync(join(folder, name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const card = readFileSync(join(folder, 'README.md'), 'utf8');
  const [, header = ''] = /^---\n([\s\S]*?)\n---\n/.exec(card) ?? [];
  return { folder, record, lines, card, header: parse(header) };
}

const rows: DatasetRow[] = [
  { schema: 1, key: '1', area: 'all', prompt: 'Solve x=1', text: THINK, from: 'p-1#0' },
  { schema: 1, key: '2', area: 'all', prompt: 'Solve x=2', text: 'no tags' },
];

describe('the datasets of a folder', () => {
  it('are lines in the forms of OpenAI, ShareGPT and Alpaca', () => {
    const { lines } = written(rows);
    expect(lines('messages.jsonl')[0]).toEqual({
      messages: [
        { role: 'user', content: 'Solve x=1' },
        { role: 'assistant', content: THINK },
      ],
    });
    expect(lines('sharegpt.jsonl')[0]).toEqual({
      conversations: [
        { from: 'human', value: 'Solve x=1' },
        { from: 'gpt', value: THINK },
      ],
    });
    expect(lines('alpaca.jsonl')[1]).toEqual({ instruction: 'Solve x=2', input: '', output: 'no tags' });
  });

  it('are Parquet in row groups of 2,000, read back by another library as they were', async () => {
    const many = Array.from(
      { length: 5001 },
      (_, at): DatasetRow => ({ ...(rows[at % 2] as DatasetRow), key: `${at}` }),
    );
    const { folder } = written(many);
    const file = await asyncBufferFromFile(join(folder, 'data.parquet'));
    const { row_groups: groups } = await parquetMetadataAsync(file);
    expect(groups.map(({ num_rows: n }) => Number(n))).toEqual([2000, 2000, 1001]);
    const read = await parquetReadObjects({ file, compressors: { GZIP: (content) => gunzipSync(content) } });
    expect(read).toHaveLength(5001);
    expect(read[5000]).toEqual({
      messages: [
        { role: 'user', content: 'Solve x=1' },
        { role: 'assistant', content: THINK },
      ],
      area: 'all',
      key: '5000',
      from: 'p-1#0',
    });
    expect(read[1]?.['from']).toBeNull();
  });

  it('are each named in the record and on the card with their size and hash', () => {
    const { folder, record, card } = written(rows);
    expect(record.files.map(({ name }) => name)).toEqual([
      'rows.jsonl',
      'messages.jsonl',
      'sharegpt.jsonl',
      'alpaca.jsonl',
      'data.parquet',
    ]);
    for (const { name, bytes, sha256 } of record.files) {
      const content = readFileSync(join(folder, name));
      expect(sha256).toBe(createHash('sha256').update(content).digest('hex'));
      expect(bytes).toBe(content.length);
      expect(card).toContain(`| ${name} | ${bytes.toLocaleString('en-US')} | ${sha256} |`);
    }
    expect(JSON.parse(readFileSync(join(folder, 'dataset.json'), 'utf8'))).toEqual(record);
  });

  it('are the same to the byte when they are made again', () => {
    expect(written(rows).record).toEqual(written(rows).record);
  });
});

describe('a card', () => {
  it('begins with a header that the Hub reads', () => {
    expect(written(rows).header).toMatchObject({
      license: 'apache-2.0',
      size_categories: ['n<1K'],
      configs: [{ data_files: [{ split: 'train', path: 'data.parquet' }] }],
    });
  });

  it('says what is known of terms with its source, and that the rest is unknown', () => {
    const data = dataTerms([{ name: 'mine', isBuiltIn: false }]);
    const at = (reference: string) => ({ terms: { teacher: teacherTerms(reference, data), base: data, data } });
    const openai = written(rows, at('openai:gpt-5.5@https://api.openai.com/v1'));
    expect(openai.card).toContain('compete with OpenAI');
    expect(openai.card).toContain('<https://openai.com/policies/terms-of-use>');
    expect(openai.header.license).toBe('unknown');
    expect(teacherTerms('openai:deepseek-ai/DeepSeek-R1@http://gpu:8000/v1', data).licence).toBe('mit');
    expect(teacherTerms('openai:DeepSeek-R1-Distill-Llama-8B@http://gpu:8000/v1', data).says).toMatch(/^unknown/);
    expect(teacherTerms('openai:deepseek-reasoner@https://api.deepseek.com', data).says).toMatch(/^unknown/);
    expect(data.says).toMatch(/^unknown: mine/);
  });

  it('takes the licence of a base from its manifest', () => {
    expect(teacherTerms('students/nano', { says: '' })).toMatchObject({ licence: 'apache-2.0' });
  });

  it('counts candidates by stage, area and teacher, and their price where it is known', () => {
    const count = new CandidateCount((stage) => stage !== 'trace');
    const candidate = {
      schema: 1,
      id: 'p',
      key: 'k',
      area: 'sums',
      prompt: '',
      attempt: 0,
      output: { text: '', finishReason: 'stop', tokens: { in: 10, out: 20 } },
      teacher: 't',
      decoding: { temperature: 0, topP: 1, maxTokens: 1, seed: 1 },
      verifier: 'v@1',
      fate: 'kept',
      failures: [],
    } as const;
    const served = { provider: 'p', model: 'm', promptHash: '', requests: 1 };
    const fault = (stage: 'trace' | 'answer') => ({ stage, check: 'c', reason: 'r' });
    count.take({ ...candidate, failures: [fault('trace')], served: { ...served, usd: 0.5 } }, true);
    count.take({ ...candidate, failures: [], served: { ...served, usd: null } }, false);
    count.take({ ...candidate, fate: 'rejected', failures: [fault('trace'), fault('answer')] }, false);
    count.take({ ...candidate, fate: 'waiting', failures: [] }, false);
    expect(count.tally).toMatchObject({
      drawn: 4,
      kept: 2,
      waiting: 1,
      rejected: 1,
      reviewed: 1,
      tokens: { in: 40, out: 80 },
      usd: { sum: 0.5, known: 1, unknown: 1 },
      // The stage of traces is off: what it found did not reject.
      areas: { sums: { t: { drawn: 4, kept: 2, rejected: { answer: 1 } } } },
    });
    const { card } = written(rows, { candidates: count.tally });
    expect(card).toContain('| `sums` | `t` | 4 | 50.0% | 25.0% | 0 |');
    expect(card).toContain('$0.5000 for 1 candidates; the price of 1 others is unknown.');
  });

  it('lets no name out of its cell', () => {
    const { card, header } = written(rows, {
      teacher: 'x`|<script>\n---\nlicense: mit',
      forbidden: { suites: ['a](http://b)\u202e'], problems: 1 },
    });
    expect(card).not.toMatch(/<script|\]\(|\u202e/);
    expect(card.split('\n').filter((line) => line === '---')).toHaveLength(2);
    expect(header.license).toBe('apache-2.0');
  });
});
