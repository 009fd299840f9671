import type { Output } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { outputOf, sampleOf } from './fixtures/judging.ts';
import { disagreementsOf } from './fixtures/labelled.ts';
import { template } from './template.ts';

const reasonOf = (text: string, part: Partial<Output> = {}) => {
  const verdict = template.verify(sampleOf(), outputOf(text, part), { policy: 'score' });
  return 'then' in verdict ? undefined : (verdict.reason ?? verdict.status);
};

describe('template', () => {
  it('judges its labelled table as labelled', async () => {
    expect(await disagreementsOf('template', () => template)).toEqual([]);
  });

  it.each(['<think>a</think><answer>b</answer>', '\n<think>\na\n</think>\n\n<answer>\nb\n</answer>\n'])(
    'passes %j',
    (text) => {
      expect(reasonOf(text)).toBe('pass');
    },
  );

  it.each([
    ['x=2, x=3', 'no-think'],
    ['<answer>b</answer>', 'no-think'],
    ['<think>a</think>b', 'no-answer'],
    ['<think>a<answer>b</answer>', 'unclosed-think'],
    ['a</think><answer>b</answer>', 'unclosed-think'],
    ['<think>a</think><answer>b', 'unclosed-answer'],
    ['<think>a</think><think>a</think><answer>b</answer>', 'several-thinks'],
    ['<think>a</think><answer>b</answer><answer>c</answer>', 'several-answers'],
    ['<think>a<answer>b</answer></think><answer>c</answer>', 'several-answers'],
    ['<answer>b</answer><think>a</think>', 'wrong-order'],
    ['<think>a<answer>b</think></answer>', 'wrong-order'],
    ['Sure. <think>a</think><answer>b</answer>', 'text-outside'],
    ['<think>a</think>so <answer>b</answer>', 'text-outside'],
    ['<think>a</think><answer>b</answer>.', 'text-outside'],
    ['<think> </think><answer>b</answer>', 'empty-think'],
    ['<think>a</think><answer>\n</answer>', 'empty-answer'],
  ])('%s is %s', (text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });

  it('fails an output that the token limit cut off, however complete it looks', () => {
    expect(reasonOf('<think>a</think><answer>b</answer>', { finishReason: 'length' })).toBe('truncated');
  });
});
