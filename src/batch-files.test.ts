import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { outputOf } from '../test/fixtures/calls.ts';
import { askedIn, takeBatchFiles, writeBatch } from './batch-files.ts';
import type { BatchRequest } from './model/batch.ts';
import { openCalls } from './run/calls.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'batch-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function* requests(count: number): Generator<BatchRequest, void> {
  for (let n = 0; n < count; n++) yield { customId: `key-${n}`, body: { model: 'm', messages: [] } };
}

const answered = (key: string): string =>
  `${JSON.stringify({ id: 'r', custom_id: key, response: { status_code: 200, request_id: 'q', body: { key } }, error: null })}\n`;

describe('a batch', () => {
  it('goes into as many files as its limits ask for, each call once, and its answers come back into the calls', async () => {
    const folder = newFolder();
    const file = join(folder, 'out', 'batch.jsonl');
    const twice = [...requests(25), ...requests(3)];
    const files = await writeBatch(file, twice, { maxRequests: 10, maxBytes: 1e6 });
    expect(files.map(({ file: path, requests: n }) => [path, n])).toEqual([
      [file, 10],
      [join(folder, 'out', 'batch-2.jsonl'), 10],
      [join(folder, 'out', 'batch-3.jsonl'), 5],
    ]);
    for (const { file: path, bytes } of files) expect(statSync(path).size).toBe(bytes);
    const asked = askedIn(files.map(({ file: path }) => path));
    expect([...asked]).toEqual([...requests(25)].map(({ customId }) => customId));

    const [first, second] = [join(folder, 'results.jsonl'), join(folder, 'errors.jsonl')];
    writeFileSync(first, [...asked].slice(0, 20).map(answered).join(''));
    writeFileSync(second, '{"id":"r","custom_id":"key-20","response":null,"error":{"code":"c","message":"m"}}\n');
    const calls = openCalls(join(folder, 'calls.jsonl'));
    const options = { calls, asked, outputOf: (_body: unknown, key: string) => outputOf(key) };
    const failed = [{ place: `${second}:1`, customId: 'key-20', reason: 'c: m' }];
    const taken = takeBatchFiles([first, second], options);
    expect(taken).toEqual({ taken: 20, repeated: 0, failed, unknown: [], missing: 5 });
    // Taken again, as after a kill: nothing is kept twice.
    expect(takeBatchFiles([first, second], options)).toEqual({ ...taken, taken: 0, repeated: 20 });
    calls.close();
    const resumed = openCalls(join(folder, 'calls.jsonl'));
    expect(resumed.spent.calls).toBe(20);
    expect(resumed.get('key-7')).toEqual(outputOf('key-7'));
    resumed.close();
  });

  it('without a request makes no file', async () => {
    const folder = newFolder();
    expect(await writeBatch(join(folder, 'batch.jsonl'), [])).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('does not take the place of a file that may be under way, nor leave half of another', async () => {
    const folder = newFolder();
    const second = join(folder, 'batch-2.jsonl');
    writeFileSync(second, 'under way\n');
    const limits = { maxRequests: 10, maxBytes: 1e6 };
    await expect(writeBatch(join(folder, 'batch.jsonl'), requests(25), limits)).rejects.toThrow(
      expect.objectContaining({ code: 'config', place: second }),
    );
    expect(readdirSync(folder)).toEqual(['batch-2.jsonl']);
    expect(readFileSync(second, 'utf8')).toBe('under way\n');
  });

  it('whose results are not there is a config error before anything is taken', () => {
    const folder = newFolder();
    const [there, missing] = [join(folder, 'there.jsonl'), join(folder, 'missing.jsonl')];
    writeFileSync(there, answered('key-0'));
    const calls = openCalls(join(folder, 'calls.jsonl'));
    const options = { calls, asked: new Set(['key-0']), outputOf: (_body: unknown, key: string) => outputOf(key) };
    expect(() => takeBatchFiles([there, missing], options)).toThrow(
      expect.objectContaining({ code: 'config', place: missing }),
    );
    expect(calls.spent.calls).toBe(0);
    expect(existsSync(missing)).toBe(false);
    calls.close();
  });
});
