import { describe, expect, it } from 'vitest';
import { type Candidate, type Failure, SCHEMA } from '../core/records.ts';
import { proportion } from '../core/statistics/proportion.ts';
import { defineVerifier, verdictOf } from '../core/verdict.ts';
import type { LabelledRow } from './labelled.ts';
import { precisionByArea, selectionRates } from './precision.ts';

const candidates = (area: string, count: number, failures: Failure[] = [], condensed = false): Candidate[] =>
  Array.from({ length: count }, (_, attempt) => ({
    schema: SCHEMA,
    id: 'p',
    key: 'k',
    area,
    prompt: 'q',
    attempt,
    output: { text: '', finishReason: 'stop' as const, tokens: { in: 1, out: 1 } },
    teacher: 't',
    decoding: { temperature: 1, topP: 1, maxTokens: 9, seed: 1 },
    verifier: 'v@1',
    ...(condensed ? { condensed: { from: 0, tokens: 9 } } : {}),
    fate: failures.length === 0 ? ('kept' as const) : ('rejected' as const),
    failures,
  }));
const WRONG: Failure = { stage: 'answer', check: 'sum', reason: 'wrong' };
const CUT: Failure = { stage: 'complete', check: 'finish-reason', reason: 'truncated' };
const DOUBT: Failure = { stage: 'person', check: 'pass-rate', reason: 'rarely-solved' };
const rates = { falseAccepts: proportion(10, 1000), falseRejects: proportion(0, 1000) };

describe('precision by area', () => {
  it('falls where the teacher is rarely right, though the verifier is the same', () => {
    const drawn = [
      ...candidates('easy', 900),
      ...candidates('easy', 100, [WRONG]),
      ...candidates('hard', 20),
      ...candidates('hard', 980, [WRONG]),
    ];
    const found = precisionByArea(drawn, rates, ['easy', 'hard', 'none']);
    // Of 1000: 90% pass, so that at most 1% of the tenth that is wrong is among them; of 2%, about half is 1% of the wrong.
    expect(found['easy']!.low).toBeGreaterThan(0.99);
    expect(found['easy']!.n).toBe(900);
    expect(found['hard']!.value).toBeGreaterThan(0.3);
    expect(found['hard']!.value).toBeLessThan(0.65);
    expect(found['none']).toBeNull();
  });

  it('counts neither what was cut off nor rewritings, and lets doubts pass', () => {
    const drawn = [...candidates('a', 50), ...candidates('a', 30, [DOUBT]), ...candidates('a', 20, [WRONG])];
    const more = [...drawn, ...candidates('a', 500, [CUT, WRONG]), ...candidates('a', 500, [], true)];
    expect(precisionByArea(more, rates, ['a'])).toEqual(precisionByArea(drawn, rates, ['a']));
    expect(precisionByArea(drawn, rates, ['a'])['a']!.n).toBe(80);
  });

  it('is unknown without a labelled row', () => {
    const none = { falseAccepts: proportion(0, 0), falseRejects: proportion(0, 0) };
    expect(precisionByArea(candidates('a', 5), none, ['a'])).toEqual({ a: null });
  });
});

it('has the rates of a verifier that is asked strictly, whatever a row says', async () => {
  const verifier = defineVerifier({
    name: 'strict',
    version: '1',
    verify: (_, { text }, { policy }) =>
      verdictOf([
        { name: 'strict', score: 'answer', status: text === 'right' || policy === 'score' ? 'pass' : 'fail' },
      ]),
  });
  const row = (id: string, output: string, pass: boolean): LabelledRow => ({ id, output, pass, why: 'so', place: id });
  const rows: LabelledRow[] = [
    row('1', 'right', true),
    row('2', 'loose', true),
    { ...row('3', 'no', false), policy: 'score' },
  ];
  const found = await selectionRates(rows, verifier);
  expect(found.falseAccepts).toMatchObject({ value: 0, n: 1 });
  expect(found.falseRejects).toMatchObject({ value: 0.5, n: 2 });
});
