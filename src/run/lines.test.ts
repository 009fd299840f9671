import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { openLines, readLines, sealLine } from './lines.ts';

const schema = z.strictObject({ n: z.number(), text: z.string().exactOptional() });
type Line = z.infer<typeof schema>;

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lines-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'x.jsonl');
}

function write(file: string, ...values: Line[]): void {
  const lines = openLines(file, schema);
  for (const value of values) lines.append(value);
  lines.close();
}

describe('a line', () => {
  it('ends in the first eight digits of the SHA-256 of the line without it', () => {
    // printf '{"n":1}' | sha256sum
    expect(sealLine({ n: 1 }, 'x')).toBe('{"n":1,"sum":"2bfd14f4"}');
    // printf '{}' | sha256sum
    expect(sealLine({}, 'x')).toBe('{"sum":"44136fa3"}');
  });

  it('cannot hold NaN or infinity, which JSON would turn into null', () => {
    for (const n of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => sealLine({ n }, 'x.jsonl')).toThrow(expect.objectContaining({ code: 'record', place: 'x.jsonl' }));
    }
  });
});

describe('a line file', () => {
  it('reads back what was appended, by one opening or by several', () => {
    const file = newFile();
    const tricky = '"sum":"00000000"}\n\u2028 é';
    write(file, { n: 1 }, { n: 2, text: tricky });
    write(file, { n: 3 });
    expect(readLines(file, schema)).toEqual([{ n: 1 }, { n: 2, text: tricky }, { n: 3 }]);
  });

  it('torn at any byte of its last line opens with the lines before it, and goes on after them', () => {
    const file = newFile();
    write(file, { n: 1, text: 'é' });
    const kept = readFileSync(file);
    write(file, { n: 2, text: 'é' });
    const whole = readFileSync(file);
    for (let end = kept.length; end < whole.length; end++) {
      writeFileSync(file, whole.subarray(0, end));
      expect(readLines(file, schema)).toEqual([{ n: 1, text: 'é' }]);
      write(file, { n: 3 });
      expect(readLines(file, schema)).toEqual([{ n: 1, text: 'é' }, { n: 3 }]);
    }
  });

  it('padded with zeros by a power cut opens with the lines before them', () => {
    const file = newFile();
    write(file, { n: 1 });
    appendFileSync(file, Buffer.alloc(512));
    write(file, { n: 2 });
    expect(readLines(file, schema)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it.each([
    ['a changed value', (text: string) => text.replace('"n":2', '"n":7')],
    ['a lost brace', (text: string) => text.replace('}\n{"n":3', '\n{"n":3')],
    ['an empty line', (text: string) => text.replace('{"n":2', '\n{"n":2')],
    ['a line without a sum', (text: string) => text.replace('{"n":2', '{"n":9}\n{"n":2')],
  ])('%s in the middle is an error with file and line, and stays on disk', (_name, damage) => {
    const file = newFile();
    write(file, { n: 1 }, { n: 2 }, { n: 3 });
    const damaged = damage(readFileSync(file, 'utf8'));
    writeFileSync(file, damaged);
    for (const open of [openLines, readLines]) {
      expect(() => open(file, schema)).toThrow(
        expect.objectContaining({ code: 'record', place: `${file}:2`, hint: expect.stringContaining('Restore') }),
      );
    }
    expect(readFileSync(file, 'utf8')).toBe(damaged);
  });

  it('of another form, though intact, blames the version', () => {
    const file = newFile();
    writeFileSync(file, `${sealLine({ n: 1 }, file)}\n${sealLine({ m: 2 }, file)}\n`);
    expect(() => readLines(file, schema)).toThrow(
      expect.objectContaining({ place: `${file}:2`, hint: expect.stringContaining('another version') }),
    );
  });

  it('keeps every finished line of a process that is killed while it writes', async () => {
    const file = newFile();
    const program = `
      import { openLines } from ${JSON.stringify(new URL('./lines.ts', import.meta.url).pathname)};
      const lines = openLines(${JSON.stringify(file)}, { safeParse: (data) => ({ success: true, data }) });
      for (let n = 0; ; n++) {
        lines.append({ n, text: 'x'.repeat(5000) });
        if (n === 20) process.stdout.write('going');
      }`;
    const jiti = new URL('../../node_modules/jiti/lib/jiti-cli.mjs', import.meta.url).pathname;
    const script = `${file}.ts`;
    writeFileSync(script, program);
    const child = spawn(process.execPath, [jiti, script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    await Promise.race([once(child.stdout, 'data'), ended]);
    child.kill('SIGKILL');
    await ended;
    const finished = readFileSync(file, 'utf8').split('\n').length - 1;
    write(file, { n: -1 });
    const read = readLines(file, schema).map(({ n }) => n);
    expect(finished).toBeGreaterThan(20);
    expect(read).toEqual([...Array.from({ length: finished }, (_, n) => n), -1]);
  });
});
