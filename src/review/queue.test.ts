import { describe, expect, it } from 'vitest';
import { candidateOf } from '../../test/fixtures/candidates.ts';
import type { Candidate } from '../core/records.ts';
import { queueOf, type StoredCandidate } from './queue.ts';

const storedOf = (candidates: readonly Candidate[]): StoredCandidate[] =>
  candidates.map((candidate) => ({ candidate, read: () => candidate }));

const keptOf = (n: number): Candidate[] =>
  Array.from({ length: n }, (_, index) => candidateOf({ id: `k-${index}`, fate: 'kept' }));

const idsOf = ({ items }: { items: readonly { id: string }[] }): string[] => items.map(({ id }) => id);

describe('the queue', () => {
  const mixed = [
    candidateOf({ id: 'k', fate: 'kept' }),
    candidateOf({ id: 'w-1' }),
    candidateOf({ id: 'r', fate: 'rejected' }),
    candidateOf({ id: 's', fate: 'spare' }),
    candidateOf({ id: 'w-2' }),
  ];

  it('is what waits, in the order in which it was made', () => {
    const queue = queueOf(storedOf(mixed), { seed: 1 });
    expect(idsOf(queue)).toEqual(['w-1', 'w-2']);
    expect(queue.candidates).toBe(5);
  });

  it('has what was kept after what waits, and never what was rejected or spared', () => {
    expect(idsOf(queueOf(storedOf(mixed), { all: true, seed: 1 }))).toEqual(['w-1', 'w-2', 'k']);
  });

  it('has as many kept ones as a spot check asks for, and all where there are fewer', () => {
    expect(idsOf(queueOf(storedOf(keptOf(40)), { sample: 7, seed: 1 }))).toHaveLength(7);
    expect(idsOf(queueOf(storedOf(keptOf(3)), { sample: 7, seed: 1 }))).toEqual(['k-0', 'k-1', 'k-2']);
  });

  it('draws the same spot check again, and another by another seed', () => {
    const drawn = (seed: number): string[] => idsOf(queueOf(storedOf(keptOf(100)), { sample: 10, seed }));
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });

  it('keeps of a spot check what later candidates do not push out, so that no new order is drawn', () => {
    const before = new Set(idsOf(queueOf(storedOf(keptOf(100)), { sample: 10, seed: 3 })));
    const after = idsOf(queueOf(storedOf(keptOf(110)), { sample: 10, seed: 3 }));
    const isOld = (id: string): boolean => Number(id.slice(2)) < 100;
    expect(after.filter(isOld).every((id) => before.has(id))).toBe(true);
  });

  it('shows the other attempts at a problem, whatever became of them', () => {
    const attempts = [
      candidateOf({ id: 'p', attempt: 0, fate: 'rejected' }),
      candidateOf({ id: 'p', attempt: 1 }),
      candidateOf({ id: 'q', attempt: 0 }),
      candidateOf({ id: 'p', attempt: 2, fate: 'spare' }),
    ];
    const queue = queueOf(storedOf(attempts), { seed: 1 });
    const [first] = queue.items;
    expect(queue.others(first!).map(({ id, attempt }) => [id, attempt])).toEqual([
      ['p', 0],
      ['p', 2],
    ]);
  });

  it('of no candidates is empty', () => {
    expect(queueOf([], { all: true, seed: 1 })).toMatchObject({ items: [], candidates: 0 });
  });
});
