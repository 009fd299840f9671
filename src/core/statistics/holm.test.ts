import { expect, it } from 'vitest';
import { holm } from './holm.ts';

// statsmodels.stats.multitest.multipletests([0.01, 0.04, 0.03, 0.005], method='holm'): 4 × 0.005, 3 × 0.01, 2 × 0.03, then no less than that.
it("Holm's adjusted p-values are those of statsmodels, in the order given", () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((p, index) => {
    expect(adjusted[index]).toBeCloseTo(p, 14);
  });
});

it('adjusted p-values stop at 1, none has none, and NaN is refused', () => {
  expect(holm([0.6, 0.7])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
  expect(() => holm([0.1, Number.NaN])).toThrow('got NaN');
});
