import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { outputOf, served } from '../../test/fixtures/calls.ts';
import type { Output } from '../core/output.ts';
import { openCalls, spentOf } from './calls.ts';

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'calls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'calls.jsonl');
}

/** A file with the answers to `a`, `b` and `c`. */
function threeCalls(): string {
  const file = newFile();
  const calls = openCalls(file);
  for (const key of ['a', 'b', 'c']) calls.record(key, outputOf(key));
  calls.close();
  return file;
}

describe('an answered call', () => {
  it('comes back whole, from the process that kept it and from a later one', () => {
    const output: Output = {
      text: '<think>é\n</think><answer>\u2028"</answer>',
      think: 'é\n',
      answer: '\u2028"',
      finishReason: 'filtered',
      tokens: { in: 1, out: 0 },
      timings: { firstTokenMs: 0.5, totalMs: 2 },
      logprobs: [{ token: 'é', logprob: -0.25 }],
      served: { ...served, usd: null, reasoningTokens: 3, cachedTokens: 1, refusal: 'no' },
    };
    const file = newFile();
    const calls = openCalls(file);
    calls.record('first', outputOf('first'));
    calls.record('second', output);
    expect(calls.get('second')).toEqual(output);
    expect(calls.get('first')).toEqual(outputOf('first'));
    expect(calls.get('third')).toBeUndefined();
    // Not closed: what record returned for is on disk.
    expect(openCalls(file).get('second')).toEqual(output);
  });

  it('that is answered again keeps its first answer, and costs once', () => {
    const file = threeCalls();
    const before = readFileSync(file);
    const calls = openCalls(file);
    calls.record('b', { ...outputOf('other'), tokens: { in: 999, out: 999 } });
    expect(calls.get('b')).toEqual(outputOf('b'));
    calls.close();
    expect(readFileSync(file)).toEqual(before);
  });

  it('with a number that JSON has not is refused, and takes no other one with it', () => {
    const file = threeCalls();
    const calls = openCalls(file);
    const broken = { ...outputOf('d'), timings: { firstTokenMs: Number.NaN, totalMs: 1 } };
    expect(() => calls.record('d', broken)).toThrow(expect.objectContaining({ code: 'record', place: file }));
    expect(calls.get('d')).toBeUndefined();
    calls.record('d', outputOf('d'));
    expect(openCalls(file).get('d')).toEqual(outputOf('d'));
  });
});

describe('what calls cost', () => {
  it('is the sum over all of them, by whichever process, with those of unknown price apart', () => {
    const file = threeCalls();
    const calls = openCalls(file);
    const { served: _, ...local } = outputOf('e');
    calls.record('d', { ...outputOf('d'), served: { ...served, usd: null } });
    calls.record('e', local);
    // Five answers of 10 and 20 tokens; three at 0.25 dollars, two of which nobody knows the price.
    const spent = { calls: 5, tokens: { in: 50, out: 100 }, usd: 0.75, unpriced: 2 };
    expect(calls.spent).toEqual(spent);
    expect(spentOf(file)).toEqual(spent);
    expect(openCalls(file).spent).toEqual(spent);
  });

  it('is nothing where there is no file, and makes none', () => {
    const file = newFile();
    expect(spentOf(file)).toEqual({ calls: 0, tokens: { in: 0, out: 0 }, usd: 0, unpriced: 0 });
    expect(existsSync(file)).toBe(false);
  });
});

describe('a file of calls', () => {
  it('torn at any byte of its last line loses that answer only, and takes it anew', () => {
    const file = threeCalls();
    const whole = readFileSync(file);
    const [first, second, last] = whole.toString().split('\n') as [string, string, string];
    const kept = Buffer.byteLength(`${first}\n${second}\n`);
    for (const end of [kept, kept + 1, kept + Math.floor(last.length / 2), whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, end));
      expect(spentOf(file).calls).toBe(2);
      const calls = openCalls(file);
      expect([calls.get('a'), calls.get('b'), calls.get('c')]).toEqual([outputOf('a'), outputOf('b'), undefined]);
      calls.record('c', outputOf('c'));
      calls.close();
      expect(readFileSync(file)).toEqual(whole);
    }
  });

  it.each([
    ['changed', (text: string) => text.replace('"b b b', '"b b c')],
    ['foreign', (text: string) => text.replace('\n', '\nnot a line\n')],
    ['empty', (text: string) => text.replace('\n', '\n\n')],
  ])('with a line that was %s is refused with file and line, and stays as it is', (_name, damage) => {
    const file = threeCalls();
    const damaged = damage(readFileSync(file, 'utf8'));
    writeFileSync(file, damaged);
    for (const open of [openCalls, spentOf]) {
      expect(() => open(file)).toThrow(
        expect.objectContaining({ code: 'record', place: `${file}:2`, hint: expect.stringContaining('one call') }),
      );
    }
    expect(readFileSync(file, 'utf8')).toBe(damaged);
  });

  it('with an answer that was changed behind its back says so instead of giving it', () => {
    const file = threeCalls();
    const calls = openCalls(file);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"b b b', '"b b c'));
    expect(() => calls.get('b')).toThrow(expect.objectContaining({ code: 'record', place: file }));
    expect(calls.get('c')).toEqual(outputOf('c'));
    writeFileSync(file, '');
    expect(() => calls.get('c')).toThrow(expect.objectContaining({ message: expect.stringContaining('cut short') }));
  });

  it('of another version is not called damaged', () => {
    const file = newFile();
    // printf '{"schema":1,"key":"a"}' | sha256sum
    appendFileSync(file, '{"schema":1,"key":"a","sum":"5188aca6"}\n');
    expect(() => openCalls(file)).toThrow(
      expect.objectContaining({ place: `${file}:1`, hint: expect.stringContaining('another version') }),
    );
  });
});
