import { describe, expect, it } from 'vitest';
import { randomStream } from '../core/seed.ts';
import { rateOf } from '../core/tallies.ts';
import { assumedPairs, simulatedGates } from './self-test.ts';

const options = { margin: 0.05, confidence: 0.95, gates: 400 };
const shares = (loss: number, n: number) => {
  const random = randomStream(3, 'self-test', loss, n);
  const { passed, failed, inconclusive } = simulatedGates({
    pairs: assumedPairs(0.1, 0.9),
    n,
    loss,
    random,
    ...options,
  });
  return [passed, failed, inconclusive].map(({ value }) => value!);
};

describe('simulated gates', () => {
  it('are drawn from pairs of which one in ten differs, evenly, at the rate asked for', () => {
    const pairs = assumedPairs(0.1, 0.9);
    const count = (difference: number) =>
      pairs.filter(({ before, after }) => rateOf(after) - rateOf(before) === difference).length;
    expect([pairs.length, count(1), count(-1)]).toEqual([1000, 50, 50]);
    expect(pairs.reduce((sum, { after }) => sum + rateOf(after), 0)).toBe(900);
  });

  it('fail an equal model in at most 5%, and pass one that is worse by the margin in at most 5%', () => {
    // Three standard errors of 400 draws at 5%: 0.033.
    const [, failedEqual] = shares(0, 400);
    const [passedWorse] = shares(0.05, 400);
    expect(failedEqual).toBeLessThan(0.05 + 0.033);
    expect(passedWorse).toBeLessThan(0.05 + 0.033);
  });

  it('pass an equal model the more often the more samples there are', () => {
    // √(0.1/n) is 1.58 points at 400 and 0.71 at 2,000: the margin is 3.2 and 7.1 of them, less 1.645.
    const [few] = shares(0, 400);
    const [many] = shares(0, 2000);
    expect(few).toBeGreaterThan(0.85);
    expect(many).toBeGreaterThan(0.99);
  });

  it('are decided one way or another', () => {
    expect(shares(0.1, 400).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('come out the same for the same seed', () => {
    expect(shares(0.05, 300)).toEqual(shares(0.05, 300));
  });
});
