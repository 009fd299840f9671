import { expect, it } from 'vitest';
import { randomStream } from '../seed.ts';
import { signFlipTest } from './sign-flip.ts';

/** Darwin's maize: crossed less self-fertilised height of 15 pairs, in eighths of an inch (Fisher 1935, table 3). */
const MAIZE = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

it("Darwin's maize gives Fisher's p of 5.267%", () => {
  // The Design of Experiments, section 21: 863 of the 2^15 = 32,768 sums are 314 or more, and as many −314 or less
  expect(signFlipTest(MAIZE, randomStream(1))).toEqual({ p: 1726 / 32768, isExact: true });
});

it('the draws agree with the exact count', () => {
  // Ten pairs more of negligible size make 25, too many to count; binomial error of 10,000 draws: 0.0022, four of them
  const padded = [...MAIZE, ...Array.from({ length: 10 }, (_, index) => 1e-6 * (index + 1))];
  const { p, isExact } = signFlipTest(padded, randomStream(1))!;
  expect(isExact).toBe(false);
  // Of sums that are 314 or −314 exactly (28 each in 32,768) the negligible pairs decide: 1,670 are beyond, 1,726 with them
  expect(p).toBeGreaterThan(1670 / 32768 - 0.009);
  expect(p).toBeLessThan(1726 / 32768 + 0.009);
});

it('three differences by hand', () => {
  // Sums of ±1 ±2 ±4: 7 5 3 1 and their negatives; the observed 5 is reached by 7, 5, −5, −7 of 8
  expect(signFlipTest([-1, 2, 4], randomStream(1))).toEqual({ p: 0.5, isExact: true });
});

it('fractions that are equal on paper tie', () => {
  // 0.1 + 0.2 against 0.3: sums of ±1 ±2 ±3 tenths are 6 4 2 0 0 and negatives; the observed 0 is reached by all
  expect(signFlipTest([0.1, 0.2, -0.3], randomStream(1))!.p).toBe(1);
});

it('differences of one size are the sign test, at any number', () => {
  // 8 plus and 2 minus: 2·(1 + 10 + 45)/1024; pairs that do not differ say nothing
  const differences = [...Array<number>(8).fill(1), -1, -1, ...Array<number>(30).fill(0)];
  expect(signFlipTest(differences, randomStream(1))!.p).toBeCloseTo(112 / 1024, 14);
  // scipy.stats.binomtest(45, 60).pvalue
  const many = [...Array<number>(45).fill(0.25), ...Array<number>(15).fill(-0.25)];
  const result = signFlipTest(many, randomStream(1))!;
  expect(result.p).toBeCloseTo(0.00013451408092849532, 14);
  expect(result.isExact).toBe(true);
});

it('the smallest p that draws can give is 1 in 10,001', () => {
  const differences = Array.from({ length: 200 }, (_, index) => 1 + (index % 2));
  expect(signFlipTest(differences, randomStream(1))!.p).toBe(1 / 10_001);
});

it('draws of two sizes agree with the normal limit', () => {
  // 400 pairs of size 1 and 400 of size 2: sum's deviation √(400·1 + 400·4) = 44.7; observed 88, corrected for steps of 2:
  // 2·(1 − Φ(87/44.72)) = 0.0517; four binomial errors of 10,000 draws are 0.009
  const ones = Array.from({ length: 400 }, (_, index) => (index < 222 ? 1 : -1)); // sum 44
  const twos = Array.from({ length: 400 }, (_, index) => (index < 211 ? 2 : -2)); // sum 44
  const { p } = signFlipTest([...ones, ...twos], randomStream(1))!;
  expect(Math.abs(p - 0.0517)).toBeLessThan(0.009);
});

it('same seed, same p; no pairs, no p; no difference, p of 1', () => {
  const differences = Array.from({ length: 50 }, (_, index) => Math.sin(index + 1));
  expect(signFlipTest(differences, randomStream(3))).toEqual(signFlipTest(differences, randomStream(3)));
  expect(signFlipTest([], randomStream(3))).toBeNull();
  expect(signFlipTest([0, 0], randomStream(3))).toEqual({ p: 1, isExact: true });
});

it('a difference that is not finite is refused with its place', () => {
  expect(() => signFlipTest([0, Number.NaN], randomStream(1))).toThrow(
    expect.objectContaining({ code: 'record', place: 'pair 1' }),
  );
});
