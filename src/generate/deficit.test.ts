import { describe, expect, it } from 'vitest';
import { betaBelow, expectedDeficit } from './deficit.ts';

describe('the expected deficit', () => {
  it.each([
    // Beta(1,1), density 1: ∫₀ᵗ (t−p) dp = t²/2.
    ['nothing seen', 0, 0, 0.5, 0.125],
    ['nothing seen, target 1', 0, 0, 1, 0.5],
    // Beta(2,1), density 2p: ∫₀ᵗ (t−p)·2p dp = t³/3.
    ['one right', 1, 1, 0.5, 0.125 / 3],
    // Beta(1,2), density 2(1−p): ∫₀ᵗ (t−p)·2(1−p) dp = t² − t³/3.
    ['one wrong', 0, 1, 0.5, 0.25 - 0.125 / 3],
    // By exact rational arithmetic over the binomial tail (Python's fractions), at t = 97/100.
    ['5 of 5', 5, 5, 0.97, 0.11542612068301857],
    ['95 of 100', 95, 100, 0.97, 0.02932507846670577],
    ['380 of 400', 380, 400, 0.97, 0.022265593608965007],
    ['1,900 of 2,000', 1900, 2000, 0.97, 0.020449550824650425],
  ])('%s', (_name, passed, n, target, expected) => {
    expect(expectedDeficit(passed, n, target)).toBeCloseTo(expected, 10);
  });

  it('is never below zero, however sure the area is', () => {
    expect(expectedDeficit(2000, 2000, 0.5)).toBeGreaterThanOrEqual(0);
  });
});

it('a beta distribution lies between 0 and 1', () => {
  expect([betaBelow(0, 3, 4), betaBelow(1, 3, 4)]).toEqual([0, 1]);
  // Beta(2,2) is symmetric about one half.
  expect(betaBelow(0.5, 2, 2)).toBeCloseTo(0.5, 14);
});
