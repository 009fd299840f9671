import { describe, expect, it } from 'vitest';
import { evaluatedOf, passing } from '../../test/fixtures/evaluated.ts';
import { measurementOf } from '../../test/fixtures/measured.ts';
import type { EvaluationHead, ModelRecords } from '../core/evaluated.ts';
import type { Measurement } from '../core/records.ts';
import { gate } from './gate.ts';
import { parsePolicy } from './policy.ts';

const times = (n: number, ms: number) => Array.from({ length: n }, () => ms);

function decide(rules: object, candidate: ModelRecords, baseline?: ModelRecords) {
  const policies = parsePolicy({ suite: 'sums', ...rules }, 'policy.json');
  return gate({ policies, candidate, ...(baseline ? { baseline } : {}) });
}

const records = (measurements: Measurement[], head: Partial<EvaluationHead> = {}): ModelRecords => ({
  evaluations: [evaluatedOf(passing(100, 100), head)],
  measurements,
});
const measured = (wholeMs: readonly number[], overrides: Partial<Measurement> = {}) =>
  records([measurementOf(wholeMs, overrides)]);

describe('a ceiling of latency', () => {
  const p95 = { latency: { p95Ms: 100 } };

  it('passes p95 with 59 of 59 answers below it, for 0.95^59 = 0.0485, and 58 answers are refused', () => {
    const { verdict, rules } = decide(p95, measured(times(59, 90)));
    expect(verdict).toBe('passed');
    expect(rules[0]).toMatchObject({ rule: 'latency', value: 90, low: 90, high: 90, n: 59, limit: 100 });
    expect(() => decide(p95, measured(times(58, 90)))).toThrow(/58 measured answers can never show p95Ms.*59/);
  });

  it('takes an answer of exactly the limit as within it', () => {
    expect(decide(p95, measured(times(59, 100))).verdict).toBe('passed');
  });

  // scipy.stats.binom at rate 0.95: sf(57, 59) = 0.199; sf(91, 93) = 0.0500; cdf(53, 59) = 0.0738; cdf(52, 59) = 0.0274.
  it.each([
    [1, 59, 'inconclusive'],
    [1, 93, 'passed'],
    [6, 59, 'inconclusive'],
    [7, 59, 'failed'],
    [59, 59, 'failed'],
  ])('with %i of %i answers above it is %s', (slow, n, verdict) => {
    expect(decide(p95, measured([...times(slow, 120), ...times(n - slow, 90)])).verdict).toBe(verdict);
  });

  it('with as many more answers as it names is decided', () => {
    const rule = decide(p95, measured([...times(1, 120), ...times(58, 90)])).rules[0]!;
    const n = 59 + rule.more!;
    const slow = Math.ceil(n / 59);
    expect(decide(p95, measured([...times(slow, 120), ...times(n - slow, 90)])).rules[0]!.verdict).toBe('passed');
  });

  it('bounds a quantile by order statistics: of 100 answers of 1 to 100 ms, p50 lies between the 42nd and the 59th', () => {
    // scipy.stats.binom at n = 100, rate 0.5: cdf(58) = 0.9557 ≥ 0.95 > cdf(57) = 0.9334, so rank 59; the lower one is its mirror image.
    const { rules } = decide(
      { latency: { p50Ms: 80 } },
      measured(Array.from({ length: 100 }, (_, index) => index + 1)),
    );
    expect(rules[0]).toMatchObject({ value: 50.5, low: 42, high: 59, verdict: 'passed' });
  });

  it('counts answers that were cut off at what they took, and says so', () => {
    const { rules } = decide(p95, measured(times(59, 90), { truncated: 4 }));
    expect(rules[0]!.because).toContain('4 of them cut off by the token limit');
  });

  it.each<[string, Partial<Measurement>, RegExp]>([
    ['checkpoint', { fingerprint: 'student:beef:fp32' }, /student:beef:fp32 was measured, and student:f00d:fp32/],
    ['precision', { fingerprint: 'student:f00d:int8', precision: 'int8' }, /checkpoint or precision differ/],
    ['suite', { suite: 'products' }, /prompts of products, not of sums/],
    ['token limit', { decoding: { temperature: 0, maxTokens: 8 } }, /the decoding differs/],
  ])('of another %s than was evaluated is refused', (_, overrides, message) => {
    expect(refusal(() => decide(p95, measured(times(59, 90), overrides)))).toMatch(message);
  });

  it('of an evaluation that was sampled, or does not say how, is refused', () => {
    const decoding = { attempts: 1, maxTokens: 16, temperature: 0.6, topP: 1, seed: 1 };
    expect(refusal(() => decide(p95, records([measurementOf(times(59, 90))], { decoding })))).toContain(
      'temperature 0.6',
    );
    const { evaluations, measurements } = measured(times(59, 90));
    const { decoding: _, ...head } = evaluations[0]!.head;
    const unknown = { evaluations: [{ ...evaluations[0]!, head }], measurements };
    expect(refusal(() => decide(p95, unknown))).toContain('does not say how');
  });

  it('without a measurement is refused', () => {
    expect(() => decide(p95, records([]))).toThrow('the run has no measurement');
  });

  it('finds the measurement of its checkpoint among those of others', () => {
    const [other, own] = [
      measurementOf(times(59, 900), { fingerprint: 'student:0:fp32' }),
      measurementOf(times(59, 90)),
    ];
    expect(decide(p95, records([other, own])).verdict).toBe('passed');
  });
});

describe('a ratio of latencies', () => {
  const ratio = (limit: number) => ({ latency: { p95Ratio: limit } });

  it('needs ln 0.025 ÷ ln 0.95 = 71.9 answers on each side, for each bound has half of the error', () => {
    const enough = measured(times(72, 10));
    expect(decide(ratio(1.1), enough, enough).verdict).toBe('passed');
    const few = measured(times(71, 10));
    expect(() => decide(ratio(1.1), few, enough)).toThrow(/71 measured answers.*72/);
    expect(() => decide(ratio(1.1), enough, few)).toThrow(/71 measured answers.*72/);
  });

  it('is in units of each machine: 20 ms beside a work of 2 ms is as fast as 10 ms beside one of 1 ms', () => {
    const slowMachine = measured(times(80, 20), { calibration: { workload: 'rosary-1', ms: times(80, 2) } });
    const { rules, verdict } = decide(ratio(1.1), slowMachine, measured(times(80, 10)));
    expect(verdict).toBe('passed');
    expect(rules[0]).toMatchObject({ rule: 'latencyRatio', value: 1, low: 1, high: 1, n: 80 });
  });

  it('fails a model that takes twice as long, and cannot tell where answers vary more than the limit allows', () => {
    expect(decide(ratio(1.1), measured(times(80, 20)), measured(times(80, 10))).verdict).toBe('failed');
    const varied = measured(Array.from({ length: 80 }, (_, index) => 5 + (index % 20)));
    expect(decide(ratio(1.01), varied, varied).verdict).toBe('inconclusive');
  });

  it.each<[string, Partial<Measurement>, RegExp]>([
    ['calibrated by other work', { calibration: { workload: 'rosary-2', ms: times(80, 1) } }, /different work/],
    ['of another checkpoint than its evaluation', { fingerprint: 'student:0:fp32' }, /another checkpoint/],
    ['on the prompts of another suite', { suite: 'products' }, /prompts of products/],
    ['at another token limit', { decoding: { temperature: 0, maxTokens: 64 } }, /16 tokens.*64 tokens/],
    ['on more threads', { threads: 2 }, /1 threads.*2 threads/],
  ])('to a baseline measured %s is refused', (_, overrides, message) => {
    expect(refusal(() => decide(ratio(1.1), measured(times(80, 10)), measured(times(80, 10), overrides)))).toMatch(
      message,
    );
  });

  it('to a baseline that was not measured is refused', () => {
    expect(() => decide(ratio(1.1), measured(times(80, 10)), records([]))).toThrow('no measurement to compare with');
    expect(() => decide(ratio(1.1), measured(times(80, 10)))).toThrow('no measurement to compare with');
  });
});

describe('a limit of size', () => {
  it('is held exactly', () => {
    expect(decide({ size: { maxMb: 6.5 } }, measured(times(20, 1))).verdict).toBe('passed');
    expect(decide({ size: { maxMb: 6.4 } }, measured(times(20, 1))).verdict).toBe('failed');
  });

  it('does not ask how outputs were drawn: a file is as large at any temperature', () => {
    const decoding = { attempts: 1, maxTokens: 64, temperature: 0.6, topP: 1, seed: 1 };
    expect(decide({ size: { maxMb: 6.5 } }, records([measurementOf(times(20, 1))], { decoding })).verdict).toBe(
      'passed',
    );
  });

  it('of another checkpoint is refused', () => {
    expect(() => decide({ size: { maxMb: 9 } }, measured(times(20, 1), { fingerprint: 'student:0:fp32' }))).toThrow(
      'not what was evaluated',
    );
  });
});

/** Message and place, for a person reads both. */
function refusal(decided: () => unknown): string {
  try {
    decided();
  } catch (error) {
    const { message, place } = error as { message: string; place?: string };
    return `${message} at ${place}`;
  }
  return 'was not refused';
}
