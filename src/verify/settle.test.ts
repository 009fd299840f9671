import { describe, expect, it } from 'vitest';
import { sha256 } from '../core/hash.ts';
import type { Failure } from '../core/records.ts';
import { ALL_STAGES, type Reviewed, rejectedBy, type SettleOptions, settle, settleEach } from './settle.ts';

const WRONG: Failure = { stage: 'answer', check: 'sum', reason: 'wrong-sum' };
const DOUBT: Failure = { stage: 'person', check: 'second', reason: 'judge-disagrees' };
const row = (attempt: number, tokens: number, failures: Failure[] = [], from?: number) => ({
  id: 'p-1',
  attempt,
  output: { text: `text ${attempt}`, tokens: { out: tokens } },
  failures,
  ...(from === undefined ? {} : { condensed: { from, tokens: 0 } }),
});
type Row = ReturnType<typeof row>;
const options: SettleOptions = { rejection: ALL_STAGES, keep: 1, selection: 'shortest' };
const fates = (rows: readonly Row[], more: Partial<SettleOptions> = {}): string[] =>
  settle(rows, { ...options, ...more }).map(({ fate }) => fate);

describe('settling', () => {
  it('puts a shorter rewriting that passes in the place of the trace it was made of', () => {
    expect(fates([row(0, 90), row(1, 50), row(2, 20, [], 1), row(3, 30, [], 1)])).toEqual([
      'spare',
      'spare',
      'kept',
      'spare',
    ]);
    // Wrong, no shorter, or of a trace that was not chosen.
    expect(fates([row(0, 50), row(1, 20, [WRONG], 0)])).toEqual(['kept', 'rejected']);
    expect(fates([row(0, 50), row(1, 50, [], 0)])).toEqual(['kept', 'spare']);
    expect(fates([row(0, 50), row(1, 90), row(2, 20, [], 1)])).toEqual(['kept', 'spare', 'spare']);
  });

  it('looks at a rate of passing that rewritings do not raise', () => {
    // 1 of 2 drawn passes: half of 2 may be kept, and rewritings are no draws.
    const rows = [row(0, 50), row(1, 50, [WRONG]), row(2, 20, [], 0), row(3, 10, [], 0)];
    expect(fates(rows, { keep: 2, selection: 'difficulty' })).toEqual(['spare', 'rejected', 'spare', 'kept']);
  });

  it('settles each problem by itself', () => {
    const other = { ...row(0, 7), id: 'p-2' };
    expect(settleEach([row(0, 5), row(1, 3), other], options).map(({ id, fate }) => `${id} ${fate}`)).toEqual([
      'p-1 spare',
      'p-1 kept',
      'p-2 kept',
    ]);
  });
});

describe('a person', () => {
  const all = { rejection: { ...ALL_STAGES, person: 'all' } } as const;
  const doubtful = { rejection: { ...ALL_STAGES, person: 'doubtful' } } as const;
  const deciding =
    (decisions: Record<number, 'accept' | 'reject'>): Reviewed =>
    (id, attempt, hash) =>
      id === 'p-1' && hash === sha256(`text ${attempt}`) ? decisions[attempt] : undefined;

  it('is asked about what would be kept, and about nothing else', () => {
    expect(fates([row(0, 9), row(1, 3), row(2, 1, [WRONG])], all)).toEqual(['spare', 'waiting', 'rejected']);
    expect(fates([row(0, 9, [DOUBT]), row(1, 3), row(2, 4)], doubtful)).toEqual(['spare', 'kept', 'spare']);
    expect(fates([row(0, 2, [DOUBT]), row(1, 3)], doubtful)).toEqual(['waiting', 'spare']);
  });

  it('who accepts clears the doubt, and who refuses brings the next one up', () => {
    const rows = [row(0, 9), row(1, 3, [DOUBT])];
    const accepted = settle(rows, { ...options, ...doubtful, review: deciding({ 1: 'accept' }) });
    expect(accepted[1]).toMatchObject({ fate: 'kept', failures: [] });
    const refused = settle(rows, { ...options, ...all, review: deciding({ 1: 'reject' }) });
    expect(refused.map(({ fate }) => fate)).toEqual(['waiting', 'rejected']);
    expect(rejectedBy(refused[1]!, all.rejection)).toEqual({ stage: 'person', check: 'review', reason: 'rejected' });
    expect(fates(rows, { ...all, review: deciding({ 0: 'accept', 1: 'reject' }) })).toEqual(['kept', 'rejected']);
  });

  it('cannot accept what a stage rejects, and decides about the text that was looked at only', () => {
    expect(fates([row(0, 9, [WRONG])], { ...all, review: () => 'accept' })).toEqual(['rejected']);
    const other = { ...row(0, 9), output: { text: 'another text', tokens: { out: 9 } } };
    expect(fates([other], { ...all, review: deciding({ 0: 'accept' }) })).toEqual(['waiting']);
  });

  it('should look at a problem that one attempt of eight or more solves', () => {
    const rows = (drawn: number): Row[] => [
      row(0, 9),
      ...Array.from({ length: drawn - 1 }, (_, i) => row(i + 1, 5, [WRONG])),
    ];
    expect(settle(rows(8), { ...options, ...doubtful })[0]).toMatchObject({
      fate: 'waiting',
      failures: [{ stage: 'person', check: 'pass-rate', reason: 'rarely-solved' }],
    });
    expect(fates(rows(7), doubtful)[0]).toBe('kept');
    expect(fates([...rows(8), row(8, 9)], doubtful)[0]).toBe('kept');
    expect(settle(rows(8), options)[0]).toMatchObject({ fate: 'kept', failures: [] });
  });

  it('who edits gives it another text, which is kept', () => {
    const review: Reviewed = (_, attempt) => (attempt === 1 ? { text: 'mended' } : undefined);
    const [, edited] = settle([row(0, 9), row(1, 3, [DOUBT])], { ...options, ...doubtful, review });
    expect(edited).toMatchObject({ fate: 'kept', output: { text: 'mended' }, failures: [] });
  });

  it('who accepts a longer one has it kept before a shorter one', () => {
    expect(fates([row(0, 9), row(1, 3)], { review: deciding({ 0: 'accept' }) })).toEqual(['kept', 'spare']);
    expect(fates([row(0, 9), row(1, 3)], { keep: 2, review: deciding({ 0: 'accept' }) })).toEqual(['kept', 'kept']);
  });

  it('may refuse what nobody had to look at', () => {
    expect(fates([row(0, 9), row(1, 3)], { review: deciding({ 1: 'reject' }) })).toEqual(['kept', 'rejected']);
  });

  it('finds the same when it is settled again', () => {
    const rows = [row(0, 9), ...Array.from({ length: 8 }, (_, i) => row(i + 1, 5, [WRONG]))];
    for (const review of [deciding({}), deciding({ 0: 'reject' }), deciding({ 0: 'accept' })]) {
      const once = settle(rows, { ...options, ...doubtful, review });
      expect(settle(once, { ...options, ...doubtful, review })).toEqual(once);
    }
  });
});

it('names the stage that rejected: the first one that is on', () => {
  const failures: Failure[] = [{ stage: 'template', check: 'template', reason: 'no-think' }, DOUBT, WRONG];
  const rejection = { ...ALL_STAGES, template: false };
  expect(rejectedBy({ fate: 'rejected', failures }, rejection)).toEqual(WRONG);
  expect(rejectedBy({ fate: 'spare', failures }, rejection)).toBeUndefined();
});
