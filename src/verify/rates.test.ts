import { describe, expect, it } from 'vitest';
import { defineVerifier, verdictOf } from '../core/verdict.ts';
import type { LabelledRow } from './labelled.ts';
import { disagreementsIn, gradeRows, latencyOf, ratesOf } from './rates.ts';

/** Passes what says yes, under `select` only what says nothing else; has no opinion on an empty output. */
const yes = defineVerifier({
  name: 'yes',
  version: '1',
  verify: (_sample, { text }, { policy }) => {
    const isYes = policy === 'select' ? text === 'yes' : text.includes('yes');
    const status = text === '' ? 'unscored' : isYes ? 'pass' : 'fail';
    return verdictOf([{ name: 'yes', score: 'answer', status, reason: text === '' ? 'nothing-said' : 'no' }]);
  },
});

let line = 0;
const row = (output: string, pass: boolean, part: Partial<LabelledRow> = {}): LabelledRow => {
  line++;
  return { id: `r-${line}`, output, pass, why: 'because', place: `yes.jsonl:${line}`, ...part };
};

const table: readonly LabelledRow[] = [
  row('yes', true),
  row('oh yes', true),
  row('yeah', true),
  row('', true),
  row('no', false),
  row('yes and no', false),
  row('yes or no', false, { policy: 'select' }),
  row('never', false),
  row('not at all', false),
];

describe('the rates of a verifier', () => {
  it('are shares of the scored rows of each label, with Wilson intervals and what was left out', async () => {
    const rates = ratesOf(await gradeRows(table, () => yes));
    // Eight scored rows, of which "yeah" is wrongly rejected and "yes and no" wrongly accepted: 6/8.
    expect(rates.agreement).toMatchObject({ value: 0.75, n: 8, unscored: 1 });
    // Five rows deserve a fail, one passes. Wilson at 95% for 1 of 5: 0.0362 to 0.6245.
    expect(rates.falseAccepts).toMatchObject({ value: 0.2, n: 5, unscored: 0 });
    expect(rates.falseAccepts.low).toBeCloseTo(0.0362, 3);
    expect(rates.falseAccepts.high).toBeCloseTo(0.6245, 3);
    // Four deserve a pass, one is unscored, one of the other three fails.
    expect(rates.falseRejects).toMatchObject({ value: 1 / 3, n: 3, unscored: 1 });
  });

  it('are null, not zero, where no row has the label', async () => {
    const rates = ratesOf(await gradeRows([row('yes', true)], () => yes));
    expect(rates.falseAccepts).toEqual({ value: null, n: 0, low: null, high: null, unscored: 0 });
  });

  it('come with the rows to look at, in the order of the table', async () => {
    const found = disagreementsIn(await gradeRows(table, () => yes));
    expect(found.map(({ place, labelled, status, reason }) => [place, labelled, status, reason])).toEqual([
      ['yes.jsonl:3', 'pass', 'fail', 'no'],
      ['yes.jsonl:4', 'pass', 'unscored', 'nothing-said'],
      ['yes.jsonl:6', 'fail', 'pass', null],
    ]);
  });

  it('come with the time of every verdict', async () => {
    expect(latencyOf(await gradeRows(table, () => yes)).n).toBe(9);
    expect(latencyOf([])).toEqual({ n: 0, medianMs: null, p99Ms: null });
  });
});

describe('grading rows', () => {
  it('asks for the verifier of each row', async () => {
    const passes = (name: string, status: 'pass' | 'fail') =>
      defineVerifier({
        name,
        version: '1',
        verify: () => verdictOf([{ name, score: 'answer', status, reason: name }]),
      });
    const graded = await gradeRows([row('a', true, { options: { lenient: true } }), row('b', true)], ({ options }) =>
      options ? passes('lenient', 'pass') : passes('strict', 'fail'),
    );
    expect(graded.map(({ verdict }) => verdict.status)).toEqual(['pass', 'fail']);
  });

  it('hands the rest of a row over as sample and output', async () => {
    const seen: unknown[] = [];
    const spy = defineVerifier({
      name: 'spy',
      version: '1',
      verify: (sample, output, { policy }) => {
        seen.push([
          sample.prompt,
          sample.expected,
          sample.meta,
          output.think,
          output.answer,
          output.finishReason,
          policy,
        ]);
        return verdictOf([{ name: 'spy', score: 'format', status: 'pass' }]);
      },
    });
    const whole = {
      prompt: '1+1',
      expected: '2',
      meta: { choices: ['2', '3'] },
      finishReason: 'length',
      policy: 'select',
    } as const;
    await gradeRows([row('<think>so</think><answer>2</answer>', false, whole), row('2', true)], () => spy);
    expect(seen).toEqual([
      ['1+1', '2', { choices: ['2', '3'] }, 'so', '2', 'length', 'select'],
      ['', undefined, undefined, undefined, undefined, 'stop', 'score'],
    ]);
  });

  it('stops when it is interrupted', async () => {
    await expect(gradeRows(table, () => yes, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'interrupted',
    });
  });
});
