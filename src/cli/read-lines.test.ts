import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ReadLine, readLinesOf, surveyLines } from './read-lines.ts';

const schema = z.strictObject({ n: z.number(), text: z.string().optional() });

describe('a file of JSON lines', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lines-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const fileWith = (content: string): string => {
    const path = join(folder, 'x.jsonl');
    writeFileSync(path, content);
    return path;
  };
  const all = async (path: string): Promise<ReadLine<z.infer<typeof schema>>[]> => {
    const lines: ReadLine<z.infer<typeof schema>>[] = [];
    for await (const line of readLinesOf(path, schema)) lines.push(line);
    return lines;
  };

  it('is read line by line, whatever ends a line, and blank lines are no records', async () => {
    const path = fileWith('{"n":1}\r\n\n{"n":2}\n{"n":3}');
    expect(await all(path)).toEqual([
      { value: { n: 1 }, place: `${path}:1` },
      { value: { n: 2 }, place: `${path}:3` },
      { value: { n: 3 }, place: `${path}:4` },
    ]);
    expect((await surveyLines(path))?.lines).toBe(4);
  });

  it('loses nothing where a line, or a letter, lies across two reads', async () => {
    // Longer than what is read at once (64 KiB), of letters of three bytes.
    const text = '語'.repeat(50_000);
    const path = fileWith(`${JSON.stringify({ n: 1, text })}\n${JSON.stringify({ n: 2, text })}\n`);
    expect((await all(path)).map(({ value }) => [value.n, value.text === text])).toEqual([
      [1, true],
      [2, true],
    ]);
  });

  it('names the line that is not what it should be, after those before it', async () => {
    const path = fileWith('{"n":1}\n{"n":"two"}\n');
    const read: number[] = [];
    const reading = (async () => {
      for await (const { value } of readLinesOf(path, schema)) read.push(value.n);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'record', place: `${path}:2` });
    expect(read).toEqual([1]);
  });

  it.each(['absent.jsonl', '.'])('that cannot be read is a record error naming it: %s', async (name) => {
    const path = join(folder, name);
    await expect(all(path)).rejects.toMatchObject({ code: 'record', place: path });
  });

  it.skipIf(process.platform === 'win32')('that can be read only once is not counted first', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(await surveyLines(pipe)).toBeUndefined();
  });
});
