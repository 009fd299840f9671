import { describe, expect, it } from 'vitest';
import { proportion, samplesToShow, wilson } from './proportion.ts';

describe("Wilson's interval", () => {
  // R. G. Newcombe, Stat. Med. 17, 1998, 857–872, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i of %i is that of Newcombe', (passed, n, low, high) => {
    expect(wilson(passed, n)!.low).toBeCloseTo(low, 4);
    expect(wilson(passed, n)!.high).toBeCloseTo(high, 4);
  });

  it('of five of five begins at 5/(5 + 1.96²) = 0.5655', () => {
    expect(wilson(5, 5)!.low).toBeCloseTo(5 / (5 + 1.959964 ** 2), 6);
  });

  it('of nothing is none', () => {
    expect(wilson(0, 0)).toBeNull();
    expect(proportion(0, 0, 3)).toEqual({ value: null, n: 0, low: null, high: null, unscored: 3 });
  });
});

it('a perfect score shows 0.95 after 73 samples: 73/(73 + 3.8415) = 0.95001, and 72/(72 + 3.8415) = 0.94935', () => {
  expect(samplesToShow(0.95)).toBe(73);
});
