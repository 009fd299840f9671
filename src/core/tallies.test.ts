import { describe, expect, it } from 'vitest';
import { scoredOf } from '../../test/fixtures/evaluated.ts';
import { rateOf, talliesOf } from './tallies.ts';

describe('tallies', () => {
  it('take several attempts at a sample together: 2 of 3 judged are right, and one could not be scored', () => {
    const attempts = (['pass', 'unscored', 'fail', 'pass'] as const).map((answer, attempt) =>
      scoredOf({ sample: 'x', attempt, answer }),
    );
    const tally = talliesOf(attempts, 'answer').get('x')!;
    expect(tally).toEqual({ sample: 'x', area: 'a', passed: 2, scored: 3, judged: 4 });
    expect(rateOf(tally)).toBe(2 / 3);
  });

  it('keep the order of first attempts', () => {
    const attempts = ['x', 'y', 'x', 'w'].map((sample, attempt) => scoredOf({ sample, attempt, answer: 'pass' }));
    expect([...talliesOf(attempts, 'answer').keys()]).toEqual(['x', 'y', 'w']);
  });

  it('know nothing of a sample whose verdicts have no check of the score', () => {
    expect(talliesOf([scoredOf({ sample: 'x', format: 'pass' })], 'answer').size).toBe(0);
    expect(talliesOf([], 'answer').size).toBe(0);
  });
});
