import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AttemptCounts, attemptMetrics, majorityAtK, passAtK, passHatK } from './attempts.ts';

describe('pass@k', () => {
  it('is 0.5 for the six example samples of human-eval, of which three pass', () => {
    // https://github.com/openai/human-eval/tree/463c980: "the example samples should yield 0.5 pass@1"
    expect(passAtK(6, 3, 1)).toBeCloseTo(0.5, 14);
  });

  it.each([
    [5, 2, 2, 0.7], // 1 − C(3,2)/C(5,2) = 1 − 3/10
    [10, 3, 5, 0.9166666666666667], // 1 − C(7,5)/C(10,5) = 1 − 21/252
    [2, 1, 2, 1],
    [4, 0, 4, 0],
  ])('of %i attempts with %i right at k = %i is %d', (n, c, k, expected) => {
    expect(passAtK(n, c, k)).toBeCloseTo(expected, 14);
  });

  it('is the estimator of human-eval at every count', () => {
    // The formula of its evaluation.py: 1.0 if n - c < k, else 1.0 - prod(1.0 - k / arange(n - c + 1, n + 1))
    const published = (n: number, c: number, k: number): number => {
      let product = n - c < k ? 0 : 1;
      for (let i = n - c + 1; i <= n; i++) product *= 1 - k / i;
      return 1 - product;
    };
    for (let n = 1; n <= 40; n++) {
      for (let c = 0; c <= n; c++) {
        for (let k = 1; k <= n; k++) expect(passAtK(n, c, k)).toBeCloseTo(published(n, c, k), 12);
      }
    }
  });

  it('is undefined beyond the attempts made', () => {
    expect(passAtK(4, 4, 5)).toBeNull();
    expect(passAtK(0, 0, 1)).toBeNull();
    expect(passHatK(4, 4, 5)).toBeNull();
    expect(majorityAtK({ right: 4, wrong: [], silent: 0 }, 5)).toBeNull();
  });
});

describe('pass^k', () => {
  it.each([
    [4, 3, 2, 0.5], // C(3,2)/C(4,2) = 3/6
    [8, 6, 4, 0.21428571428571427], // C(6,4)/C(8,4) = 15/70
    [8, 8, 8, 1],
    [8, 3, 4, 0],
  ])('of %i attempts with %i right at k = %i is %d', (n, c, k, expected) => {
    expect(passHatK(n, c, k)).toBeCloseTo(expected, 14);
  });

  it('holds at a thousand attempts', () => {
    // python3 -c "from math import comb; print(comb(990,500)/comb(1000,500), 1-comb(995,300)/comb(1000,300))"
    expect(passHatK(1000, 990, 500)! / 0.0009331878021844999).toBeCloseTo(1, 11);
    expect(passAtK(1000, 5, 300)).toBeCloseTo(0.8326513821428388, 11);
  });
});

describe('maj@k', () => {
  it('is worked out by hand for three attempts, one right and two equally wrong', () => {
    const attempts = { right: 1, wrong: [2], silent: 0 };
    expect(majorityAtK(attempts, 1)).toBeCloseTo(1 / 3, 14);
    // Pairs: twice the right one with a wrong one, a tie of two, and once both wrong ones: (½ + ½ + 0)/3
    expect(majorityAtK(attempts, 2)).toBeCloseTo(1 / 3, 14);
    expect(majorityAtK(attempts, 3)).toBe(0);
  });

  it('gives a silent attempt no vote', () => {
    // Each pair holds the right one, alone in its vote, or is silent: 2 of 3 pairs
    expect(majorityAtK({ right: 1, wrong: [], silent: 2 }, 2)).toBeCloseTo(2 / 3, 14);
    expect(majorityAtK({ right: 1, wrong: [], silent: 2 }, 3)).toBe(1);
    expect(majorityAtK({ right: 0, wrong: [], silent: 3 }, 2)).toBe(0);
  });

  it('credits a tie by the number of tied answers', () => {
    expect(majorityAtK({ right: 2, wrong: [2, 2, 1], silent: 1 }, 8)).toBeCloseTo(1 / 3, 14);
  });

  it('is the mean over all subsets', () => {
    const counts = fc.record({
      right: fc.nat(5),
      wrong: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
      silent: fc.nat(3),
    });
    const small = counts.filter((attempts) => votesOf(attempts).length <= 12);
    fc.assert(
      fc.property(small, (attempts) => {
        const expected = majorityByEnumeration(votesOf(attempts));
        for (const [index, value] of expected.entries()) {
          expect(majorityAtK(attempts, index + 1)).toBeCloseTo(value, 12);
        }
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it('holds at a thousand attempts', () => {
    // Two answers: the right one wins 501 votes of which at least 251 in 499.
    // python3 -c "from math import comb; print(sum(comb(520,r)*comb(480,499-r) for r in range(250,500))/comb(1000,499))"
    expect(majorityAtK({ right: 520, wrong: [480], silent: 0 }, 499)).toBeCloseTo(0.8967873827964203, 11);
  });

  it('refuses more attempts than a double can count subsets of', () => {
    expect(() => majorityAtK({ right: 1001, wrong: [], silent: 0 }, 1)).toThrow(
      expect.objectContaining({ code: 'config' }),
    );
  });
});

describe('metrics over samples', () => {
  it('rest on the samples that have enough attempts, each counting alike', () => {
    const metrics = attemptMetrics(
      [
        { right: 1, wrong: [2], silent: 0 },
        { right: 1, wrong: [], silent: 0 },
        { right: 0, wrong: [], silent: 0 },
      ],
      2,
    );
    expect(metrics.mean).toEqual({ value: 2 / 3, n: 2, values: [1 / 3, 1, null] });
    expect(metrics.atK.map(({ k }) => k)).toEqual([1, 2]);
    expect(metrics.atK[0]!.majorityAtK.n).toBe(2);
    const atTwo = metrics.atK[1]!;
    expect(atTwo.passAtK.values).toEqual([expect.closeTo(2 / 3, 14), null, null]);
    expect(atTwo.passAtK).toMatchObject({ value: expect.closeTo(2 / 3, 14), n: 1 });
    expect(atTwo.passHatK).toMatchObject({ value: 0, n: 1 });
    expect(atTwo.majorityAtK).toMatchObject({ value: expect.closeTo(1 / 3, 14), n: 1 });
  });

  it('of no samples are null', () => {
    expect(attemptMetrics([], 1).atK[0]!.passAtK).toEqual({ value: null, n: 0, values: [] });
  });

  it.each([0, -1, 1.5, Number.NaN])('k of %d is refused, whether or not there are samples', (k) => {
    const refusal = expect.objectContaining({ code: 'config' });
    expect(() => attemptMetrics([], k)).toThrow(refusal);
    expect(() => attemptMetrics([{ right: 1, wrong: [], silent: 0 }], k)).toThrow(refusal);
    expect(() => passAtK(3, 1, k)).toThrow(refusal);
    expect(() => passHatK(3, 1, k)).toThrow(refusal);
  });

  it.each([
    { right: 1, wrong: [Number.NaN], silent: 0 },
    { right: -1, wrong: [2], silent: 0 },
    { right: 1, wrong: [2, -1], silent: 0 },
    { right: 1, wrong: [], silent: 0.5 },
  ])('counts that are none are refused: %j', (attempts) => {
    expect(() => attemptMetrics([attempts], 1)).toThrow(expect.objectContaining({ code: 'config' }));
  });
});

/** Each attempt's vote: 0 is the right answer, negative is silent. */
function votesOf({ right, wrong, silent }: AttemptCounts): number[] {
  const wrongVotes = wrong.flatMap((count, index) => Array<number>(count).fill(index + 1));
  return [...Array<number>(right).fill(0), ...wrongVotes, ...Array<number>(silent).fill(-1)];
}

function majorityByEnumeration(votes: readonly number[]): number[] {
  const credit = Array<number>(votes.length).fill(0);
  const subsets = Array<number>(votes.length).fill(0);
  for (let mask = 1; mask < 2 ** votes.length; mask++) {
    const drawn = votes.filter((_, index) => mask & (1 << index));
    const tally = new Map<number, number>();
    for (const vote of drawn) if (vote >= 0) tally.set(vote, (tally.get(vote) ?? 0) + 1);
    const top = Math.max(0, ...tally.values());
    const tied = [...tally].filter(([, count]) => count === top).map(([vote]) => vote);
    if (tied.includes(0)) credit[drawn.length - 1]! += 1 / tied.length;
    subsets[drawn.length - 1]! += 1;
  }
  return credit.map((sum, index) => sum / subsets[index]!);
}
