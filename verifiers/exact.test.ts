import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifierConformance } from './conformance.ts';
import { exact } from './exact.ts';
import { fuzzedTexts } from './fixtures/fuzz.ts';
import { judge, sampleOf } from './fixtures/judging.ts';
import { disagreementsOf } from './fixtures/labelled.ts';

const verdict = (expected: string, answer: string, policy: 'score' | 'select' = 'score') =>
  judge(exact(), `<think>a</think><answer>${answer}</answer>`, { sample: sampleOf({ expected }), policy });

describe('exact', () => {
  it('judges its labelled table as labelled', async () => {
    expect(await disagreementsOf('exact', exact)).toEqual([]);
  });

  it.each(['', '  \n', '\u200b'])('a blank expected answer %j is the fault of the suite', async (expected) => {
    expect(await verdict(expected, 'Paris')).toBe('bad-expected');
    expect(await judge(exact(), '', { sample: sampleOf({ expected }) })).toBe('bad-expected');
  });

  it('never takes off all of an answer: a lone pair of quotes is a text', async () => {
    expect(await verdict('""', '""')).toBe('pass');
    expect(await verdict('**', '***')).toBe('wrong-answer');
  });

  it('takes no word of the expected answer for a hedge', async () => {
    for (const expected of ['Much Ado About Nothing', 'either/or', 'What is to be done?']) {
      expect(await verdict(expected, expected, 'select')).toBe('pass');
    }
  });

  it('is reflexive and symmetric on any texts', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((given) => given.trim() !== '');
    const plain = text.filter((given) => !/[<\\]|answer/i.test(given));
    await fc.assert(
      fc.asyncProperty(plain, plain, async (left, right) => {
        const [own, forth, back] = [await verdict(left, left), await verdict(left, right), await verdict(right, left)];
        expect(own === 'pass' || own === 'bad-expected').toBe(true);
        if (own === 'pass' && (await verdict(right, right)) === 'pass') expect(forth).toBe(back);
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it('keeps the contract of verifiers', async () => {
    const texts = fuzzedTexts(['Paris', '“', '‘', '.', '\\text{', '。', 'ﬁ', 'ß']);
    expect(await verifierConformance(exact(), sampleOf({ expected: 'Paris' }), texts)).toEqual([]);
    expect(await verifierConformance(exact({ caseSensitive: false }), sampleOf({ expected: 'Paris' }))).toEqual([]);
  });
});
