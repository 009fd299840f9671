import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluationOf, headOf, type Outcome, passing } from '../../test/fixtures/evaluated.ts';
import { measurementOf } from '../../test/fixtures/measured.ts';
import { writeBaseline } from './baseline.ts';
import { openEvaluation } from './evaluation-file.ts';
import { writeMeasurement } from './measurement-file.ts';
import { evaluationFiles, readRecords } from './records.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'proofstill-records-'));

function evaluation(run: string, name: string, outcomes: readonly Outcome[]): string {
  mkdirSync(join(run, 'evaluations'), { recursive: true });
  const path = join(run, `evaluations/${name}.jsonl`);
  const file = openEvaluation(path, headOf(outcomes.length));
  for (const outcome of outcomes) file.append(evaluationOf(outcome));
  file.close();
  return path;
}

describe('the records of a model', () => {
  it('in a run folder are its evaluations by name, and its measurements', () => {
    const run = folder();
    for (const name of ['sums', 'products']) evaluation(run, name, passing(1, 2));
    writeFileSync(join(run, 'evaluations/notes.txt'), 'mine');
    writeMeasurement(run, measurementOf([1, 2, 3]));
    expect(evaluationFiles(run).map(({ name }) => name)).toEqual(['products', 'sums']);
    const { evaluations, measurements } = readRecords(run);
    expect(evaluations.map(({ attempts }) => attempts.length)).toEqual([2, 2]);
    expect(measurements).toEqual([measurementOf([1, 2, 3])]);
  });

  it('in a run of distill are those of the student that came out of it', () => {
    const run = folder();
    evaluation(run, 'holdout-before', passing(0, 2));
    evaluation(run, 'holdout-after', passing(2, 2));
    evaluation(run, 'stretch-after', passing(1, 3));
    const { evaluations } = readRecords(run);
    expect(evaluations.map(({ source }) => source)).toEqual([join(run, 'evaluations/holdout-after.jsonl')]);
  });

  it('in one evaluation, or in a baseline, are what it holds', () => {
    const run = folder();
    const file = evaluation(run, 'sums', passing(1, 2));
    const alone = readRecords(file);
    expect([alone.evaluations.length, alone.measurements]).toEqual([1, []]);
    const baseline = join(run, 'baseline.jsonl');
    writeBaseline(baseline, { ...alone, measurements: [measurementOf([1, 2, 3])] });
    expect(readRecords(baseline).measurements).toHaveLength(1);
    expect(readRecords(baseline).evaluations[0]!.head).toEqual(alone.evaluations[0]!.head);
  });

  it('of which one is not complete are refused, and so is a folder without any, and nothing', () => {
    const run = folder();
    evaluation(run, 'sums', passing(1, 2));
    mkdirSync(join(run, 'evaluations'), { recursive: true });
    openEvaluation(join(run, 'evaluations/products.jsonl'), headOf(2)).close();
    expect(() => readRecords(run)).toThrow('0 of 2 attempts');
    expect(() => readRecords(folder())).toThrow('no evaluation in this folder');
    expect(() => readRecords(join(run, 'nowhere'))).toThrow('nothing here');
  });
});
