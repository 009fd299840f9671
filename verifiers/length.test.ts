import { isProofstillError } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { verifierConformance } from './conformance.ts';
import { fuzzedTexts } from './fixtures/fuzz.ts';
import { judge, sampleOf } from './fixtures/judging.ts';
import { disagreementsOf } from './fixtures/labelled.ts';
import { type LengthOptions, length } from './length.ts';

describe('length', () => {
  it('judges its labelled table as labelled', async () => {
    expect(await disagreementsOf('length', length)).toEqual([]);
  });

  it('takes the tokens that the model counted', async () => {
    const output = { tokens: { in: 1, out: 100 } };
    expect(await judge(length({ maxTokens: 100 }), 'a', { output })).toBe('pass');
    expect(await judge(length({ maxTokens: 99 }), 'a', { output })).toBe('too-long');
    expect(await judge(length({ minTokens: 101 }), 'a', { output })).toBe('too-short');
  });

  it('measures reasoning that came apart from the text', async () => {
    const shortest = length({ of: 'trace', minCharacters: 3 });
    expect(await judge(shortest, '<answer>1</answer>', { output: { think: 'a=1' } })).toBe('pass');
    expect(await judge(shortest, '<answer>1</answer>')).toBe('no-trace');
  });

  it.each<[LengthOptions, string]>([
    [{}, 'no bound'],
    [{ minWords: -1 }, 'negative'],
    [{ maxWords: 1.5 }, 'no whole number'],
    [{ maxCharacters: Number.NaN }, 'no number'],
    [{ minTokens: 5, maxTokens: 4 }, 'none between them'],
    [{ of: 'trace', maxTokens: 5 }, 'tokens of a part'],
  ])('%j is a config error: %s', (options) => {
    expect(() => length(options)).toThrow(expect.toSatisfy((error: unknown) => isProofstillError(error, 'config')));
  });

  it('keeps the contract of verifiers', async () => {
    const bounded = length({ minCharacters: 2, maxWords: 20, of: 'answer' });
    expect(await verifierConformance(bounded, sampleOf(), fuzzedTexts(['word ', '😀', '\u0301']))).toEqual([]);
  });
});
