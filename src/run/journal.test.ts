import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openJournal } from './journal.ts';

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'journal.jsonl');
}

describe('the journal', () => {
  it('remembers what was recorded, now and when opened again', () => {
    const file = newFile();
    const journal = openJournal(file);
    expect(journal.get('a')).toBeUndefined();
    journal.record('a', { deep: [1, null, 'é'], dropped: undefined });
    expect(journal.get('a')).toEqual({ deep: [1, null, 'é'] });
    journal.close();
    expect(openJournal(file).get('a')).toEqual({ deep: [1, null, 'é'] });
  });

  it('has a record on disk when record returns, without being closed', () => {
    const file = newFile();
    openJournal(file).record('a', 1);
    expect(openJournal(file).get('a')).toBe(1);
  });

  it('takes the same result twice as one, and refuses another under the same key', () => {
    const file = newFile();
    const journal = openJournal(file);
    journal.record('a', { x: 1, y: 2 });
    journal.record('a', { y: 2, x: 1 });
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(2);
    expect(() => journal.record('a', { x: 2 })).toThrow(expect.objectContaining({ code: 'record', place: file }));
  });

  it('redoes the work of a torn last line', () => {
    const file = newFile();
    const journal = openJournal(file);
    journal.record('a', 1);
    journal.record('b', 2);
    journal.close();
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, whole.length - 3));
    const resumed = openJournal(file);
    expect([resumed.get('a'), resumed.get('b')]).toEqual([1, undefined]);
    resumed.record('b', 2);
    expect(readFileSync(file)).toEqual(whole);
  });

  it('refuses a corrupt line, naming it, and leaves the file alone', () => {
    const file = newFile();
    openJournal(file).record('a', 1);
    appendFileSync(file, 'not a line\n');
    expect(() => openJournal(file)).toThrow(expect.objectContaining({ code: 'record', place: `${file}:2` }));
    expect(readFileSync(file, 'utf8')).toContain('not a line');
  });
});
