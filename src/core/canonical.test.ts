import { describe, expect, it } from 'vitest';
import { canonicalPrompt } from './canonical.ts';

describe('a canonical prompt', () => {
  it.each([
    ['white space and case', '  What is\n 2 + 2 ', 'what is 2 + 2'],
    ['quotes and the mark at the end', '“What is 2+2?”', 'what is 2+2'],
    ['the Spanish opening mark', '¿Cuánto es 2+2?', 'cuánto es 2+2'],
    ['full-width forms', 'Ｗｈａｔ　ｉｓ　２＋２？', 'what is 2+2'],
  ])('is the same whatever the %s', (_what, prompt, expected) => expect(canonicalPrompt(prompt)).toBe(expected));

  it.each([
    ['a sign', '-5+3', '5+3'],
    ['a factorial', '5!', '5'],
    ['a bracket', '(1+2)', '1+2)'],
  ])('keeps what tells two problems apart: %s', (_what, one, other) => {
    expect(canonicalPrompt(one)).not.toBe(canonicalPrompt(other));
  });

  it('of punctuation alone is that', () => expect(canonicalPrompt(' ?? ')).toBe('??'));

  it('of a canonical prompt is itself', () => {
    for (const prompt of ['“What is 2+2?”', 'a. "b".', '¿¿x??']) {
      expect(canonicalPrompt(canonicalPrompt(prompt))).toBe(canonicalPrompt(prompt));
    }
  });
});
