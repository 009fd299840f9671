import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluatedOf, type Outcome, passing } from '../../test/fixtures/evaluated.ts';
import { measurementOf } from '../../test/fixtures/measured.ts';
import { pairingOf } from '../core/pairing.ts';
import { talliesOf } from '../core/tallies.ts';
import { SCORES } from '../core/verdict.ts';
import { isBaseline, readBaseline, writeBaseline } from './baseline.ts';
import { sealLine } from './lines.ts';

const newFile = () => join(mkdtempSync(join(tmpdir(), 'proofstill-baseline-')), 'baseline.jsonl');
const linesOf = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n');

function written(...outcomes: Outcome[][]): string {
  const file = newFile();
  writeBaseline(file, {
    evaluations: outcomes.map((each) => evaluatedOf(each)),
    measurements: [measurementOf([3, 4, 5], { truncated: 1 })],
  });
  return file;
}

describe('a baseline', () => {
  it('keeps every status, reason and cut, whatever they were', () => {
    const status = fc.constantFrom('pass' as const, 'fail' as const, 'unscored' as const, undefined);
    const outcome = fc.record({ answer: status, format: status, trace: status, isTruncated: fc.boolean() });
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1, maxLength: 8 }), (drawn) => {
        const outcomes = drawn.map(({ isTruncated, ...scores }, index): Outcome => {
          const said = Object.entries(scores).filter(([, found]) => found !== undefined);
          return { sample: `s-${index}`, isTruncated, reason: 'why', ...Object.fromEntries(said) };
        });
        const whole = evaluatedOf(outcomes);
        const { evaluations, measurements } = readBaseline(written(outcomes));
        const [read] = evaluations;
        expect(read!.head).toEqual(whole.head);
        expect(measurements).toEqual([measurementOf([3, 4, 5], { truncated: 1 })]);
        for (const score of SCORES) {
          expect(talliesOf(read!.attempts, score)).toEqual(talliesOf(whole.attempts, score));
        }
        const kept = (attempts: typeof whole.attempts) =>
          attempts.map(({ problem, attempt, isTruncated, verdict }) => [problem, attempt, isTruncated, verdict.status]);
        expect(kept(read!.attempts)).toEqual(kept(whole.attempts));
      }),
      { numRuns: 50 },
    );
  });

  it('pairs with the run that it was made of, and nothing has changed', () => {
    const run = evaluatedOf(passing(7, 10));
    const [read] = readBaseline(written(passing(7, 10))).evaluations;
    const pairs = pairingOf(read!, run).pairs('answer');
    expect(pairs).toHaveLength(10);
    expect(pairs.every(({ before, after }) => before.passed === after.passed)).toBe(true);
  });

  it('holds no answer and no prompt', () => {
    const file = written([{ sample: 'x', answer: 'fail', said: 'SECRET-ANSWER', reason: 'wrong-number' }]);
    expect(readFileSync(file, 'utf8')).not.toContain('SECRET');
    expect(readFileSync(file, 'utf8')).toContain('wrong-number');
  });

  it('of several suites keeps each with its own attempts', () => {
    const { evaluations } = readBaseline(written(passing(1, 2, 'a'), passing(3, 3, 'b')));
    expect(evaluations.map(({ attempts }) => attempts.map(({ sample }) => sample))).toEqual([
      ['a-0', 'a-1'],
      ['b-0', 'b-1', 'b-2'],
    ]);
  });

  it('that was cut anywhere is refused', () => {
    const whole = readFileSync(written(passing(3, 4)));
    const file = newFile();
    for (let size = 0; size < whole.length; size++) {
      writeFileSync(file, whole.subarray(0, size));
      expect(() => readBaseline(file)).toThrow();
    }
  });

  it('with a changed, a dropped or a moved line is refused', () => {
    const lines = linesOf(written(passing(3, 4)));
    const refusedWith = (changed: readonly string[]): void => {
      const file = newFile();
      writeFileSync(file, changed.map((line) => `${line}\n`).join(''));
      expect(() => readBaseline(file)).toThrow();
    };
    const better = lines.map((line) => line.replace('"f--"', '"p--"'));
    expect(better).not.toEqual(lines);
    refusedWith(better);
    refusedWith(lines.toSpliced(3, 1));
    refusedWith([...lines, lines[3]!]);
    refusedWith([lines[0]!, lines[2]!, lines[1]!, ...lines.slice(3)]);
  });

  it('of another version is known as a baseline, and refused with what to do', () => {
    const file = newFile();
    writeFileSync(file, `${sealLine({ schema: 2, kind: 'baseline', lines: 1 }, file)}\n`);
    expect(isBaseline(file)).toBe(true);
    expect(() => readBaseline(file)).toThrow(/not of this version's form/);
  });

  it('is told from an evaluation and from an empty file', () => {
    const file = newFile();
    writeFileSync(file, '');
    expect(isBaseline(file)).toBe(false);
    expect(() => readBaseline(file)).toThrow('expected some lines, found 0');
    writeFileSync(file, `${sealLine(evaluatedOf(passing(1, 1)).head, file)}\n`);
    expect(isBaseline(file)).toBe(false);
  });
});
