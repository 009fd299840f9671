import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { headOf } from '../../test/fixtures/evaluated.ts';
import { noteRead, readsOf } from './ledger.ts';

const run = promisify(execFile);
const newLedger = () => join(mkdtempSync(join(tmpdir(), 'proofstill-ledger-')), 'ledger.jsonl');
const headBy = (model: string, n = 3) => headOf(n, { model: { reference: model, fingerprint: `student:${model}` } });
const SET = headOf(3).samples.hash;

describe('the ledger', () => {
  it('counts reads of a set, and the different models among them', () => {
    const ledger = newLedger();
    for (const model of ['old', 'new', 'old']) noteRead(ledger, 'evaluate', headBy(model));
    noteRead(ledger, 'gate', headBy('new', 4));
    expect(readsOf(ledger, SET)).toEqual({ reads: 3, models: 2 });
    expect(readsOf(ledger, headOf(4).samples.hash)).toEqual({ reads: 1, models: 1 });
    expect(readsOf(ledger, 'another set')).toEqual({ reads: 0, models: 0 });
  });

  it('that is not there yet has counted nothing', () => {
    expect(readsOf(newLedger(), SET)).toEqual({ reads: 0, models: 0 });
  });

  it('holds no sample id', () => {
    const ledger = newLedger();
    noteRead(ledger, 'evaluate', headBy('old'));
    expect(Object.keys(JSON.parse(readFileSync(ledger, 'utf8')) as object).sort()).toEqual(
      ['at', 'by', 'fingerprint', 'n', 'schema', 'set', 'split', 'suite', 'sum', 'version'].sort(),
    );
  });

  it('torn anywhere in its last line still counts every read: that one as whatever it was', () => {
    const whole = newLedger();
    for (const model of ['old', 'new']) noteRead(whole, 'evaluate', headBy(model));
    const bytes = readFileSync(whole);
    const first = bytes.indexOf('\n') + 1;
    const torn = newLedger();
    for (let size = first + 1; size < bytes.length; size += 7) {
      writeFileSync(torn, bytes);
      truncateSync(torn, size);
      expect(readsOf(torn, SET).reads).toBe(2);
      noteRead(torn, 'evaluate', headBy('newer'));
      expect(readsOf(torn, SET)).toEqual({ reads: 3, models: 3 });
    }
  });

  it('loses no read of several processes that note theirs at the same time', async () => {
    const ledger = newLedger();
    const writer = (model: string) =>
      run(process.execPath, ['--import', 'jiti/register', 'test/fixtures/ledger-writer.ts', ledger, model, '40']);
    await Promise.all(['a', 'b', 'c'].map(writer));
    expect(readsOf(ledger, SET)).toEqual({ reads: 120, models: 3 });
  });

  it('with an edited line counts no fewer reads', () => {
    const ledger = newLedger();
    for (const model of ['old', 'new']) noteRead(ledger, 'evaluate', headBy(model));
    writeFileSync(ledger, readFileSync(ledger, 'utf8').replace(SET, 'another set'));
    expect(readsOf(ledger, SET).reads).toBe(2);
  });

  it('does not take an empty line for a read', () => {
    const ledger = newLedger();
    noteRead(ledger, 'evaluate', headBy('old'));
    appendFileSync(ledger, '\n');
    expect(readsOf(ledger, SET)).toEqual({ reads: 1, models: 1 });
  });
});
