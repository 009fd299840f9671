import { describe, expect, it } from 'vitest';
import { parseFormula } from './formula.ts';
import { isAffordable } from './size.ts';

describe('isAffordable', () => {
  it.each(['2^1000', '3^(2^5)', '100!', '\\binom{100}{50}', '(2/3)^200', '1/2+1/3+1/5', 'x^12-1', '(x+1)^n', '0^0'])(
    'lets %s be computed',
    (text) => {
      expect(isAffordable(parseFormula(text))).toBe(true);
    },
  );

  // 7^2000 has 5,615 bits; the others have more digits than a page holds.
  it.each(['7^2000', '9^9^9^9', '1000!', '(5!)!', '2^3000*3^3000', '2^(10^9)', '1/7^2000'])('refuses %s', (text) => {
    expect(isAffordable(parseFormula(text))).toBe(false);
  });
});
