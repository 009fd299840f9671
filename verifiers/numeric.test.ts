import { isProofstillError } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { verifierConformance } from './conformance.ts';
import { fuzzedTexts } from './fixtures/fuzz.ts';
import { judge, sampleOf } from './fixtures/judging.ts';
import { numeric } from './numeric.ts';

const verdict = (verifier: ReturnType<typeof numeric>, expected: string, answer: string) =>
  judge(verifier, `<think>a</think><answer>${answer}</answer>`, { sample: sampleOf({ expected }) });

describe('numeric', () => {
  // 15% of 110 is 16.5 and 5% is 5.5, so 100 is within the first and not within the second.
  it('passes what lies within its relative tolerance of the expected number', async () => {
    expect(await verdict(numeric({ relative: 0.15 }), '110', '100')).toBe('pass');
    expect(await verdict(numeric({ relative: 0.05 }), '110', '100')).toBe('out-of-tolerance');
  });

  it('takes the larger of both tolerances', async () => {
    expect(await verdict(numeric({ relative: 0.01, absolute: 5 }), '100', '104')).toBe('pass');
    expect(await verdict(numeric({ relative: 0.01, absolute: 5 }), '1000', '1009')).toBe('pass');
    expect(await verdict(numeric({ relative: 0.01, absolute: 5 }), '100', '106')).toBe('out-of-tolerance');
  });

  it('without a tolerance asks for the number itself, in any notation', async () => {
    for (const answer of ['0.5', '\\frac{1}{2}', '50%', 'x=1/2', '5e-1', '0.5 cm'])
      expect(await verdict(numeric(), '1/2', answer)).toBe('pass');
    expect(await verdict(numeric(), '1/2', '0.5000001')).toBe('out-of-tolerance');
    expect(await verdict(numeric({ relative: 0.001 }), '\\sqrt{2}', '1.414')).toBe('pass');
  });

  it.each(['half', '1, 2', 'x', '1/0', '2i'])('%s is no number', async (answer) => {
    expect(await verdict(numeric({ relative: 0.5 }), '1', answer)).toBe('wrong-kind');
  });

  it.each(['', 'half', '1 or 2'])('the expected answer %j is the fault of the suite', async (expected) => {
    expect(await verdict(numeric(), expected, '1')).toBe('bad-expected');
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a tolerance of %d', (relative) => {
    expect(() => numeric({ relative })).toThrow(
      expect.toSatisfy((error: unknown) => isProofstillError(error, 'config') && error.message.includes('tolerance')),
    );
  });

  it('keeps the contract of verifiers, also on factorials of roots', async () => {
    const pieces = ['1', '0.5', 'π', 'e', '+', '^', '!', '99999!', '√', '(', ')', '\\sqrt{', '}', '|', '9^9^9^9', '%'];
    const texts = ['(√2)!', '(√4)!', '√2+(-1)!', 'π+99999!', ...fuzzedTexts(pieces)];
    expect(await verifierConformance(numeric({ relative: 0.1 }), sampleOf({ expected: '3' }), texts)).toEqual([]);
  });
});
