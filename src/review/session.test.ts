import { describe, expect, it } from 'vitest';
import { candidateOf } from '../../test/fixtures/candidates.ts';
import sums from '../../test/fixtures/sums.ts';
import type { Review } from '../core/records.ts';
import { Decisions } from '../core/review.ts';
import type { Suite } from '../core/suite.ts';
import type { Order } from './messages.ts';
import { queueOf } from './queue.ts';
import { Session } from './session.ts';

const signal = new AbortController().signal;
const now = (): Date => new Date('2026-11-28T12:00:00.000Z');

/** Three queued candidates, and a journal in memory. */
function opened(suite: Suite = sums, lines: Review[] = []) {
  const candidates = ['a', 'b', 'c'].map((id) => candidateOf({ id }));
  const stored = candidates.map((candidate) => ({ candidate, read: () => candidate }));
  const queue = queueOf(stored, { seed: 1 });
  const decisions = new Decisions(lines);
  const add = (review: Review): void => {
    lines.push(review);
    decisions.add(review);
  };
  const session = new Session({ queue, journal: { decisions, add }, suite, now });
  const order = (n: number, decision: 'accept' | 'reject'): Order => ({ n, hash: queue.items[n]!.hash, decision });
  const edit = (n: number, text: string): Order => ({ n, hash: queue.items[n]!.hash, decision: 'edit', text });
  return { session, lines, order, edit };
}

describe('a sitting', () => {
  it('records what is decided, and goes on to what is not', async () => {
    const { session, lines, order } = opened();
    const outcome = await session.decide({ ...order(1, 'reject'), note: 'wrong unit' }, signal);
    expect(outcome).toMatchObject({ kind: 'decided', next: 2, verdict: null });
    expect(lines).toEqual([
      {
        schema: 1,
        id: 'b',
        attempt: 0,
        hash: order(1, 'reject').hash,
        decision: 'reject',
        note: 'wrong unit',
        at: '2026-11-28T12:00:00.000Z',
      },
    ]);
    expect(session.counts()).toEqual({ queued: 3, accepted: 0, rejected: 1, edited: 0, left: 2 });
    // Round from the last to the first, and then there is none.
    expect(await session.decide(order(2, 'accept'), signal)).toMatchObject({ next: 0 });
    expect(await session.decide(order(0, 'accept'), signal)).toMatchObject({ next: null });
  });

  it('counts the last decision about an item', async () => {
    const { session, order } = opened();
    await session.decide(order(0, 'accept'), signal);
    await session.decide(order(0, 'reject'), signal);
    expect(session.counts()).toEqual({ queued: 3, accepted: 0, rejected: 1, edited: 0, left: 2 });
  });

  it('goes on where an earlier one ended', async () => {
    const first = opened();
    await first.session.decide(first.order(0, 'accept'), signal);
    const { session } = opened(sums, first.lines);
    expect(session.undecided()).toBe(1);
    expect(session.item(0)?.decision?.decision).toBe('accept');
  });

  it('undoes decision by decision, those of an earlier sitting too, as lines of their own', async () => {
    const first = opened();
    await first.session.decide(first.order(2, 'accept'), signal);
    await first.session.decide(first.order(0, 'reject'), signal);
    const { session, lines } = opened(sums, first.lines);
    expect([session.undo(), session.undo(), session.undo()]).toEqual([0, 2, null]);
    expect(lines.map(({ id, decision }) => `${decision} ${id}`)).toEqual(['accept c', 'reject a', 'undo a', 'undo c']);
    expect(session.counts().left).toBe(3);
  });

  it('does not decide about a text that is not the one in the queue', async () => {
    const { session, lines, order } = opened();
    expect(await session.decide({ ...order(0, 'accept'), hash: 'f00d' }, signal)).toEqual({ kind: 'stale' });
    expect(await session.decide({ ...order(0, 'accept'), n: 3 }, signal)).toEqual({ kind: 'stale' });
    expect(lines).toEqual([]);
  });
});

describe('an edit', () => {
  it('that the verifier passes is recorded with what its checks found', async () => {
    const { session, lines, edit } = opened();
    const outcome = await session.decide(edit(0, '<think>so</think><answer>4</answer>'), signal);
    expect(outcome).toMatchObject({ kind: 'decided', verdict: { status: 'pass', answer: '4' } });
    expect(lines).toMatchObject([{ decision: 'edit', text: '<think>so</think><answer>4</answer>' }]);
    expect(session.counts()).toMatchObject({ edited: 1, left: 2 });
  });

  it.each([
    ['with a wrong answer', '<think>so</think><answer>5</answer>', 'wrong-sum'],
    // Policy `select` wants complete tags; `score` would read a bare answer.
    ['without the answer tag', 'the answer is 4', 'no-answer'],
    ['that is empty', '', 'no-answer'],
  ])('%s is refused with the reason, and nothing is recorded', async (_what, text, reason) => {
    const { session, lines, edit } = opened();
    const outcome = await session.decide(edit(0, text), signal);
    expect(outcome).toMatchObject({ kind: 'refused', verdict: { status: 'fail', reason } });
    expect(lines).toEqual([]);
    expect(session.counts().left).toBe(3);
  });

  it('that the verifier cannot judge is refused: nobody vouches for it', async () => {
    const verify = {
      ...sums.verify,
      verify: () => {
        throw new Error('out of order');
      },
    };
    const { session, lines, edit } = opened({ ...sums, verify });
    const outcome = await session.decide(edit(0, '<answer>4</answer>'), signal);
    expect(outcome).toMatchObject({ kind: 'refused', verdict: { status: 'unscored', reason: 'verifier-threw' } });
    expect(lines).toEqual([]);
  });

  it('that is still verified when the review ends is not recorded', async () => {
    const ending = new AbortController();
    const verify = { ...sums.verify, verify: () => new Promise<never>(() => undefined) };
    const { session, lines, edit } = opened({ ...sums, verify });
    const pending = session.decide(edit(0, '<answer>4</answer>'), ending.signal);
    ending.abort();
    await expect(pending).rejects.toMatchObject({ code: 'interrupted' });
    expect(lines).toEqual([]);
  });
});
