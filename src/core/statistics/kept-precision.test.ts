import { describe, expect, it } from 'vitest';
import { type Random, randomStream } from '../seed.ts';
import { type KeptCounts, keptPrecision } from './kept-precision.ts';

const estimate = (counts: KeptCounts) => keptPrecision(counts, randomStream(1, 'kept'));

/** A table so long that its rates are all but known. */
const table = { wrong: 1e6, falseAccepts: 1e4, right: 1e6, falseRejects: 2e4 };

/** Draws rates uniformly and counts from them, and keeps the share of right ones wherever the very same counts come out. */
function byRejection(counts: KeptCounts, trials: number, random: Random): number[] {
  const { drawn, passed, wrong, falseAccepts, right, falseRejects } = counts;
  const successes = (n: number, rate: number): number => {
    let count = 0;
    for (let draw = 0; draw < n; draw++) if (random.next() < rate) count++;
    return count;
  };
  const shares: number[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const [teacher, accepting, rejecting] = [random.next(), random.next(), random.next()] as const;
    if (successes(wrong, accepting) !== falseAccepts || successes(right, rejecting) !== falseRejects) continue;
    const sound = teacher * (1 - rejecting);
    const passing = sound + (1 - teacher) * accepting;
    if (successes(drawn, passing) === passed) shares.push(sound / passing);
  }
  return shares.sort((one, other) => one - other);
}

describe('the precision of what was kept', () => {
  it('is high where the teacher is often right', () => {
    // q = 0.3, a = 0.01, r = 0.02: π = (0.3 − 0.01)/(1 − 0.02 − 0.01) = 0.29897, and 1 − 0.70103·0.01/0.3 = 0.97663.
    expect(estimate({ drawn: 1e6, passed: 3e5, ...table })!.value).toBeCloseTo(0.97663, 3);
  });

  it('is a half where 1% of wrong traces are accepted and the teacher is right once in a hundred', () => {
    // q = 0.01·1 + 0.99·0.01 = 0.0199, and 0.01/0.0199 = 0.5025.
    const found = estimate({ drawn: 1e6, passed: 19_900, ...table, falseRejects: 0 });
    expect(found!.value).toBeCloseTo(0.5025, 2);
    expect(found!.low).toBeGreaterThan(0.48);
    expect(found!.high).toBeLessThan(0.52);
  });

  it.each([
    { drawn: 10, passed: 4, wrong: 8, falseAccepts: 1, right: 8, falseRejects: 1 },
    { drawn: 12, passed: 1, wrong: 6, falseAccepts: 0, right: 5, falseRejects: 0 },
    { drawn: 9, passed: 9, wrong: 5, falseAccepts: 2, right: 0, falseRejects: 0 },
    // A verifier that is worse than a coin.
    { drawn: 8, passed: 4, wrong: 4, falseAccepts: 3, right: 4, falseRejects: 3 },
  ])('agrees with rates drawn blindly and kept where they give these counts: %o', (counts) => {
    const shares = byRejection(counts, 400_000, randomStream(2, 'blind'));
    expect(shares.length).toBeGreaterThan(400);
    const at = (share: number): number => shares[Math.floor(share * shares.length)]!;
    const found = estimate(counts)!;
    // Both are samples: a quantile of 400 has a standard error of up to 0.025 of probability.
    const below = (value: number): number => shares.filter((share) => share <= value).length / shares.length;
    expect(below(found.value)).toBeGreaterThan(0.42);
    expect(below(found.value)).toBeLessThan(0.58);
    expect(below(found.low)).toBeLessThan(0.06);
    expect(below(found.high)).toBeGreaterThan(0.94);
    expect(found.low).toBeLessThanOrEqual(at(0.06));
    expect(found.high).toBeGreaterThanOrEqual(at(0.94));
  });

  it('is the same for the same stream', () => {
    const counts = { drawn: 10, passed: 4, wrong: 8, falseAccepts: 1, right: 8, falseRejects: 1 };
    expect(estimate(counts)).toEqual(estimate(counts));
  });

  it('is unknown where nothing passed, nobody labelled a wrong trace, or the table is about other traces', () => {
    const counts = { drawn: 10, passed: 4, wrong: 8, falseAccepts: 1, right: 8, falseRejects: 1 };
    expect(estimate({ ...counts, passed: 0 })).toBeNull();
    expect(estimate({ ...counts, wrong: 0, falseAccepts: 0 })).toBeNull();
    expect(
      estimate({ drawn: 1e6, passed: 1, wrong: 1e4, falseAccepts: 5e3, right: 1e4, falseRejects: 100 }),
    ).toBeNull();
  });

  it('refuses counts that no table gives', () => {
    expect(() => estimate({ drawn: 1, passed: 2, ...table })).toThrow(/at most n = 1/);
    expect(() => estimate({ drawn: 1, passed: 1, ...table, falseAccepts: Number.NaN })).toThrow(/whole number/);
  });
});
