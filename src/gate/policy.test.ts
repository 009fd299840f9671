import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProofstillError } from '../core/errors.ts';
import { parsePolicy } from './policy.ts';

const FLOOR = { suite: 'sums', answer: { floor: 0.9 } };

function refusal(value: unknown): { message: string; place: string | undefined; hint: string | undefined } {
  try {
    parsePolicy(value, 'policy.json');
  } catch (error) {
    if (!isProofstillError(error, 'config')) throw error;
    return { message: error.message, place: error.place, hint: error.hint };
  }
  throw new Error(`was accepted: ${JSON.stringify(value)}`);
}

describe('a policy', () => {
  it('is of the holdout, at 95% confidence, with at most 1% unscored, unless it says otherwise', () => {
    expect(parsePolicy(FLOOR, 'policy.json')).toEqual([
      {
        suite: 'sums',
        split: 'holdout',
        confidence: 0.95,
        answer: { floor: 0.9 },
        areas: {},
        latency: {},
        size: {},
        unscored: { max: 0.01 },
        decoding: {},
        recorded: { maxDifferent: 0 },
      },
    ]);
  });

  it('of several suites is a list', () => {
    const policies = parsePolicy([FLOOR, { suite: 'products', size: { maxMb: 10 } }], 'policy.json');
    expect(policies.map(({ suite }) => suite)).toEqual(['sums', 'products']);
  });

  it.each<[string, object]>([
    ['answer.floor', { answer: { floor: Number.NaN } }],
    ['answer.floor', { answer: { floor: null } }],
    ['answer.floor', { answer: { floor: '0.9' } }],
    ['answer.floor', { answer: { floor: 0 } }],
    ['answer.floor', { answer: { floor: 1 } }],
    ['answer.floor', { answer: { floor: Number.POSITIVE_INFINITY } }],
    ['answer.margin', { answer: { margin: -0.02 } }],
    ['trace.margin', { trace: { margin: 1 } }],
    ['areas.a.format.floor', { areas: { a: { format: { floor: 90 } } } }],
    ['areas.a', { areas: { a: null } }],
    ['latency.p95Ms', { latency: { p95Ms: 0 } }],
    ['latency.p95Ratio', { latency: { p95Ratio: Number.NaN } }],
    ['size.maxMb', { size: { maxMb: '10' } }],
    ['unscored.max', { ...FLOOR, unscored: { max: 1 } }],
    ['unscored.max', { ...FLOOR, unscored: { max: Number.NaN } }],
    ['confidence', { ...FLOOR, confidence: 0.5 }],
    ['confidence', { ...FLOOR, confidence: 1 }],
    ['confidence', { ...FLOOR, confidence: 95 }],
    ['split', { ...FLOOR, split: 'test' }],
    ['decoding.maxTokens', { ...FLOOR, decoding: { maxTokens: 0 } }],
    ['decoding.temperature', { ...FLOOR, decoding: { temperature: -1 } }],
    ['recorded.maxDifferent', { ...FLOOR, recorded: { maxDifferent: 2 } }],
  ])('is refused for a bad %s, and the place is named: %j', (place, rules) => {
    expect(refusal({ suite: 'sums', ...rules })).toMatchObject({
      message: expect.stringContaining(place) as string,
      place: 'policy.json',
    });
  });

  it('is refused for a bad limit in a list, with its number', () => {
    expect(refusal([FLOOR, { suite: 'b', answer: { floor: 2 } }]).message).toContain('[1].answer.floor');
  });

  it.each([
    ['flor', { suite: 'sums', answer: { flor: 0.9 } }],
    ['awnser', { ...FLOOR, awnser: { floor: 0.9 } }],
    ['p95', { suite: 'sums', latency: { p95: 300 } }],
  ])('with the unknown key "%s" is refused', (key, policy) => {
    expect(refusal(policy).message).toContain(`"${key}"`);
  });

  it.each([{}, { answer: {} }, { areas: {} }, { areas: { a: {} } }, { areas: { a: { answer: {} } } }, { latency: {} }])(
    'without a rule would pass anything, and is refused: %j',
    (rules) => {
      expect(refusal({ suite: 'sums', ...rules }).message).toContain('no rule');
    },
  );

  it.each([null, 3, 'policy', true])('that is %j is refused', (value) => {
    expect(refusal(value).hint).toContain('A policy looks like');
  });

  it('is refused without a suite, as an empty list, and twice for one suite', () => {
    expect(refusal({ answer: { floor: 0.9 } }).message).toContain('suite');
    expect(refusal({ ...FLOOR, suite: '' }).message).toContain('suite');
    expect(refusal([]).place).toBe('policy.json');
    expect(refusal([FLOOR, { ...FLOOR, split: 'steer' }]).message).toContain('two policies for suite sums');
  });

  it('is data or a config error, whatever JSON it is made from', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('answer', 'areas', 'latency', 'confidence', 'split'),
        (value, key) => {
          for (const candidate of [value, { ...FLOOR, [key]: value }, [{ ...FLOOR, [key]: value }]]) {
            try {
              const policies = parsePolicy(candidate, 'policy.json');
              expect(policies.length).toBeGreaterThan(0);
            } catch (error) {
              expect(isProofstillError(error, 'config')).toBe(true);
            }
          }
        },
      ),
    );
  });
});
