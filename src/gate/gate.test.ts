import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluatedOf, type Outcome, passing } from '../../test/fixtures/evaluated.ts';
import type { Evaluated } from '../core/evaluated.ts';
import { randomStream } from '../core/seed.ts';
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

describe('what nobody could judge', () => {
  const with_ = (unscored: number, n: number): Outcome[] =>
    passing(n, n).map((outcome, index) => (index < unscored ? { ...outcome, answer: 'unscored' } : outcome));

  it('beyond the tolerated share is inconclusive, never a pass: 1 of 100 is, and 2 are not within 1%', () => {
    expect(decide({ answer: { floor: 0.9 } }, with_(1, 100)).verdict).toBe('passed');
    const { verdict, rules } = decide({ answer: { floor: 0.9 } }, with_(2, 100));
    expect(verdict).toBe('inconclusive');
    expect(rules.find(({ rule }) => rule === 'unscored')).toMatchObject({
      value: 0.02,
      n: 100,
      verdict: 'inconclusive',
    });
  });

  it('on the score that is gated counts, whatever another score says', () => {
    const outcomes = passing(100, 100).map((outcome, index): Outcome => {
      return { ...outcome, format: index < 30 ? 'unscored' : 'pass' };
    });
    expect(decide({ answer: { floor: 0.9 } }, outcomes).verdict).toBe('passed');
    expect(decide({ format: { floor: 0.9 } }, outcomes).verdict).toBe('inconclusive');
  });

  it('in the baseline of a margin counts too', () => {
    expect(decide({ answer: { margin: 0.1 } }, passing(100, 100), with_(30, 100)).verdict).toBe('inconclusive');
  });

  it('a suite of formats only can pass', () => {
    const outcomes = Array.from({ length: 60 }, (_, index): Outcome => ({ sample: `a-${index}`, format: 'pass' }));
    expect(decide({ format: { floor: 0.9 } }, outcomes).verdict).toBe('passed');
  });

  it('samples of which a verdict says nothing, where it does of others, are lost too', () => {
    const outcomes = passing(100, 100).map(({ sample }, index): Outcome => {
      return index < 30 ? { sample, format: 'pass' } : { sample, format: 'pass', answer: 'pass' };
    });
    expect(decide({ answer: { floor: 0.9 } }, outcomes).verdict).toBe('inconclusive');
  });
});

describe('outputs that were cut off', () => {
  it('are noted, with what they count as', () => {
    const cut = (answer: 'pass' | 'fail') =>
      passing(100, 100).map((outcome, index): Outcome => {
        return index < 2 ? { ...outcome, answer, isTruncated: true } : outcome;
      });
    const note = (answer: 'pass' | 'fail') => decide({ answer: { floor: 0.9 } }, cut(answer)).notes[0];
    expect(note('fail')).toBe(
      "sums: 2 of the candidate's outputs were cut off by the token limit; they count as wrong.",
    );
    expect(note('pass')).toMatch(/2 of the candidate's outputs were cut off.*calls 2 of them right/);
  });
});

describe('what is deployed is what is gated', () => {
  it('another decoding than the policy names is refused, and so is one that nobody knows', () => {
    const rules = { answer: { floor: 0.9 }, decoding: { temperature: 0.6 } };
    expect(() => decide(rules, passing(100, 100))).toThrow(/temperature 0.6.*decoded with 0/);
    const { decoding: _, ...head } = evaluatedOf(passing(100, 100)).head;
    const candidate = records({ ...evaluatedOf(passing(100, 100)), head });
    expect(() => gate({ policies: policies(rules), candidate })).toThrow('something unknown');
  });

  it('part of the samples is refused', () => {
    const candidate = records(evaluatedOf(passing(100, 100), { samples: { n: 100, of: 402, hash: 'h' } }));
    expect(() => gate({ policies: policies({ answer: { floor: 0.9 } }), candidate })).toThrow('100 of the 402');
  });

  it('a suite that was not evaluated, or twice, is refused', () => {
    const one = evaluatedOf(passing(100, 100));
    const input = (...evaluations: Evaluated[]) => ({
      policies: policies({ answer: { floor: 0.9 } }),
      candidate: records(...evaluations),
    });
    expect(() => gate(input(one, one))).toThrow('evaluated 2 times');
    expect(() => gate(input())).toThrow('not evaluated');
    const other = evaluatedOf(passing(100, 100), { suite: { name: 'sum', version: '1', areas: ['a'], chance: 0 } });
    expect(() => gate(input(other))).toThrow('not evaluated on holdout of sums');
  });
});

describe('a gate', () => {
  const rules = {
    answer: { floor: 0.7, margin: 0.2 },
    areas: { b: { answer: { floor: 0.6 }, format: { margin: 0.3 } } },
  };
  const outcomesOf = (wrong: readonly number[]): Outcome[] =>
    Array.from({ length: 80 }, (_, index) => ({
      sample: `s-${index}`,
      area: index % 2 === 0 ? 'a' : 'b',
      answer: wrong.includes(index) ? 'fail' : 'pass',
      format: 'pass',
    }));
  const wrong = fc.uniqueArray(fc.nat(79), { maxLength: 60 });
  const BASELINE = outcomesOf([3, 4]);

  it('passes what the next tests take something from', () => {
    expect(decide(rules, outcomesOf([5]), BASELINE).verdict).toBe('passed');
  });

  it('never passes where samples, scores or attempts are taken away, on either side', () => {
    const cut = fc.record({
      side: fc.constantFrom<'candidate' | 'baseline'>('candidate', 'baseline'),
      gone: fc.uniqueArray(fc.nat(79), { minLength: 1 }),
      how: fc.constantFrom<'sample' | 'answer' | 'unscored' | 'twice'>('sample', 'answer', 'unscored', 'twice'),
    });
    fc.assert(
      fc.property(cut, ({ side, gone, how }) => {
        const whole = evaluatedOf(side === 'candidate' ? outcomesOf([5]) : BASELINE);
        const isGone = (index: number) => gone.includes(index);
        const lacking = outcomesOf(side === 'candidate' ? [5] : [3, 4]).flatMap((outcome, index): Outcome[] => {
          if (!isGone(index)) return [outcome];
          const { answer: _, ...silent } = outcome;
          if (how === 'answer') return [silent];
          if (how === 'unscored') return [{ ...outcome, answer: 'unscored' }];
          return how === 'sample' ? [] : [outcomesOf([])[(index + 1) % 80]!];
        });
        const evaluated: Evaluated = { ...whole, attempts: evaluatedOf(lacking).attempts };
        const candidate = records(side === 'candidate' ? evaluated : evaluatedOf(outcomesOf([5])));
        const baseline = records(side === 'baseline' ? evaluated : evaluatedOf(BASELINE));
        expect(verdictOr(() => gate({ policies: policies(rules), candidate, baseline }).verdict)).not.toBe('passed');
      }),
    );
  });

  it('never passes without the baseline, the evaluation, or an area', () => {
    const whole = evaluatedOf(outcomesOf([5]));
    const onlyA = { ...whole, attempts: whole.attempts.filter(({ area }) => area === 'a') };
    const baseline = records(evaluatedOf(BASELINE));
    const input = { policies: policies(rules), candidate: records(whole), baseline };
    expect(() => gate({ policies: input.policies, candidate: input.candidate })).toThrow('no baseline');
    expect(() => gate({ ...input, candidate: records() })).toThrow('not evaluated');
    expect(() => gate({ ...input, baseline: records() })).toThrow('not evaluated');
    expect(() => gate({ ...input, candidate: records(onlyA) })).toThrow('40 of 80');
    expect(() => gate({ ...input, baseline: records({ ...whole, attempts: onlyA.attempts }) })).toThrow('40 of 80');
  });

  it('turning right answers wrong never turns failed into anything else, nor inconclusive into passed', () => {
    const order = { failed: 0, inconclusive: 1, passed: 2 };
    fc.assert(
      fc.property(wrong, wrong, (some, more) => {
        const better = decide(rules, outcomesOf(some), BASELINE).verdict;
        const worse = decide(rules, outcomesOf([...some, ...more]), BASELINE).verdict;
        expect(order[worse]).toBeLessThanOrEqual(order[better]);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same decision for the same input, and for samples in any order', () => {
    fc.assert(
      fc.property(wrong, fc.nat(), (some, seed) => {
        const decision = decide(rules, outcomesOf(some), BASELINE);
        expect(decide(rules, outcomesOf(some), BASELINE)).toEqual(decision);
        const shuffled = randomStream(seed, 'order').shuffle(outcomesOf(some));
        const { broken, ...rest } = decide(rules, shuffled, BASELINE);
        const { broken: was, ...expected } = decision;
        expect(rest).toEqual(expected);
        expect(new Set(broken.map(({ sample }) => sample))).toEqual(new Set(was.map(({ sample }) => sample)));
      }),
      { numRuns: 40 },
    );
  });
});

function verdictOr(decided: () => string): string {
  try {
    return decided();
  } catch {
    return 'refused';
  }
}

describe('a part of the committed samples', () => {
  const all = records(evaluatedOf(passing(300, 300)));
  const part = records(evaluatedOf(passing(200, 200), { samples: { n: 200, of: 300, hash: 'part' } }));
  const given = { policies: policies({ answer: { floor: 0.9, margin: 0.05 } }), candidate: part, baseline: all };

  it('is refused, unless whoever asks has chosen it: then it is paired with its own, and noted', () => {
    expect(() => gate(given)).toThrow('asked 200 of the 300 holdout samples');
    const { verdict, changes, notes } = gate({ ...given, isSubset: true });
    expect({ verdict, n: changes[0]!.n, notes }).toEqual({
      verdict: 'passed',
      n: 200,
      notes: ['sums: decided on a part of its samples: 200 of 300.'],
    });
  });

  it('that the baseline was not asked is refused all the same', () => {
    const other = evaluatedOf(passing(200, 200).map((outcome) => ({ ...outcome, sample: `new-${outcome.sample}` })));
    const both = evaluatedOf([...passing(200, 200), ...passing(3, 3, 'b')], part.evaluations[0]!.head);
    expect(() => gate({ ...given, candidate: records(other), isSubset: true })).toThrow('no sample in common');
    const head = { ...both.head, samples: { n: 203, of: 300, hash: 'part' } };
    expect(() => gate({ ...given, candidate: records({ ...both, head }), isSubset: true })).toThrow(
      "100 are the baseline's only, 3 the candidate's",
    );
  });
});
