// Logs and the accuracies in inspect-reported.json are inspect_ai's own: scripts/python/inspect_logs.py makes both.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../core/records.ts';
import { scores } from '../aggregate.ts';
import { samplesRecord } from '../scoring.ts';
import { importLog } from './import-log.ts';
import type { ImportOptions } from './imported.ts';

const FIXTURES = 'test/fixtures/imports';
const REPORTED = JSON.parse(readFileSync(`${FIXTURES}/inspect-reported.json`, 'utf8'));

async function read(file: string, options: ImportOptions = {}) {
  const { head, notes, evaluations } = await importLog(file, options);
  const lines: Evaluation[] = [];
  for await (const evaluation of evaluations) lines.push(evaluation);
  return { head, notes, lines, answer: scores(lines).answer };
}

/** The genuine JSON log, changed. */
function changed(change: (log: ReturnType<typeof JSON.parse>) => void): string {
  const text = readFileSync(`${FIXTURES}/inspect-plain.json`, 'utf8').replaceAll(': NaN', ': "NaN"');
  const log = JSON.parse(text);
  change(log);
  const file = join(mkdtempSync(join(tmpdir(), 'proofstill-import-')), 'log.json');
  writeFileSync(file, JSON.stringify(log));
  return file;
}

describe('the pass rate of a log is the accuracy that inspect_ai reports', () => {
  it.each([
    ['inspect-epochs.eval', 'includes'],
    ['inspect-epochs.eval', 'match'],
    ['inspect-plain.json', 'picky'],
    ['inspect-broken.eval', 'includes'],
  ])('%s, scorer %s', async (name, scorer) => {
    const { answer } = await read(`${FIXTURES}/${name}`, { scorer });
    expect(answer.value).toBeCloseTo(REPORTED[name].reported[scorer].accuracy, 12);
  });
});

describe('an archive of several epochs', () => {
  it('gives an attempt for each epoch, sample by sample in the order of the dataset', async () => {
    const { lines, head } = await read(`${FIXTURES}/inspect-epochs.eval`);
    const order = [1, 2, 3, 4, 5].flatMap((id) => [`${id}/0`, `${id}/1`]);
    expect(lines.map(({ sample, attempt }) => `${sample}/${attempt}`)).toEqual(order);
    expect(head.decoding).toEqual({ attempts: 2, maxTokens: 64, temperature: 0.6, topP: 0.95, seed: 7 });
    expect(head.suite).toEqual({ name: 'epochs', version: '2', areas: ['epochs'], chance: 0 });
    const samples = lines
      .filter(({ attempt }) => attempt === 0)
      .map(({ sample: id, prompt, expected, area }) => ({ id, prompt, expected: expected!, area, suite: '', key: id }));
    expect(head.samples).toEqual(
      samplesRecord(
        samples.map((sample) => ({ ...sample, split: 'holdout' })),
        5,
      ),
    );
  });

  it('marks the answer that the token limit cut off', async () => {
    const { lines } = await read(`${FIXTURES}/inspect-epochs.eval`);
    const cut = lines.filter(({ output }) => output.finishReason === 'length');
    expect(cut.map(({ sample, attempt, output }) => [sample, attempt, output.text])).toEqual([['3', 0, '54']]);
  });

  // closeness, ten values: 1 at 1/0, 1/1, 2/1 and 3/1; 0.5 at 2/0 "I think 6" and 4/0 "The answer is 3 indeed"; else 0.
  it('fails graded values and says so, or passes them from a threshold on', async () => {
    const strict = await read(`${FIXTURES}/inspect-epochs.eval`, { scorer: 'closeness' });
    expect(strict.answer.value).toBeCloseTo(4 / 10, 12);
    expect(strict.notes.join()).toMatch(/2 values of closeness are neither 0 nor 1 and count as a fail/);
    const lenient = await read(`${FIXTURES}/inspect-epochs.eval`, { scorer: 'closeness', threshold: 0.5 });
    expect(lenient.answer.value).toBeCloseTo(6 / 10, 12);
    expect(lenient.head.verifier).toEqual({ name: 'inspect_ai/closeness', version: '1, pass from 0.5' });
  });

  it('takes areas from metadata', async () => {
    const { head } = await read(`${FIXTURES}/inspect-epochs.eval`, { area: 'skill' });
    expect(head.suite.areas).toEqual(['sum', 'product']);
  });
});

describe('what was not scored', () => {
  it('is unscored where the scorer said so, with its explanation', async () => {
    const { lines } = await read(`${FIXTURES}/inspect-plain.json`);
    expect(lines.map(({ verdict }) => verdict.status)).toEqual(['pass', 'fail', 'unscored']);
    expect(lines[2]?.verdict.checks[0]?.detail).toBe('too long to judge');
  });

  it('is unscored where the sample ended in an error', async () => {
    const { lines } = await read(`${FIXTURES}/inspect-broken.eval`);
    const broken = lines.filter(({ verdict }) => verdict.status === 'unscored');
    expect(broken.map(({ sample, verdict }) => [sample, verdict.reason])).toEqual([['3', 'sample-error']]);
  });

  it('is unscored where the log misses a sample of its dataset', async () => {
    const file = changed((log) => {
      log.status = 'cancelled';
      log.samples.pop();
    });
    const { lines, notes } = await read(file);
    expect(lines.map(({ sample, verdict }) => [sample, verdict.status, verdict.reason])).toEqual([
      ['2', 'pass', undefined],
      ['3', 'fail', 'wrong'],
      ['4', 'unscored', 'missing'],
    ]);
    expect(notes.join()).toMatch(/did not finish \(cancelled\).*1 attempts are not in the log/);
  });
});

describe('a log that cannot be trusted', () => {
  it('is refused where it holds an attempt twice', async () => {
    const file = changed((log) => log.samples.push(log.samples[0]));
    await expect(read(file)).rejects.toMatchObject({ code: 'record', place: `${file}: samples[3]` });
  });

  it('is refused where it holds no samples', async () => {
    await expect(read(changed((log) => delete log.samples))).rejects.toThrow(/expected samples in the log, found none/);
  });

  it('is refused, naming the place, where the archive is cut off or a member is damaged', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'proofstill-import-'));
    const whole = readFileSync(`${FIXTURES}/inspect-epochs.eval`);
    const cut = join(folder, 'cut.eval');
    writeFileSync(cut, whole.subarray(0, 20_000));
    await expect(read(cut)).rejects.toMatchObject({ code: 'record', place: cut });
    const name = 'samples/1_epoch_1.json';
    const damaged = Buffer.from(whole);
    const at = damaged.indexOf(name) + name.length;
    damaged.fill(0xff, at, at + 200);
    const file = join(folder, 'damaged.eval');
    writeFileSync(file, damaged);
    await expect(read(file)).rejects.toMatchObject({ code: 'record', place: `${file}: ${name}` });
  });

  it('cannot reach a prototype by the name of a scorer or an area', async () => {
    const file = changed((log) => {
      log.samples[0].metadata = JSON.parse('{"__proto__": {"skill": "x"}, "skill": "sum"}');
      log.samples[0].scores = JSON.parse('{"__proto__": {"value": "C"}, "picky": {"value": "C"}}');
    });
    await expect(read(file, { scorer: '__proto__' })).rejects.toMatchObject({ code: 'config' });
    await expect(read(file, { scorer: 'constructor' })).rejects.toMatchObject({ code: 'config' });
    await expect(read(file, { area: 'toString' })).rejects.toMatchObject({ code: 'config' });
    expect((await read(file, { area: 'skill' })).head.suite.areas).toEqual(['sum', 'product']);
    expect(({} as { skill?: string }).skill).toBeUndefined();
  });
});
