import { describe, expect, it } from 'vitest';
import { evaluatedOf, type Outcome, passing } from '../../test/fixtures/evaluated.ts';
import type { Evaluated } from '../core/evaluated.ts';
import { gate } from './gate.ts';
import { parsePolicy } from './policy.ts';

const policies = (rules: object) => parsePolicy({ suite: 'sums', ...rules }, 'policy.json');
const records = (...evaluations: Evaluated[]) => ({ evaluations, measurements: [] });

function decide(rules: object, candidate: readonly Outcome[], baseline?: readonly Outcome[]) {
  return gate({
    policies: policies(rules),
    candidate: records(evaluatedOf(candidate)),
    ...(baseline ? { baseline: records(evaluatedOf(baseline)) } : {}),
  });
}

/** Pairs of one area: those newly right first, then those newly wrong, then those that both have right. */
function pairs(fixed: number, broken: number, n: number): { before: Outcome[]; after: Outcome[] } {
  const of = (isRight: (index: number) => boolean): Outcome[] =>
    Array.from({ length: n }, (_, index) => ({ sample: `a-${index}`, answer: isRight(index) ? 'pass' : 'fail' }));
  return { before: of((index) => index >= fixed), after: of((index) => index < fixed || index >= fixed + broken) };
}

describe('a floor', () => {
  // scipy.stats.binom at n = 100, rate 0.9: P(X ≥ 95) = 0.0576, P(X ≥ 96) = 0.0237, P(X ≤ 84) = 0.0399, P(X ≤ 85) = 0.0726.
  it.each([
    [96, 'passed'],
    [95, 'inconclusive'],
    [90, 'inconclusive'],
    [85, 'inconclusive'],
    [84, 'failed'],
    [0, 'failed'],
  ])('of nine in ten with %i of 100 right is %s', (right, verdict) => {
    expect(decide({ answer: { floor: 0.9 } }, passing(right, 100)).verdict).toBe(verdict);
  });

  it('shows Clopper–Pearson bounds: 96 of 100 lies between 91.08% and 98.62%', () => {
    // scipy.stats.beta.ppf(0.05, 96, 5) = 0.9108037, ppf(0.95, 97, 4) = 0.9862234.
    const [rule] = decide({ answer: { floor: 0.9 } }, passing(96, 100)).rules;
    expect(rule).toMatchObject({ rule: 'floor', value: 0.96, n: 100, more: null });
    expect(rule!.low).toBeCloseTo(0.9108037, 6);
    expect(rule!.high).toBeCloseTo(0.9862234, 6);
  });

  it('that so few samples can never show is refused, with how many it needs: ln 0.05 ÷ ln 0.95 = 58.4', () => {
    expect(() => decide({ answer: { floor: 0.95 } }, passing(58, 58))).toThrow(/58 samples can never decide.*needs 59/);
    expect(decide({ answer: { floor: 0.95 } }, passing(59, 59)).verdict).toBe('passed');
    expect(() => decide({ answer: { floor: 0.95 } }, [])).toThrow(/0 samples|not complete|no sample/);
  });

  it('of one area looks at that area only', () => {
    const outcomes = [...passing(60, 60, 'a'), ...passing(0, 60, 'b')];
    const { rules } = decide({ areas: { a: { answer: { floor: 0.95 } }, b: { answer: { floor: 0.95 } } } }, outcomes);
    const verdicts = rules.map(({ rule, area, n, verdict }) => [rule, area, n, verdict]);
    expect(verdicts).toEqual([
      ['floor', 'a', 60, 'passed'],
      ['floor', 'b', 60, 'failed'],
      ['unscored', null, 120, 'passed'],
    ]);
  });

  it('of an area that the suite does not have is refused, and the areas are named', () => {
    expect(() => decide({ areas: { c: { answer: { floor: 0.9 } } } }, passing(50, 50))).toThrow('no area "c"');
  });

  it('on a score that nobody judged is refused', () => {
    expect(() => decide({ trace: { floor: 0.5 } }, passing(50, 50))).toThrow('0 samples can never decide');
  });

  it('with as many more samples as it names, at the same share, is decided, and with a tenth fewer it is not', () => {
    for (const [right, verdict] of [
      [183, 'passed'],
      [187, 'passed'],
      [177, 'failed'],
      [174, 'failed'],
    ] as const) {
      const [rule] = decide({ answer: { floor: 0.9 } }, passing(right, 200)).rules;
      expect(rule!.verdict).toBe('inconclusive');
      const verdictAt = (n: number) =>
        decide({ answer: { floor: 0.9 } }, passing(round((right / 200) * n), n)).rules[0]!.verdict;
      // Rounded to what shows less.
      const round = verdict === 'passed' ? Math.floor : Math.ceil;
      expect(verdictAt(200 + rule!.more!)).toBe(verdict);
      expect(verdictAt(Math.floor(0.9 * (200 + rule!.more!)))).toBe('inconclusive');
    }
  });

  it('exactly at what was found can be decided by no number of samples', () => {
    expect(decide({ answer: { floor: 0.9 } }, passing(90, 100)).rules[0]!.more).toBeNull();
  });

  it('among many rules that could fail names enough samples to fail all the same', () => {
    const rules = { areas: { a: { answer: { floor: 0.9 }, format: { floor: 0.9 }, trace: { floor: 0.9 } } } };
    const at = (right: number, n: number) =>
      passing(right, n).map((outcome): Outcome => ({ ...outcome, format: 'pass', trace: 'pass' }));
    // 84 of 100 is 4.0% likely at 90%: it would fail alone, and is undecided among three rules (3 · 4.0% = 12%).
    const [rule] = decide(rules, at(84, 100)).rules;
    expect(rule!.verdict).toBe('inconclusive');
    const n = 100 + rule!.more!;
    expect(n).toBeGreaterThan(110);
    expect(decide(rules, at(Math.round(0.84 * n), n)).rules[0]!.verdict).toBe('failed');
  });
});

describe('a margin', () => {
  it('without one answer that changed passes from ln 0.05 ÷ ln 0.98 = 148.3 pairs on', () => {
    const same = passing(140, 149);
    expect(decide({ answer: { margin: 0.02 } }, same, same).verdict).toBe('passed');
    const fewer = passing(140, 148);
    expect(() => decide({ answer: { margin: 0.02 } }, fewer, fewer)).toThrow(/148 samples can never decide.*needs 149/);
  });

  it('fails a model that lost 60 of 400 right answers and won 5, against a margin of 5 points', () => {
    const { before, after } = pairs(5, 60, 400);
    // The loss is 13.75 points, its standard error √(65/400 − 0.1375²)/20 = 1.9 points: 4.6 of them beyond the margin.
    const decision = decide({ answer: { margin: 0.05 } }, after, before);
    expect(decision.verdict).toBe('failed');
    expect(decision.changes).toEqual([
      { suite: 'sums', n: 400, fixed: 5, broken: 60, p: expect.any(Number) as number },
    ]);
    expect(decision.broken).toHaveLength(60);
    expect(decision.rules[0]!.value).toBeCloseTo(-0.1375, 12);
  });

  it('passes an equal model of which one answer in ten changed, on 1,600 pairs and 2 points, and not on 400', () => {
    // √0.1/40 = 0.79 points is 2.53 standard errors within the margin; at 400 pairs it is 1.26.
    const large = pairs(80, 80, 1600);
    expect(decide({ answer: { margin: 0.02 } }, large.after, large.before).verdict).toBe('passed');
    const small = pairs(20, 20, 400);
    const { verdict, rules } = decide({ answer: { margin: 0.02 } }, small.after, small.before);
    expect(verdict).toBe('inconclusive');
    // (1.645/0.02)² · 0.1 = 676 pairs in all, and a little more by the exact test.
    expect(rules[0]!.more).toBeGreaterThan(250);
    expect(rules[0]!.more).toBeLessThan(330);
  });

  it('with as many more pairs as it names, at the same rates, is decided', () => {
    for (const [fixed, broken, n, margin] of [
      [20, 20, 400, 0.02],
      [10, 20, 500, 0.03],
      [3, 40, 400, 0.08],
      [0, 4, 200, 0.03],
    ] as const) {
      const some = pairs(fixed, broken, n);
      const [rule] = decide({ answer: { margin } }, some.after, some.before).rules;
      expect(rule!.verdict).toBe('inconclusive');
      const total = n + rule!.more!;
      const all = pairs(Math.round((fixed / n) * total), Math.round((broken / n) * total), total);
      expect(decide({ answer: { margin } }, all.after, all.before).rules[0]!.verdict).not.toBe('inconclusive');
    }
  });

  it('without a baseline is refused', () => {
    expect(() => decide({ answer: { margin: 0.05 } }, passing(90, 100))).toThrow('no baseline');
  });

  it('on other samples than the baseline is refused', () => {
    expect(() => decide({ answer: { margin: 0.05 } }, passing(90, 100), passing(90, 101))).toThrow(
      /not asked the same/,
    );
    expect(() => decide({ answer: { margin: 0.05 } }, passing(90, 100, 'a'), passing(90, 100, 'b'))).toThrow(/common/);
  });

  it('names why an answer is newly wrong, and not what else is wrong with the output', () => {
    const before = passing(100, 100);
    const after = before.map((outcome, index): Outcome => {
      return index === 7 ? { sample: 'a-7', format: 'fail', answer: 'fail', reason: 'x' } : outcome;
    });
    const candidate = evaluatedOf(after);
    const attempts = candidate.attempts.map((attempt) =>
      attempt.sample === 'a-7'
        ? {
            ...attempt,
            verdict: {
              status: 'fail' as const,
              checks: [
                { name: 'template', score: 'format' as const, status: 'fail' as const, reason: 'no-think' },
                { name: 'sum', score: 'answer' as const, status: 'fail' as const, reason: 'wrong-number' },
              ],
            },
          }
        : attempt,
    );
    const { broken } = gate({
      policies: policies({ answer: { margin: 0.1 } }),
      candidate: records({ ...candidate, attempts }),
      baseline: records(evaluatedOf(before)),
    });
    expect(broken).toEqual([{ suite: 'sums', area: 'a', sample: 'a-7', reason: 'wrong-number' }]);
  });
});

describe('several attempts', () => {
  const repeated = (right: number, n: number, attempts: number): Evaluated => {
    const outcomes = passing(right, n).flatMap((outcome) =>
      Array.from({ length: attempts }, (_, attempt): Outcome => ({ ...outcome, attempt })),
    );
    const decoding = { attempts, maxTokens: 16, temperature: 0.6, topP: 1, seed: 1 };
    return evaluatedOf(outcomes, { decoding });
  };

  it('that are all alike count once: 95 of 100 samples right, ten times each, do not show 90%', () => {
    const decided = (right: number) =>
      gate({ policies: policies({ answer: { floor: 0.9 } }), candidate: records(repeated(right, 100, 10)) }).verdict;
    expect(decided(95)).toBe('inconclusive');
    expect(decided(100)).toBe('passed');
    expect(decided(60)).toBe('failed');
  });

  it('never pass, or fail, where one attempt alone would show the opposite', () => {
    for (let right = 70; right <= 100; right++) {
      const several = gate({
        policies: policies({ answer: { floor: 0.9 } }),
        candidate: records(repeated(right, 100, 4)),
      }).verdict;
      const single = decide({ answer: { floor: 0.9 } }, passing(right, 100)).verdict;
      // Alike attempts carry what one does, and the bounded mean is never sharper than the exact test.
      expect([single, 'inconclusive']).toContain(several);
    }
  });

  it('too few to win the bet on a perfect score are refused, and with as many as it names are not', () => {
    const decided = (n: number) =>
      gate({ policies: policies({ answer: { floor: 0.95 } }), candidate: records(repeated(n, n, 2)) }).verdict;
    const needed = Number(/needs (\d+)/.exec(messageOf(() => decided(59)))?.[1]);
    // A single bet of 1/0.95, the largest there may be, would win 1 + 0.05/0.95 each time: ln 20 ÷ ln 1.0526 = 58.4.
    expect(needed).toBeGreaterThan(59);
    expect(decided(needed)).toBe('passed');
    expect(() => decided(needed - 1)).toThrow('can never decide');
  });

  it('must all be there', () => {
    const whole = repeated(100, 100, 2);
    const candidate = { ...whole, attempts: whole.attempts.slice(1) };
    expect(() => gate({ policies: policies({ answer: { floor: 0.9 } }), candidate: records(candidate) })).toThrow(
      /199 of 200 attempts/,
    );
  });

  it('at one sample twice do not stand for another that is missing', () => {
    const { attempts, ...rest } = evaluatedOf(passing(100, 100));
    const doubled = { ...rest, attempts: [...attempts.slice(1), attempts[1]!] };
    expect(() => gate({ policies: policies({ answer: { floor: 0.9 } }), candidate: records(doubled) })).toThrow(
      /twice/,
    );
  });
});

function messageOf(decided: () => unknown): string {
  try {
    decided();
  } catch (error) {
    return (error as Error).message;
  }
  return 'was not refused';
}
