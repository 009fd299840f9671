// Logs and the accuracies in results_*.json are lm-evaluation-harness's own: scripts/python/lm_eval_logs.py makes them.

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../core/records.ts';
import { scores } from '../aggregate.ts';
import { importLog } from './import-log.ts';
import type { ImportOptions } from './imported.ts';

const FOLDER = 'test/fixtures/imports/lm-eval';
const NAMES = readdirSync(FOLDER);
const RESULTS = JSON.parse(readFileSync(join(FOLDER, NAMES.find((name) => name.startsWith('results_'))!), 'utf8'));
const fileOf = (task: string): string => join(FOLDER, NAMES.find((name) => name.startsWith(`samples_${task}_2`))!);

async function read(file: string, options: ImportOptions = {}) {
  const { head, notes, evaluations } = await importLog(file, options);
  const lines: Evaluation[] = [];
  for await (const evaluation of evaluations) lines.push(evaluation);
  return { head, notes, lines, answer: scores(lines).answer };
}

type Line = Record<string, unknown>;

/** The genuine log of a task, its lines changed, in a folder without results. */
function changed(task: string, change: (lines: Line[]) => Line[], cut = 0): string {
  const lines = readFileSync(fileOf(task), 'utf8')
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line));
  const file = join(mkdtempSync(join(tmpdir(), 'proofstill-import-')), 'samples_sums.jsonl');
  const text = change(lines)
    .map((line) => `${JSON.stringify(line).replaceAll('"NaN"', 'NaN')}\n`)
    .join('');
  writeFileSync(file, text.slice(0, text.length - cut));
  return file;
}

describe('the pass rate of a log is the figure that lm-eval reports', () => {
  it.each([
    ['sums', 'exact_match', 'strict-match'],
    ['sums', 'exact_match', 'flexible-extract'],
    ['sums_repeated', 'exact_match', 'maj@3'],
    ['sums_choice', 'acc', 'none'],
    ['sums_choice', 'acc_norm', 'none'],
  ])('%s, %s of %s', async (task, metric, filter) => {
    const { answer } = await read(fileOf(task), { metric, filter });
    expect(answer.value).toBeCloseTo(RESULTS.results[task][`${metric},${filter}`], 12);
  });
});

it('takes model, versions and decoding from the results beside the log, and the first filter where none is named', async () => {
  const { head, notes } = await read(fileOf('sums'));
  expect(head.model.reference).toBe('canned/sums');
  expect(head.suite).toMatchObject({ name: 'sums', version: '3', chance: 0 });
  expect(head.decoding).toEqual({ attempts: 1, maxTokens: 32, temperature: 0, topP: 1, seed: 0 });
  expect(head.versions).toEqual({ lm_eval: '0.4.13' });
  expect(notes).toEqual(['Read filter strict-match; the log also has: flexible-extract (--filter).']);
});

it('shows the likelihood of each choice, and a guess among two is right half the time', async () => {
  const { head, lines } = await read(fileOf('sums_choice'));
  // The script's model gives a choice c the log-likelihood −(c mod 5).
  expect(lines[0]?.output.text).toBe('4: -4.0\n5: -0.0');
  expect(head.suite.chance).toBe(1 / 2);
});

it('makes one attempt of several responses with one score, and says so', async () => {
  const { lines, notes } = await read(fileOf('sums_repeated'));
  expect(lines.map(({ attempt }) => attempt)).toEqual([0, 0, 0, 0, 0]);
  expect(notes.join()).toMatch(/3 responses and one score/);
});

it('makes an attempt of each response that has its own score', async () => {
  const file = changed('sums_repeated', (lines) => lines.map((line) => ({ ...line, exact_match: [1, 0, 1] })));
  const { lines, answer } = await read(file);
  expect(lines.slice(0, 3).map(({ attempt, output, verdict }) => [attempt, output.text, verdict.status])).toEqual([
    [0, '5', 'pass'],
    [1, '6', 'fail'],
    [2, '#### 5', 'pass'],
  ]);
  expect(answer.value).toBeCloseTo(2 / 3, 12);
});

it('takes areas from the document', async () => {
  const { head } = await read(fileOf('sums'), { area: 'answer' });
  expect(head.suite.areas).toEqual(['5', '6', '56', '3', '42']);
});

describe('a log that cannot be trusted is refused with its line', () => {
  it.each([
    ['a line that is cut off', changed('sums', (lines) => lines, 40), {}, /expected JSON/, ':10'],
    ['a document twice', changed('sums', (lines) => [...lines, lines[0]!]), {}, /document 0 .* twice/, ':11'],
    [
      'a score that is NaN',
      changed('sums', (lines) => [lines[0]!, { ...lines[1]!, exact_match: 'NaN' }]),
      {},
      /number/,
      ':2',
    ],
    ['an unknown filter', fileOf('sums'), { filter: 'strict' }, /no filter "strict"/, ''],
    ['an unknown metric', fileOf('sums'), { metric: 'acc' }, /no metric "acc"/, ''],
    ['an option of the other tool', fileOf('sums'), { scorer: 'match' }, /no scorers/, ''],
    [
      'only graded scores',
      changed('sums', (lines) => lines.map((line) => ({ ...line, exact_match: 0.5 }))),
      {},
      /0 or 1/,
      '',
    ],
  ])('%s', async (_, file, options: ImportOptions, message, line) => {
    await expect(read(file, options)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      place: `${file}${line}`,
    });
  });
});
