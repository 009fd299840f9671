import { describe, expect, it } from 'vitest';
import { randomStream } from '../core/seed.ts';
import { atLeastP, atMostP } from '../core/statistics/binomial.ts';
import { type Finding, ruleResults, verdictOfAll, verdictsOf } from './finding.ts';

const of = (rule: Finding['rule'], passP: number, failP: number) => ({ rule, passP, failP, alpha: 0.05 });

describe('verdicts of rules', () => {
  it('a rule passes at its own level, however many there are beside it', () => {
    expect(verdictsOf([of('floor', 0.05, 1), of('floor', 0.051, 1)])).toEqual(['passed', 'inconclusive']);
  });

  it('a rule fails after Holm: of two, 0.02 · 2 = 0.04 is enough and 0.03 · 2 = 0.06 is not', () => {
    expect(verdictsOf([of('floor', 1, 0.02), of('margin', 1, 0.5)])).toEqual(['failed', 'inconclusive']);
    expect(verdictsOf([of('floor', 1, 0.03), of('margin', 1, 0.5)])).toEqual(['inconclusive', 'inconclusive']);
  });

  it('counting what is unscored costs a floor none of its power: 0.03 alone is enough', () => {
    expect(verdictsOf([of('floor', 1, 0.03), of('unscored', 0, 1)])).toEqual(['failed', 'passed']);
  });

  it('a size that is too large fails at once, among any number of rules', () => {
    expect(verdictsOf([of('size', 1, 0), of('floor', 0.5, 0.5), of('floor', 0.5, 0.5)])[0]).toBe('failed');
  });

  it('together fail where one fails, and pass only where all do; none is no pass', () => {
    expect(verdictOfAll(['passed', 'inconclusive', 'failed'])).toBe('failed');
    expect(verdictOfAll(['passed', 'inconclusive'])).toBe('inconclusive');
    expect(verdictOfAll(['passed', 'passed'])).toBe('passed');
    expect(verdictOfAll([])).toBe('inconclusive');
  });

  it('12 areas exactly at their floor fail a gate in at most 5% of 2,000 cases, and pass it in fewer still', () => {
    const random = randomStream(7, 'A/A of areas');
    const [n, floor, gates] = [60, 0.9, 2000];
    const verdicts = Array.from({ length: gates }, () => {
      const areas = Array.from({ length: 12 }, () => {
        let right = 0;
        for (let sample = 0; sample < n; sample++) if (random.next() < floor) right++;
        return of('floor', atLeastP(right, n, floor), atMostP(right, n, floor));
      });
      return verdictOfAll(verdictsOf(areas));
    });
    const share = (wanted: string) => verdicts.filter((verdict) => verdict === wanted).length / gates;
    // Three standard errors of 2,000 draws at 5%: 0.0146.
    expect(share('failed')).toBeLessThan(0.05 + 0.0146);
    expect(share('passed')).toBeLessThan(0.001);
  });

  it('names how many more are needed of undecided rules only, and at least one', () => {
    const finding = (passP: number, needed: number | null): Finding => ({
      ...of('floor', passP, 1),
      suite: 'sums',
      area: null,
      score: 'answer',
      claim: 'answer at least 90%',
      limit: 0.9,
      value: 0.92,
      n: 100,
      bounds: () => ({ low: 0.85, high: 0.96 }),
      found: ({ low, high }) => `between ${low} and ${high}`,
      needed: () => needed,
    });
    const results = ruleResults([finding(0.2, 350), finding(0.2, 40), finding(0.2, null), finding(0.01, 350)]);
    expect(results.map(({ more }) => more)).toEqual([250, 1, null, null]);
    expect(results[0]!.because).toBe('answer at least 90%: not decided, for between 0.85 and 0.96');
    expect(results[3]!.because).toContain('shown');
  });
});
