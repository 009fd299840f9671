import { expect, it } from 'vitest';
import { type Verdict, verdictOf } from '../core/verdict.ts';
import { UnscoredTolerance } from './tolerance.ts';

const passed = verdictOf([{ name: 'roots', score: 'answer', status: 'pass' }]);
const threw = verdictOf([
  { name: 'roots', score: 'answer', status: 'unscored', reason: 'verifier-threw', detail: 'no table' },
]);
const cancelled = verdictOf([{ name: 'roots', score: 'answer', status: 'unscored', reason: 'cancelled' }]);

/** How many of the verdicts were taken before the tolerance was used up. */
function taken(total: number, max: number, verdicts: readonly Verdict[]): number {
  const tolerance = new UnscoredTolerance(total, max);
  for (const [index, verdict] of verdicts.entries()) {
    try {
      tolerance.take(verdict, 'here');
    } catch {
      return index;
    }
  }
  return verdicts.length;
}

it.each([
  // 10% of 40 is 4: the fifth is one too many.
  ['a tenth of forty', 40, 0.1, 4],
  // 10% of 3 is 0.3, rounded up to 1.
  ['a tenth of three', 3, 0.1, 1],
  ['none', 1000, 0, 0],
  ['all', 8, 1, 8],
])('%s is tolerated', (_what, total, max, expected) => {
  expect(taken(total, max, Array<Verdict>(Math.min(total, 20)).fill(threw))).toBe(expected);
});

it('what passes uses nothing up, nor does what was cancelled', () => {
  expect(taken(10, 0.1, [passed, threw, passed, cancelled, cancelled, passed])).toBe(6);
});

it('beyond it the error names the verifier, the reason, the place and the mend', () => {
  const tolerance = new UnscoredTolerance(10, 0.1);
  // As an earlier, interrupted run left it.
  for (const verdict of [passed, threw]) tolerance.add(verdict);
  expect(() => tolerance.take(threw, 'sample s-3')).toThrowError(
    expect.objectContaining({
      code: 'verifier',
      place: 'sample s-3',
      message: '2 of 3 outputs could not be scored, more than 10% of 10; the last by roots: verifier-threw, no table',
      hint: expect.stringContaining('unscored.max'),
    }),
  );
});
