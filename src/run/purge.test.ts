import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { completeRun, SECRET } from '../../test/fixtures/run-folder.ts';
import { readEvaluation } from './evaluation-file.ts';
import { lockRun, openRun, readRun } from './folder.ts';
import { loadRun, readSummary } from './load.ts';
import { purge, purgePlan } from './purge.ts';
import { readRecords } from './records.ts';

/** Joined, for no file here may name a folder of one machine. */
const STUDENT = ['', 'home', 'anna', 'my student'].join('/');

function newRun(): string {
  const folder = mkdtempSync(join(tmpdir(), 'purge-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const run = join(folder, 'run');
  completeRun(run, { student: STUDENT });
  return run;
}

/** The files below a folder in which a text stands. */
function filesWith(text: string, folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text))
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

const options = { checkpoints: false };

describe('a purged run', () => {
  it('holds no text that a model or a person wrote, and no path with a name in it', () => {
    const run = newRun();
    expect(filesWith(SECRET, run)).toEqual([
      'calls.jsonl',
      'candidates/round-1.jsonl',
      'datasets/round-1.jsonl',
      'evaluations/holdout-after.jsonl',
      'evaluations/holdout-before.jsonl',
      'evaluations/holdout-teacher.jsonl',
      'journal.jsonl',
      'report.html',
      'reviews.jsonl',
    ]);
    expect(filesWith('anna', run)).toEqual(['run.json']);
    purge(run, options);
    expect(filesWith(SECRET, run)).toEqual([]);
    expect(filesWith('anna', run)).toEqual([]);
    expect(readdirSync(run).sort()).toEqual([
      'checkpoints',
      'evaluations',
      'measurements',
      'purged.json',
      'rounds.jsonl',
      'run.json',
      'summary.json',
    ]);
  });

  it('keeps its figures: summary, measurements, and of each evaluation head and verdicts', () => {
    const run = newRun();
    const file = join(run, 'evaluations', 'holdout-after.jsonl');
    const [summary, before, records] = [readSummary(run), readEvaluation(file), readRecords(run)];
    purge(run, options);
    expect(readSummary(run)).toEqual(summary);
    expect(readRun(run)).toMatchObject({ state: 'complete', config: { student: 'my student', seed: 1 } });
    const after = readEvaluation(file);
    expect(after.head).toEqual(before.head);
    const figures = ({ attempts }: typeof before) =>
      attempts.map(({ sample, area, attempt, problem, isTruncated, verdict: { status } }) => {
        return { sample, area, attempt, problem, isTruncated, status };
      });
    expect(figures(after)).toEqual(figures(before));
    expect(readRecords(run).measurements).toEqual(records.measurements);
  });

  it('says when and what, and why there is no report and no going on', () => {
    const run = newRun();
    purge(run, options);
    expect(JSON.parse(readFileSync(join(run, 'purged.json'), 'utf8'))).toEqual({
      schema: 1,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      finished: true,
      deleted: ['calls.jsonl', 'candidates', 'datasets', 'journal.jsonl', 'report.html', 'reviews.jsonl'],
      reduced: ['after', 'before', 'teacher'].map((name) => `evaluations/holdout-${name}.jsonl`),
      unknown: [],
    });
    const deleted = (what: string) => ({ code: 'record', message: expect.stringContaining(`${what} were deleted`) });
    expect(() => openRun(run)).toThrow(expect.objectContaining(deleted('texts of this run')));
    expect(() => loadRun(run)).toThrow(expect.objectContaining(deleted('texts of this evaluation')));
  });

  it('is finished by purging again where it was cut short', () => {
    const run = newRun();
    const draft = join(run, 'evaluations', '.unfinished-1-x.jsonl');
    const damaged = join(run, 'evaluations', 'damaged.jsonl');
    purge(run, options);
    for (const file of [join(run, '.unfinished-1-report.html'), draft, damaged]) writeFileSync(file, SECRET);
    const { deleted, reduced } = purge(run, options);
    expect(deleted).toEqual(['.unfinished-1-report.html']);
    expect(reduced).toHaveLength(5);
    expect(filesWith(SECRET, run)).toEqual([]);
    expect(readEvaluation(join(run, 'evaluations', 'holdout-after.jsonl')).attempts).toHaveLength(24);
  });
});

describe('purging', () => {
  it('leaves what Proofstill did not make, and names it', () => {
    const run = newRun();
    writeFileSync(join(run, 'notes.txt'), SECRET);
    mkdirSync(join(run, 'photos'));
    expect(purge(run, options).unknown).toEqual(['notes.txt', 'photos']);
    expect(readFileSync(join(run, 'notes.txt'), 'utf8')).toBe(SECRET);
  });

  it('deletes checkpoints where it is asked to', () => {
    const run = newRun();
    expect(purge(run, { checkpoints: true }).deleted).toContain('checkpoints');
    expect(existsSync(join(run, 'checkpoints'))).toBe(false);
  });

  it('planned only, changes nothing', () => {
    const run = newRun();
    const before = filesWith(SECRET, run);
    expect(purgePlan(run, options).deleted).toHaveLength(6);
    expect(filesWith(SECRET, run)).toEqual(before);
    openRun(run).close();
  });

  it('is refused while somebody works on the run, and where there is none', () => {
    const run = newRun();
    const release = lockRun(run);
    expect(() => purge(run, options)).toThrow(
      expect.objectContaining({ code: 'record', message: expect.stringContaining('is working on this run folder') }),
    );
    release();
    writeFileSync(join(run, 'reviews.lock'), `${process.ppid}`);
    expect(() => purge(run, options)).toThrow(expect.objectContaining({ code: 'record' }));
    rmSync(join(run, 'reviews.lock'));
    expect(filesWith(SECRET, run)).toHaveLength(9);
    openRun(run).close();
    const other = join(run, 'datasets');
    for (const work of [purge, purgePlan]) {
      expect(() => work(other, options)).toThrow(expect.objectContaining({ code: 'record', place: other }));
    }
    expect(readdirSync(other)).toEqual(['round-1.jsonl']);
  });
});
