import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { partsOf } from './core/output.ts';
import { splitOfKey } from './core/suite.ts';
import { statusOf } from './core/verdict.ts';
import { findSuite, pinnedSuite } from './resolve.ts';
import { suiteOfFile } from './suite-file.ts';
import { verifyOutput } from './verify/verify.ts';

const folder = mkdtempSync(join(tmpdir(), 'proofstill-suite-'));
const fileOf = (name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

const SUMS = [
  { id: 's1', area: 'small', split: 'holdout', prompt: 'What is 1+2?', expected: '3' },
  { id: 's2', area: 'large', split: 'train', prompt: 'Say, how much is\n"100"+200; in all?', expected: '300' },
  { id: 's3', area: 'small', prompt: 'What is 1/2+1/4?', expected: '3/4', key: '1/2 1/4' },
];

const outputOf = (text: string) => {
  const cost = { tokens: { in: 1, out: 1 }, timings: { firstTokenMs: 0, totalMs: 0 } };
  return { text, ...partsOf(text), finishReason: 'stop', ...cost } as const;
};

describe('a suite that is a JSONL file', () => {
  it('is named after it, has areas in order of appearance, and splits by the hash of keys where none is given', async () => {
    const suite = await suiteOfFile(fileOf('sums.jsonl', lines(SUMS)));
    expect(suite).toMatchObject({ name: 'sums', areas: ['small', 'large'], chance: 0 });
    expect(suite.problem).toBeUndefined();
    expect(suite.samples.map(({ id, split, key }) => [id, split, key])).toEqual([
      ['s1', 'holdout', 'what is 1+2'],
      ['s2', 'train', 'say, how much is "100"+200; in all'],
      ['s3', splitOfKey('1/2 1/4'), '1/2 1/4'],
    ]);
    expect(suite.key({ prompt: ' what is 1+2 ' })).toBe('what is 1+2');
    // A key that the file gives is the key of that prompt, however it is written.
    expect(suite.key({ prompt: 'What is 1/2+1/4' })).toBe('1/2 1/4');
  });

  it('without areas has one, all', async () => {
    const suite = await suiteOfFile(fileOf('bare.jsonl', lines([{ id: '1', prompt: 'a', expected: 'b' }])));
    expect(suite.areas).toEqual(['all']);
  });

  it('has another version when a sample or the verifier changes, the same when only its spelling does', async () => {
    const first = await suiteOfFile(fileOf('version.jsonl', lines(SUMS)));
    const spelt = await suiteOfFile(fileOf('version.jsonl', `\ufeff\n${lines(SUMS).replaceAll('","', '", "')}\n\n`));
    const changed = await suiteOfFile(fileOf('version.jsonl', lines(SUMS).replace('"3/4"', '"1/4"')));
    const judged = await suiteOfFile(fileOf('version.jsonl', lines(SUMS)), { verifier: 'exact' });
    expect(spelt.version).toBe(first.version);
    expect(new Set([first.version, changed.version, judged.version]).size).toBe(3);
  });

  it.each([
    ['choice', ['A', 'D', 'B'], 1 / 4],
    ['math-answer', ['3', 'x=2 or x=3', '\\frac{1}{2}'], 0],
    ['exact', ['Paris', '3', 'A'], 0],
    ['exact', ['K', 'A', 'B'], 0],
  ])('is judged by %s where the expected answers are %j', async (name, expected, chance) => {
    const rows = expected.map((answer, index) => ({ id: `${index}`, prompt: `p${index}`, expected: answer }));
    const suite = await suiteOfFile(fileOf('judged.jsonl', lines(rows)));
    expect(suite.verify.name).toBe(`template+${name}+readable`);
    expect(suite.chance).toBe(chance);
  });

  it('of choices with options of their own has the mean of their chances', async () => {
    const rows = [
      { id: '1', prompt: 'a', expected: 'A', meta: { options: ['x', 'y'] } },
      { id: '2', prompt: 'b', expected: 'B', meta: { options: ['x', 'y', 'z', 'w'] } },
    ];
    // (1/2 + 1/4) / 2
    expect((await suiteOfFile(fileOf('options.jsonl', lines(rows)))).chance).toBe(0.375);
  });

  it('reads an answer in any notation, and holds the template', async () => {
    const suite = await suiteOfFile(fileOf('sums.jsonl', lines(SUMS)));
    const sample = suite.samples[2]!;
    const judge = (text: string) => verifyOutput(suite.verify, sample, outputOf(text), { policy: 'select' });
    expect((await judge('<think>Two quarters and one.</think><answer>0.75</answer>')).status).toBe('pass');
    const bare = await judge('<answer>0.75</answer>');
    expect([statusOf(bare, 'answer'), statusOf(bare, 'format')]).toEqual(['pass', 'fail']);
  });

  it('is found by its path, which is pinned', async () => {
    const file = fileOf('found.jsonl', lines(SUMS));
    expect((await findSuite(file)).name).toBe('found');
    expect(pinnedSuite('data/found.csv')).toBe(join(process.cwd(), 'data/found.csv'));
  });
});

describe('a suite that is a CSV file', () => {
  const header = 'id,area,split,prompt,expected,key';
  const cells = (delimiter: string): string => {
    const quoted = (cell = '') => (/["\n,;\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
    const rows = SUMS.map((row) => [row.id, row.area, row.split, row.prompt, row.expected, row.key].map(quoted));
    return [header.split(','), ...rows].map((row) => row.join(delimiter)).join('\r\n');
  };

  it.each([
    [',', 'commas'],
    [';', 'semicolons'],
    ['\t', 'tabs'],
  ])('is the same as that of a JSONL file, parted by %j', async (delimiter) => {
    const { source: _, verify, key, ...csv } = await suiteOfFile(fileOf('same.csv', `\ufeff${cells(delimiter)}\r\n`));
    const { source: __, verify: judge, key: keyed, ...json } = await suiteOfFile(fileOf('same.jsonl', lines(SUMS)));
    expect(csv).toEqual(json);
    expect(verify.name).toBe(judge.name);
    expect(key({ prompt: 'What is 1/2+1/4' })).toBe(keyed({ prompt: 'What is 1/2+1/4' }));
  });

  it.each([
    ['an unknown column', 'id,promt\n1,a\n', 1, 'unknown column "promt"'],
    ['no prompt', 'id,expected\n1,a\n', 1, 'there is no column "prompt"'],
    ['a column twice', 'id,id,prompt\n1,2,a\n', 1, 'the column "id" is there twice'],
    ['a row that is too long', 'id,prompt\n1,"a\nb"\n2,b,c\n', 4, 'expected CSV'],
    ['a quote that is left open', 'id,prompt\n1,"a\n', 2, 'expected CSV'],
    ['a quote in a bare cell', 'id,prompt\n1,a"b\n', 2, 'expected CSV'],
    ['an unknown split', 'id,prompt,split\n1,"a\nb",train\n\n2,b,test\n', 5, 'split'],
    ['no id', 'id,prompt\n1,a\n,"b\nc"\n', 3, 'id'],
  ])('with %s names the line', async (_what, content, line, message) => {
    const file = fileOf('bad.csv', content);
    await expect(suiteOfFile(file)).rejects.toMatchObject({
      place: `${file}:${line}`,
      message: expect.stringContaining(message),
    });
  });
});

describe('a file that is no suite', () => {
  const sums = (...rows: readonly object[]) => lines([...SUMS, ...rows]);

  it.each([
    ['without samples', '\n', '', 'expected samples, got an empty file'],
    ['with a line that is no JSON', `${sums()}oops\n`, ':4', 'expected JSON'],
    ['with an unknown key', sums({ id: '4', prompt: 'a', answer: '1' }), ':4', 'answer'],
    [
      'with a name that moves the cursor',
      sums({ id: '4', area: '\u001b[2J', prompt: 'a', expected: '1' }),
      ':4',
      'control',
    ],
    ['with a blank answer', sums({ id: '4', prompt: 'a', expected: ' ' }), ':4', 'expected a text'],
    ['with an id twice', sums({ id: 's1', prompt: 'a', expected: '1' }), ':4', 'the id "s1" is that of'],
    [
      'with a problem in two splits',
      sums({ id: 's4', split: 'train', prompt: '“what is  1+2”', expected: '3' }),
      ':4',
      'the same problem as',
    ],
    ['with an answer missing', sums({ id: 's4', prompt: 'a' }), ':4', 'no expected answer, and math-answer needs one'],
  ])('%s says so at its place', async (_what, content, line, message) => {
    const file = fileOf('bad.jsonl', content);
    await expect(suiteOfFile(file)).rejects.toMatchObject({
      place: `${file}${line}`,
      message: expect.stringContaining(message),
    });
  });

  it('names a verifier that is meant', async () => {
    const file = fileOf('named.jsonl', lines(SUMS));
    await expect(suiteOfFile(file, { verifier: 'mathAnswr' })).rejects.toMatchObject({
      code: 'config',
      place: `verifier of ${file}`,
      hint: 'Did you mean mathAnswer?',
    });
  });

  it('for want of answers is one where a verifier needs none: tests judge code', async () => {
    const tests = [{ args: [1, 2], expected: 3 }];
    const file = fileOf('code.jsonl', lines([{ id: '1', prompt: 'Write add(a, b).', meta: { entry: 'add', tests } }]));
    await expect(suiteOfFile(file)).rejects.toMatchObject({ message: expect.stringContaining('exact needs one') });
    const suite = await suiteOfFile(file, { verifier: 'code' });
    expect(suite.verify.name).toBe('template+code+readable');
  });
});
