import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DatasetRow } from '../core/records.ts';
import { randomStream } from '../core/seed.ts';
import { readDataset } from './dataset.ts';
import { DiskRows } from './disk-rows.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'disk-rows-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe('rows on disk', () => {
  it('are read by their number while more are written, whether they are on disk yet or not', async () => {
    const path = folder();
    const random = randomStream(1, 'disk rows');
    // Some 3 MB in all and one row of 2 MB: several times the buffer.
    const rows = Array.from({ length: 1000 }, (_, at): DatasetRow => {
      const text = at === 500 ? 'é'.repeat(1e6) : '解 "quoted"\n'.repeat(random.int(0, 400));
      return { schema: 1, key: `${at}`, area: 'all', prompt: `p ${at}`, text };
    });
    const store = new DiskRows(path, 'rows.jsonl');
    for (const [index, row] of rows.entries()) {
      store.add(row);
      for (const other of [index, random.int(0, index)]) expect(store.at(other).key).toBe(`${other}`);
    }
    expect(rows.map((_, index) => store.at(index))).toEqual(rows);
    const { bytes, sha256 } = store.end();
    const content = readFileSync(join(path, 'rows.jsonl'));
    expect({ bytes, sha256 }).toEqual({
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    expect(await readDataset(join(path, 'rows.jsonl'))).toEqual(rows);
  });

  it('that cannot be written are a record error naming the file', () => {
    const path = join(folder(), 'missing');
    expect(() => new DiskRows(path, 'rows.jsonl')).toThrow(
      expect.objectContaining({ code: 'record', place: join(path, 'rows.jsonl') }),
    );
  });
});
