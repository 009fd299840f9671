import fc from 'fast-check';
import { isProofstillError } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { choice } from './choice.ts';
import { verifierConformance } from './conformance.ts';
import { fuzzedTexts } from './fixtures/fuzz.ts';
import { judge, sampleOf } from './fixtures/judging.ts';
import { disagreementsOf } from './fixtures/labelled.ts';

const CITIES = ['London', 'Paris', 'Rome', 'Madrid'];
const verdict = (text: string, expected: string, options?: readonly string[], policy: 'score' | 'select' = 'score') =>
  judge(choice(), text, { sample: sampleOf({ expected, ...(options ? { meta: { options } } : {}) }), policy });

/** What a text chooses of four options, in one word. */
const chosen = async (text: string): Promise<string> => {
  for (const letter of 'ABCD') if ((await verdict(text, letter)) === 'pass') return letter;
  return verdict(text, 'A');
};

describe('choice', () => {
  it('judges its labelled table as labelled, but for two choices that take a reader', async () => {
    expect(await disagreementsOf('choice', choice)).toEqual(['choice-38: hedged', 'choice-50: hedged']);
  });

  // huggingface/lighteval, tests of its extraction of letters (MIT).
  it.each([
    ['C', 'thinking about it I think the correct answer is C'],
    ['B', "Let's think step by step. It's not A because it doesn't make sense, therefore I think it's B"],
    ['D', "The answer is for sure D, it can't be A or B"],
    ['D', "The answer: D, it doesn't make sense for it to be A or B"],
    ['D', "D. it can't be A or B"],
    ['C', 'réponse est C non A'],
    ['B', 'B。 不是 A'],
    ['B', 'B。不是 A'],
    ['B', 'B不是 A'],
  ])('chooses %s in lighteval’s “%s”', async (letter, text) => {
    expect(await chosen(text)).toBe(letter);
  });

  it.each([
    ['D', 'C is wrong, D'],
    ['B', 'A is wrong and B is right'],
    ['D', 'A, B and C are wrong, so D'],
    ['C', 'Neither A nor B but C'],
    ['C', 'C, no doubt'],
    ['C', 'The answer is C because it is not prime'],
    ['B', 'A错，B对'],
    ['B', '(B) because (A) is smaller'],
    ['B', 'B, since C has no roots'],
    ['hedged', 'B because C is right, too'],
    ['C', 'I would say C'],
    ['C', 'I am not sure, but it must be C'],
    ['hedged', 'B or A maybe'],
    ['hedged', 'B, C'],
    ['hedged', 'C is right. No, C is wrong.'],
    ['no-choice', 'not C'],
    ['no-choice', 'anything but C'],
    ['no-choice', 'I doubt that it is C'],
    ['no-choice', 'C turns out to be wrong'],
    ['no-choice', '25 °C'],
    ['no-choice', 'It is neither A nor B'],
    ['no-choice', 'A fox jumps'],
    ['no-choice', 'P(A)=0.5'],
    ['no-choice', 'xy'],
  ])('finds %s in “%s”', async (found, text) => {
    expect(await chosen(text)).toBe(found);
  });

  it('knows options by their texts, and refuses a letter beside another’s text', async () => {
    expect(await verdict('I would say Paris, not London', 'B', CITIES)).toBe('pass');
    expect(await verdict('Paris or Rome', 'B', CITIES)).toBe('hedged');
    expect(await verdict('B. Paris or maybe C', 'B', CITIES)).toBe('hedged');
    expect(await verdict('B. Paris or Rome', 'B', CITIES)).toBe('hedged');
    expect(await verdict('It is B, or Rome', 'B', CITIES)).toBe('hedged');
    expect(await verdict('B. Paris, because Rome is in Italy', 'B', CITIES)).toBe('pass');
    expect(await verdict('<answer>A. Paris</answer>', 'B', CITIES, 'select')).toBe('contradictory');
    expect(await verdict('<answer>B. Paris, I think</answer>', 'B', CITIES, 'select')).toBe('hedged');
    expect(await verdict('B', 'Paris', ['A) London', 'B) Paris'])).toBe('pass');
  });

  it.each([
    ['It contains vitamin C', 'C', 'wrong-answer'],
    ['It contains vitamin C', 'B', 'pass'],
    ['vitamin C or vitamin A', 'B', 'hedged'],
    ['I cannot see it being vitamin C', 'B', 'no-choice'],
    ['the deficiency is of iron', 'D', 'pass'],
    ['Irony is not iron', 'D', 'no-choice'],
  ])('tells the letter of a text from that of an option: “%s” for %s', async (text, expected, found) => {
    const options = ['Vitamin A', 'Vitamin C', 'Vitamin D', 'Iron'];
    expect(await verdict(`<answer>${text}</answer>`, expected, options)).toBe(found);
  });

  it.each([
    ['the sum is 4', 'B', 'pass'],
    ['3 + 1 = 4', 'B', 'hedged'],
    ['3 + 1 = 4, so B', 'B', 'pass'],
    ['the sum is 4.5', 'B', 'no-choice'],
    ['the sum is -4', 'B', 'no-choice'],
    ['the share is 4%', 'B', 'no-choice'],
    ['it is 14', 'B', 'no-choice'],
  ])('reads numbers whole: “%s”', async (text, expected, found) => {
    expect(await verdict(`<answer>${text}</answer>`, expected, ['3', '4', '5'])).toBe(found);
  });

  it.each([
    ['(D) Alina', 'D'],
    ['C Cecile', 'C'],
    ['Alina and the answer is\n(C) Cecile', 'C'],
    ['A Peter\nCelina bum', 'A'],
    ['(A) Cecile', 'C', 'wrong-answer'],
    ['A or B', 'A', 'bad-expected'],
    ['Paris', 'A', 'bad-expected'],
    ['', 'A', 'bad-expected'],
  ])('an expected “%s” is held against %s', async (expected, answer, reason = 'pass') => {
    expect(await verdict(answer, expected)).toBe(reason);
  });

  it.each<[unknown, string]>([
    [['yes'], 'one option'],
    [['yes', ' '], 'a blank one'],
    [['yes', 'Yes'], 'two that are the same'],
    [['B', 'A'], 'a text that is another’s letter'],
    ['yes', 'no list'],
  ])('options %j are the fault of the suite: %s', async (options) => {
    const sample = sampleOf({ expected: 'A', meta: { options } });
    expect(await judge(choice(), 'A', { sample })).toBe('bad-options');
    if (Array.isArray(options)) {
      const build = () => choice({ options });
      expect(build).toThrow(expect.toSatisfy((error: unknown) => isProofstillError(error, 'config')));
    }
  });

  it('never passes for one letter what it passes for another', async () => {
    const words = [
      'A',
      'B',
      '(C)',
      'D.',
      'is wrong',
      'not',
      'or',
      'and',
      ', ',
      '. ',
      'the answer is',
      'so',
      'it',
      'Paris',
      'A. ',
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...words), { maxLength: 8 }), async (parts) => {
        const text = parts.join(' ');
        const verdicts = await Promise.all([...'ABCD'].map((letter) => verdict(text, letter, CITIES)));
        expect(verdicts.filter((found) => found === 'pass').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('keeps the contract of verifiers', async () => {
    const pieces = [
      'A',
      '(B)',
      'C.',
      'D, ',
      ' or ',
      ' not ',
      'is wrong',
      'Paris',
      'London',
      '不是',
      'answer is ',
      '⟦A⟧',
      'P(',
    ];
    const sample = sampleOf({ expected: 'B', meta: { options: CITIES } });
    expect(await verifierConformance(choice(), sample, fuzzedTexts(pieces))).toEqual([]);
    expect(await verifierConformance(choice({ options: CITIES }), sampleOf({ expected: 'B' }))).toEqual([]);
  });
});
