import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluationOf, headOf, type Outcome } from '../../test/fixtures/evaluated.ts';
import type { EvaluationHead } from '../core/evaluated.ts';
import { randomStream } from '../core/seed.ts';
import { openEvaluation, openEvaluationLines, readEvaluation } from './evaluation-file.ts';

const newFile = () => join(mkdtempSync(join(tmpdir(), 'proofstill-evaluation-')), 'sums.jsonl');
const OUTCOMES: Outcome[] = [
  { sample: 'x', answer: 'pass', said: 'x=2 €' },
  { sample: 'y', answer: 'fail', reason: 'wrong-number', said: 'x=3' },
  { sample: 'z', area: 'b', answer: 'fail', reason: 'truncated', isTruncated: true },
];
const HEAD = headOf(3);

function write(file: string, outcomes: readonly Outcome[] = OUTCOMES, head: EvaluationHead = HEAD): void {
  const evaluation = openEvaluation(file, head);
  const done = new Set(evaluation.attempts.map(({ sample }) => sample));
  for (const outcome of outcomes) if (!done.has(outcome.sample)) evaluation.append(evaluationOf(outcome));
  evaluation.sync();
  evaluation.close();
}

describe('the file of an evaluation', () => {
  it('gives back what was appended, scored, without its texts', () => {
    const file = newFile();
    write(file);
    const { head, attempts, source } = readEvaluation(file);
    expect({ head, source }).toEqual({ head: HEAD, source: file });
    expect(
      attempts.map(({ sample, area, verdict, answer, isTruncated }) => [
        sample,
        area,
        verdict.status,
        answer,
        isTruncated,
      ]),
    ).toEqual([
      ['x', 'a', 'pass', 'x=2 €', false],
      ['y', 'a', 'fail', 'x=3', false],
      ['z', 'b', 'fail', undefined, true],
    ]);
    expect(JSON.stringify(attempts)).not.toContain('problem of');
  });

  it('cut at any byte is gone on with to the same bytes', () => {
    const file = newFile();
    write(file);
    const whole = readFileSync(file);
    for (let size = 0; size <= whole.length; size += 1 + (size % 3)) {
      writeFileSync(file, whole.subarray(0, size));
      write(file);
      expect(readFileSync(file).equals(whole)).toBe(true);
    }
  });

  it('with a changed byte in a line that ends is refused, or a cut of it is', () => {
    const file = newFile();
    write(file);
    const whole = readFileSync(file);
    const random = randomStream(5, 'bytes');
    for (let round = 0; round < 60; round++) {
      const changed = Buffer.from(whole);
      const at = random.int(0, whole.length - 2);
      changed[at] = changed[at]! ^ (1 << random.int(0, 6));
      writeFileSync(file, changed);
      expect(() => readEvaluation(file)).toThrow(/sums\.jsonl|checksum|head|complete|form/);
    }
  });

  it.each<[string, Partial<EvaluationHead>]>([
    ['suite', { suite: { ...HEAD.suite, version: '2' } }],
    ['verifier', { verifier: { name: 'sum', version: '2' } }],
    ['split', { split: 'steer' }],
    ['samples', { samples: { n: 3, of: 3, hash: 'other' } }],
    ['model', { model: { reference: 'model', fingerprint: 'student:beef:fp32' } }],
    ['decoding', { decoding: { ...HEAD.decoding!, temperature: 0.6 } }],
    ['versions', { versions: { proofstill: '9' } }],
  ])('with another %s is not gone on with, and the message names it', (what, overrides) => {
    const file = newFile();
    write(file);
    const before = readFileSync(file, 'utf8');
    expect(() => openEvaluation(file, headOf(3, overrides))).toThrow(
      new RegExp(`another evaluation: ${what} .* there, .* here`),
    );
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('that lacks attempts, has one twice, or is cut off cannot be read as finished', () => {
    const file = newFile();
    write(file, OUTCOMES.slice(0, 2));
    expect(() => readEvaluation(file)).toThrow('not complete: 2 of 3');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    writeFileSync(file, [...lines, lines[1]].map((line) => `${line}\n`).join(''));
    expect(() => readEvaluation(file)).toThrow('attempt 0 at sample x is there twice');
    writeFileSync(file, lines.join('\n'));
    expect(() => readEvaluation(file)).toThrow('cut off');
  });

  it('that is empty, of another tool or not there is no evaluation', () => {
    const file = newFile();
    writeFileSync(file, '');
    expect(() => readEvaluation(file)).toThrow('no evaluation in this file');
    writeFileSync(file, '{"id":"x"}\n');
    expect(() => readEvaluation(file)).toThrow('expected the head of an evaluation');
    rmSync(file);
    expect(() => readEvaluation(file)).toThrow();
    expect(existsSync(file)).toBe(false);
  });

  it('with all of its texts is the same file', () => {
    const file = newFile();
    write(file);
    const lines = openEvaluationLines(file, HEAD);
    lines.close();
    expect(lines.values).toEqual(OUTCOMES.map(evaluationOf));
  });
});
