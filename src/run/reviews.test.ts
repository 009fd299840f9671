import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { candidateOf, reviewOf } from '../../test/fixtures/candidates.ts';
import { reviewedText } from '../core/review.ts';
import { DEFAULTS, recordConfig } from './config.ts';
import { createRun, openRun } from './folder.ts';
import { openReviews, readDecisions, storedCandidates } from './reviews.ts';

function newRun(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reviews-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  createRun(join(folder, 'run'), { config: recordConfig(DEFAULTS) }).close();
  return join(folder, 'run');
}

const first = candidateOf({ id: 'a', text: 'erste Lösung' });
const second = candidateOf({ id: 'b', text: '第二个答案' });

describe('the candidates of a run', () => {
  it('come round by round, the tenth after the ninth, and can be read again where they are', () => {
    const path = newRun();
    using run = openRun(path);
    for (const round of [10, 9]) {
      for (const id of ['a', 'b']) run.candidates(round).append(candidateOf({ id: `${round}-${id}`, text: `第${id}` }));
    }
    const stored = [...storedCandidates(path)];
    expect(stored.map(({ candidate }) => candidate.id)).toEqual(['9-a', '9-b', '10-a', '10-b']);
    expect(stored.map(({ read }) => read())).toEqual(stored.map(({ candidate }) => candidate));
  });

  it('are there while the run goes on, without the one that is being written', () => {
    const path = newRun();
    using run = openRun(path);
    run.candidates(1).append(first);
    appendFileSync(join(path, 'candidates/round-1.jsonl'), '{"schema":1,"id":"b"');
    expect([...storedCandidates(path)].map(({ candidate }) => candidate)).toEqual([first]);
  });

  it('are refused when they were changed since they were queued', () => {
    const path = newRun();
    const file = join(path, 'candidates/round-1.jsonl');
    using run = openRun(path);
    run.candidates(1).append(first);
    const [stored] = [...storedCandidates(path)];
    writeFileSync(file, readFileSync(file, 'utf8').replace('Lösung', 'Losung!'));
    expect(() => stored!.read()).toThrow(expect.objectContaining({ code: 'record', place: `${file}:1` }));
  });

  it('are none in a run that has not begun to generate', () => {
    expect([...storedCandidates(newRun())]).toEqual([]);
  });
});

describe('the reviews of a run', () => {
  it('stand when they are read back, and nobody having reviewed is no error', () => {
    const path = newRun();
    expect(readDecisions(path).on(reviewedText(first))).toBeUndefined();
    {
      using reviews = openReviews(path);
      reviews.add(reviewOf(first, 'accept'));
      reviews.add(reviewOf(first, 'reject'));
      // Also while they are still being made.
      expect(readDecisions(path).on(reviewedText(first))?.decision).toBe('reject');
    }
    using again = openReviews(path);
    expect(again.decisions.on(reviewedText(first))?.decision).toBe('reject');
    expect(again.decisions.on(reviewedText(second))).toBeUndefined();
  });

  it('are made while the run goes on, but by one process at a time', () => {
    const path = newRun();
    using _run = openRun(path);
    using reviews = openReviews(path);
    reviews.add(reviewOf(first, 'accept'));
    expect(() => openReviews(path)).toThrow(
      expect.objectContaining({
        code: 'record',
        message: expect.stringMatching(/^process \d+ is reviewing this run$/),
      }),
    );
  });

  it('lose at most a last line that was cut anywhere', () => {
    const path = newRun();
    const file = join(path, 'reviews.jsonl');
    {
      using reviews = openReviews(path);
      for (const candidate of [first, second]) reviews.add(reviewOf(candidate, 'accept'));
    }
    const whole = readFileSync(file);
    const start = whole.indexOf('\n') + 1;
    for (let size = start; size < whole.length; size += 5) {
      writeFileSync(file, whole);
      truncateSync(file, size);
      expect(readDecisions(path).on(reviewedText(first))?.decision).toBe('accept');
      using reviews = openReviews(path);
      expect(reviews.decisions.on(reviewedText(second))).toBeUndefined();
      reviews.add(reviewOf(second, 'accept', { at: '2026-11-28T12:00:00.000Z' }));
      expect(readFileSync(file)).toEqual(whole);
    }
  });

  it('that somebody changed are an error with the line', () => {
    const path = newRun();
    const file = join(path, 'reviews.jsonl');
    {
      using reviews = openReviews(path);
      reviews.add(reviewOf(first, 'reject'));
    }
    writeFileSync(file, readFileSync(file, 'utf8').replace('reject', 'accept'));
    expect(() => openReviews(path)).toThrow(expect.objectContaining({ code: 'record', place: `${file}:1` }));
    // The lock is given back.
    expect(() => openReviews(path)).toThrow(expect.objectContaining({ place: `${file}:1` }));
  });
});
