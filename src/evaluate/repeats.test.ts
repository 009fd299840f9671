import { describe, expect, it } from 'vitest';
import { type Outcome, scoredOf } from '../../test/fixtures/evaluated.ts';
import { atEveryK, outcomeRates } from './repeats.ts';

/** One sample: each attempt by what it answers, `2` being right and nothing being silence. */
function attemptsAt(sample: string, said: readonly string[]) {
  return said.map((text, attempt) => {
    const outcome: Outcome = { sample, attempt, answer: text === '2' ? 'pass' : 'fail' };
    return scoredOf(text === '' ? outcome : { ...outcome, said: text });
  });
}

describe('at every k', () => {
  it('means over all subsets: of 4 attempts 2 are right, pass@2 is 1 − 1/6 and pass^2 is 1/6', () => {
    const [one, two, three, four] = atEveryK(attemptsAt('x', ['2', '2', '3', '5']), 4);
    expect(one).toMatchObject({ k: 1, pass: { value: 0.5 }, all: { value: 0.5 } });
    expect(two!.pass.value).toBeCloseTo(5 / 6, 12);
    expect(two!.all.value).toBeCloseTo(1 / 6, 12);
    expect(three).toMatchObject({ k: 3, pass: { value: 1 }, all: { value: 0 } });
    expect(four).toMatchObject({ k: 4, pass: { value: 1 }, all: { value: 0 }, majority: { value: 1 } });
  });

  it('wrong answers in other words are one vote for one answer: 1/2 and 0.5 outvote the right one', () => {
    const apart = atEveryK(attemptsAt('x', ['2', '3', '5']), 3)[2]!;
    const together = atEveryK(attemptsAt('x', ['2', '1/2', '0.5']), 3)[2]!;
    // A tie of three is a third; two votes against one are none.
    expect(apart.majority.value).toBeCloseTo(1 / 3, 12);
    expect(together.majority.value).toBe(0);
  });

  it('silence is no vote', () => {
    expect(atEveryK(attemptsAt('x', ['2', '', '']), 3)[2]!.majority.value).toBe(1);
    expect(atEveryK(attemptsAt('x', ['', '', '']), 3)[2]!.majority.value).toBe(0);
  });

  it('a sample with an unscored attempt says nothing of all k, and is counted as unscored there', () => {
    const attempts = [
      ...attemptsAt('x', ['2', '2']),
      scoredOf({ sample: 'y', attempt: 0, answer: 'unscored' }),
      scoredOf({ sample: 'y', attempt: 1, answer: 'pass', said: '2' }),
    ];
    const [one, two] = atEveryK(attempts, 2);
    expect(one!.pass).toMatchObject({ value: 1, n: 2, unscored: 0 });
    expect(two!.pass).toMatchObject({ value: 1, n: 1, unscored: 1 });
  });

  it('of nothing is null', () => {
    expect(atEveryK([], 2).map(({ pass }) => pass.value)).toEqual([null, null]);
  });
});

describe('outcome rates', () => {
  it('are shares of outputs: of 4 one could not be read, and two were cut off', () => {
    const { unparsed, truncated } = outcomeRates([
      scoredOf({ sample: 'w', answer: 'pass', said: '2' }),
      scoredOf({ sample: 'x', answer: 'fail', said: '3' }),
      scoredOf({ sample: 'y', answer: 'fail', isTruncated: true }),
      scoredOf({ sample: 'z', answer: 'fail', said: '4', isTruncated: true }),
    ]);
    expect([unparsed.value, unparsed.n]).toEqual([0.25, 4]);
    expect([truncated.value, truncated.n]).toEqual([0.5, 4]);
  });

  it('of several attempts count samples as clusters, and of nothing are null', () => {
    const { unparsed } = outcomeRates([...attemptsAt('x', ['', '']), ...attemptsAt('y', ['2', ''])]);
    expect([unparsed.value, unparsed.n]).toEqual([0.75, 2]);
    expect(outcomeRates([]).truncated.value).toBeNull();
  });
});
