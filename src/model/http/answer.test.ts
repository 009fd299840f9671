import { describe, expect, it } from 'vitest';
import { reasoningIn, textOf, tokensOf } from './answer.ts';

const THINKS = '<think>2+2=4</think><answer>4</answer>';

describe('the text of an answer', () => {
  it.each([
    ['reasoning that came apart', '\n2+2=4\n', '\n\n<answer>4</answer>\n'],
    ['both tags inline', '', '<think>\n2+2=4\n</think>\n\n<answer>4</answer>'],
    ['the closing tag alone', '', '2+2=4\n</think>\n<answer>4</answer>'],
    ['the same reasoning apart and inline', '2+2=4', '<think>2+2=4</think><answer>4</answer>'],
    ['a closing tag that was left in the content', '2+2=4', '</think>\n<answer>4</answer>'],
    ['tags that were left in the reasoning', '<think>2+2=4</think>', '<answer>4</answer>'],
    ['doubled tags', '', '<think><think>2+2=4</think></think><answer>4</answer>'],
  ])('has one think block, from %s', (_what, reasoning, content) => {
    expect(textOf(reasoning, content, false)).toBe(THINKS);
  });

  it.each([
    ['no reasoning: no block', '', ' <answer>4</answer> ', false, '<answer>4</answer>'],
    ['an empty block stays, as R1 skips thinking', '', '<think>\n\n</think>\n\n4', false, '<think></think>4'],
    ['reasoning cut off: the block stays open', '2+', '', true, '<think>2+'],
    ['inline reasoning cut off: it stays open', '', '<think>\n2+', true, '<think>2+'],
    ['an answer cut off: its block is closed', '2+2=4', '<answer>', true, '<think>2+2=4</think><answer>'],
    ['reasoning alone, to its end: the block is closed', '2+2=4', '', false, '<think>2+2=4</think>'],
    ['a think tag that is merely spoken of: left alone', '', 'Write <think> first.', false, 'Write <think> first.'],
    ['nothing at all', '', '', false, ''],
  ])('%s', (_what, reasoning, content, isCutOff, text) => {
    expect(textOf(reasoning, content, isCutOff)).toBe(text);
  });
});

describe('reasoning', () => {
  it.each([
    ['reasoning_content', { reasoning_content: 'why' }],
    ['reasoning', { reasoning: 'why' }],
    ['two fields that say the same', { reasoning: 'why', reasoning_content: 'why' }],
    ['an empty field beside a full one', { reasoning_content: '', reasoning: 'why' }],
    ['details', { reasoning_details: [{ text: 'w' }, { summary: 'hy' }, { data: 'encrypted' }] }],
  ])('is read from %s', (_what, fields) => expect(reasoningIn(fields as never)).toBe('why'));
});

describe('tokens', () => {
  const bounds = { promptAtMost: 100, maxTokens: 10 };
  // Pieces: 2 + 2 ? are four; the sum is 4 is four.
  const said = { prompt: '2+2?', text: 'the sum is 4' };

  it('are the server’s, with those of its cache and of reasoning', () => {
    const usage = {
      prompt_tokens: 9,
      completion_tokens: 7,
      prompt_cache_hit_tokens: 8,
      completion_tokens_details: { reasoning_tokens: 6 },
    };
    expect(tokensOf(usage, said, bounds)).toEqual({ in: 9, out: 7, cached: 8, reasoning: 6 });
    const openai = { prompt_tokens: 9, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 5 } };
    expect(tokensOf(openai, said, bounds)).toEqual({ in: 9, out: 7, cached: 5 });
  });

  it.each([
    ['is missing', undefined],
    ['is negative', { prompt_tokens: -1, completion_tokens: -3 }],
    ['is text', { prompt_tokens: 'many', completion_tokens: '7' }],
    ['is no whole number', { prompt_tokens: 1.5, completion_tokens: Number.NaN }],
    ['is beyond what can be', { prompt_tokens: 1e300, completion_tokens: 41 }],
    ['says that nothing was said', { prompt_tokens: 0, completion_tokens: 0 }],
  ])('are counted in pieces where the usage %s', (_what, usage) => {
    expect(tokensOf(usage, said, bounds)).toEqual({ in: 4, out: 4 });
  });

  it('of cache and reasoning are left out where they exceed their whole', () => {
    const usage = {
      prompt_tokens: 9,
      completion_tokens: 7,
      prompt_cache_hit_tokens: 10,
      completion_tokens_details: { reasoning_tokens: 8 },
    };
    expect(tokensOf(usage, said, bounds)).toEqual({ in: 9, out: 7 });
  });
});
