import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../core/records.ts';
import type { Check, Status } from '../core/verdict.ts';
import { verdictOf } from '../core/verdict.ts';
import { reasons, scoreboard } from './aggregate.ts';
import { agreement, judgeDisagreements, pairedChange } from './agreement.ts';

const check = (score: Check['score'], status: Status, reason = 'bad'): Check => ({
  name: `${score}-check`,
  score,
  status,
  ...(status === 'pass' ? {} : { reason }),
});

function evaluation(sample: string, checks: Check[], extra: Partial<Evaluation> = {}): Evaluation {
  return {
    schema: 1,
    sample,
    area: 'a',
    prompt: sample,
    attempt: 0,
    output: { text: '', finishReason: 'stop', tokens: { in: 1, out: 1 } },
    verdict: { ...verdictOf(checks), checks },
    ...extra,
  };
}
const answered = (sample: string, status: Status, extra: Partial<Evaluation> = {}) =>
  evaluation(sample, [check('answer', status)], extra);
const saying = (sample: string, answer?: string): Evaluation =>
  evaluation(sample, [], { verdict: { status: 'pass', checks: [], ...(answer === undefined ? {} : { answer }) } });

describe('the scoreboard', () => {
  it('counts each score by itself, and unscored apart', () => {
    const board = scoreboard(
      [
        evaluation('1', [check('answer', 'pass'), check('format', 'fail')]),
        evaluation('2', [check('answer', 'fail'), check('format', 'pass'), check('trace', 'pass')]),
        evaluation('3', [check('answer', 'unscored'), check('format', 'pass')]),
      ],
      ['a'],
    );
    expect(board.overall.answer).toMatchObject({ value: 0.5, n: 2, unscored: 1 });
    expect(board.overall.format).toMatchObject({ value: 2 / 3, n: 3, unscored: 0 });
    // Only one verdict has a check of the trace: the others are not counted in it, not even as unscored.
    expect(board.overall.trace).toMatchObject({ value: 1, n: 1, unscored: 0 });
    expect(board.areas['a']).toEqual(board.overall);
  });

  it('fails a score of which one check failed', () => {
    const board = scoreboard([evaluation('1', [check('answer', 'pass'), check('answer', 'fail')])], ['a']);
    expect(board.overall.answer).toMatchObject({ value: 0, n: 1 });
  });

  it('keeps areas apart, and shows an area without evaluations as null', () => {
    const board = scoreboard([answered('1', 'pass'), answered('2', 'fail', { area: 'b' })], ['a', 'b', 'c']);
    expect(Object.keys(board.areas)).toEqual(['a', 'b', 'c']);
    expect(board.areas['b']?.answer).toMatchObject({ value: 0, n: 1 });
    expect(board.areas['c']?.answer).toEqual({ value: null, n: 0, low: null, high: null, unscored: 0 });
  });

  it('takes several attempts at a sample as one observation', () => {
    const board = scoreboard(
      [
        answered('1', 'pass'),
        answered('1', 'fail', { attempt: 1 }),
        answered('2', 'pass'),
        answered('2', 'unscored', { attempt: 1 }),
        answered('3', 'unscored'),
        answered('3', 'unscored', { attempt: 1 }),
      ],
      ['a'],
    );
    // Sample 1: 1/2. Sample 2: 1/1 of what was scored. Sample 3 unscored. Mean (0.5 + 1) / 2.
    expect(board.overall.answer).toMatchObject({ value: 0.75, n: 2, unscored: 1 });
  });
});

it('reasons are counted by area and check, the most frequent first', () => {
  const evaluations = [
    evaluation('1', [check('answer', 'fail', 'wrong-answer'), check('trace', 'fail', 'empty')]),
    evaluation('2', [check('answer', 'unscored', 'unreadable'), check('trace', 'fail', 'empty')]),
    evaluation('3', [check('trace', 'fail', 'empty')], { area: 'b' }),
  ];
  expect(reasons(evaluations)).toEqual([
    { area: 'a', check: 'trace-check', reason: 'empty', count: 2 },
    { area: 'a', check: 'answer-check', reason: 'wrong-answer', count: 1 },
    { area: 'b', check: 'trace-check', reason: 'empty', count: 1 },
  ]);
  expect(reasons(evaluations, 'unscored')).toEqual([
    { area: 'a', check: 'answer-check', reason: 'unreadable', count: 1 },
  ]);
});

describe('a paired change', () => {
  const side = (...statuses: Status[]) => statuses.map((status, index) => answered(`${index}`, status));

  it('counts what was fixed and what was broken, sample by sample', () => {
    const before = side('fail', 'fail', 'fail', 'fail', 'fail', 'pass', 'pass', 'fail');
    const after = side('pass', 'pass', 'pass', 'pass', 'pass', 'fail', 'pass', 'fail');
    // Five against one of six: p = 2·(C(6,0)+C(6,1))/2⁶ = 14/64.
    expect(pairedChange(before, after.reverse())).toEqual({ fixed: 5, broken: 1, p: expect.closeTo(14 / 64, 12) });
  });

  it('leaves out pairs that were not scored on both sides', () => {
    expect(pairedChange(side('unscored', 'fail'), side('pass', 'unscored'))).toEqual({ fixed: 0, broken: 0, p: 1 });
  });

  it('of different samples is a record error naming one of them', () => {
    expect(() => pairedChange(side('pass', 'pass'), side('pass'))).toThrow(
      expect.objectContaining({ code: 'record', place: 'sample 1, on one side only' }),
    );
  });
});

it('student and teacher agree where their answers say the same, of what both answered', () => {
  const student = [saying('1', 'x=3, x=2'), saying('2', '4/2'), saying('3', '5'), saying('4'), saying('5', '1')];
  const teacher = [saying('1', 'x=2, x=3'), saying('2', '2'), saying('3', '6'), saying('4', '1'), saying('5')];
  expect(agreement(student, teacher)).toMatchObject({ value: 2 / 3, n: 3 });
  expect(agreement([], teacher)).toMatchObject({ value: null, n: 0 });
});

it('judges disagree where one passes the answer that the other fails', () => {
  const judged = (sample: string, verifier: Status, judge: Status) =>
    evaluation(sample, [check('answer', verifier), check('trace', 'fail')], {
      judge: { status: judge, checks: [check('answer', judge)] },
    });
  const evaluations = [
    judged('1', 'pass', 'fail'),
    judged('2', 'fail', 'pass'),
    judged('3', 'pass', 'pass'),
    judged('4', 'unscored', 'pass'),
    answered('5', 'pass'),
  ];
  expect(judgeDisagreements('after', evaluations)).toEqual([
    { evaluation: 'after', sample: '1', verifier: 'pass', judge: 'fail' },
    { evaluation: 'after', sample: '2', verifier: 'fail', judge: 'pass' },
  ]);
});
