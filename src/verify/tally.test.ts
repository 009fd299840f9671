import { describe, expect, it } from 'vitest';
import { type Candidate, type Failure, SCHEMA } from '../core/records.ts';
import { ALL_STAGES } from './settle.ts';
import { funnel, funnelRows, tally } from './tally.ts';

const failure = (stage: Failure['stage'], reason = 'bad'): Failure => ({ stage, check: `${stage}-check`, reason });
function candidate(area: string, fate: Candidate['fate'], failures: Failure[] = [], teacher = 't'): Candidate {
  const decoding = { temperature: 1, topP: 1, maxTokens: 9, seed: 1 };
  const output = { text: '', finishReason: 'stop' as const, tokens: { in: 1, out: 1 } };
  const known = { id: 'p', key: 'k', prompt: 'q', attempt: 0, verifier: 'v@1' };
  return { schema: SCHEMA, ...known, area, output, teacher, decoding, fate, failures };
}

const some: Candidate[] = [
  candidate('a', 'kept'),
  candidate('a', 'spare'),
  candidate('a', 'waiting', [failure('person')]),
  candidate('a', 'rejected', [failure('complete'), failure('answer')]),
  candidate('a', 'rejected', [failure('answer')], 'other'),
  candidate('b', 'rejected', [failure('answer')]),
  candidate('b', 'rejected', [{ stage: 'person', check: 'review', reason: 'rejected' }]),
];

describe('the funnel', () => {
  it('follows candidates from stage to stage, and says what each stage found whether or not it was in time', () => {
    const found = funnel(some, ALL_STAGES);
    expect(found).toMatchObject({ drawn: 7, kept: 1, spare: 1, waiting: 1 });
    const rows = found.stages.map(({ stage, found, rejected, left }) => [stage, found, rejected, left]);
    expect(rows).toEqual([
      ['complete', 1, 1, 6],
      ['template', 0, 0, 6],
      ['answer', 3, 2, 4],
      ['trace', 0, 0, 4],
      ['readable', 0, 0, 4],
      ['person', 2, 1, 3],
    ]);
  });

  it('rejects nothing at a stage that is off, and still counts what it found', () => {
    const [complete, , answer] = funnel(some.slice(3, 4), { ...ALL_STAGES, complete: false }).stages;
    expect(complete).toMatchObject({ found: 1, rejected: 0, left: 1 });
    expect(answer).toMatchObject({ found: 1, rejected: 1, left: 0 });
  });

  it('has a row for each area and teacher with candidates, areas in the order given', () => {
    const rows = funnelRows(some, ['b', 'none', 'a'], ALL_STAGES);
    expect(rows.map(({ area, teacher, drawn }) => [area, teacher, drawn])).toEqual([
      ['b', 't', 2],
      ['a', 't', 4],
      ['a', 'other', 1],
    ]);
  });

  it('of nothing is zeros', () => {
    expect(funnel([], ALL_STAGES)).toMatchObject({ drawn: 0, kept: 0, spare: 0, waiting: 0 });
  });
});

describe('the tally of a round', () => {
  it('names the stage that rejected, the most frequent loss first', () => {
    const more = [...some, candidate('b', 'rejected', [failure('answer')])];
    expect(tally(more, ['a', 'b'], ALL_STAGES)).toEqual({
      drawn: { a: 5, b: 3 },
      kept: { a: 1, b: 0 },
      waiting: { a: 1, b: 0 },
      lost: [
        { area: 'b', ...failure('answer'), count: 2 },
        { area: 'a', ...failure('complete'), count: 1 },
        { area: 'a', ...failure('answer'), count: 1 },
        { area: 'b', stage: 'person', check: 'review', reason: 'rejected', count: 1 },
      ],
    });
  });

  it('says nothing of waiting where nobody waits', () => {
    expect(tally(some.slice(0, 1), ['a'], ALL_STAGES)).toEqual({ drawn: { a: 1 }, kept: { a: 1 }, lost: [] });
  });
});
