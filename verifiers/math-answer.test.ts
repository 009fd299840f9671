import { describe, expect, it } from 'vitest';
import { judge, outputOf, sampleOf } from './fixtures/judging.ts';
import { mathAnswer } from './math-answer.ts';

describe('mathAnswer', () => {
  it.each([
    '<think>a</think><answer>x=2, x=3</answer>',
    '<think>a</think><answer>x=3 or x=2</answer>',
    'x=2, x=3',
    'So the roots are \\boxed{\\{2, 3\\}}.',
    'The answer is 3 and 2.',
  ])('passes %s', async (text) => {
    expect(await judge(mathAnswer, text)).toBe('pass');
  });

  it.each([
    ['<think>x=2, x=3</think>', 'no-answer'],
    ['<think>x=2, x=3', 'no-answer'],
    ['', 'no-answer'],
    ['<answer>x=2</answer>', 'wrong-count'],
    ['<answer>x=2, x=3, x=3</answer>', 'wrong-count'],
    ['<answer>no real solution</answer>', 'wrong-count'],
    ['<answer>x=2, x=-3</answer>', 'wrong-answer'],
    ['<answer>y=2, y=3</answer>', 'wrong-variable'],
    ['<answer>two and three</answer>', 'wrong-kind'],
    ['<answer>9^9^9^9</answer>', 'unreadable'],
    ['<answer>100000!</answer>', 'wrong-kind'],
  ])('fails %s as %s', async (text, reason) => {
    expect(await judge(mathAnswer, text)).toBe(reason);
  });

  it('is strict where a student is to learn from it', async () => {
    expect(await judge(mathAnswer, 'x=2, x=3', { policy: 'select' })).toBe('no-answer');
    expect(await judge(mathAnswer, '<answer>maybe x=2, x=3</answer>', { policy: 'select' })).toBe('hedged');
    expect(await judge(mathAnswer, '<answer>x=2, x=3</answer>', { policy: 'select' })).toBe('pass');
  });

  it.each([undefined, '', ' ', '1/0', '9^9^9^9'])('blames the suite for the expected answer %j', async (expected) => {
    const { expected: _replaced, ...rest } = sampleOf();
    const sample = expected === undefined ? rest : { ...rest, expected };
    expect(await judge(mathAnswer, '<answer>x=2</answer>', { sample })).toBe('bad-expected');
  });

  it('says what it expected and what it read', async () => {
    const verdict = await mathAnswer.verify(sampleOf(), outputOf('<answer>x=2</answer>'), { policy: 'score' });
    expect(verdict.answer).toBe('x=2');
    expect(verdict.checks[0]?.detail).toBe('expected x=2, x=3, got x=2');
  });

  it('fails a truncated output and leaves a cancelled one unscored', async () => {
    const text = '<answer>x=2, x=3</answer>';
    expect(await judge(mathAnswer, text, { output: { finishReason: 'length' } })).toBe('truncated');
    const cancelled = await mathAnswer.verify(sampleOf(), outputOf(text, { finishReason: 'cancelled' }), {
      policy: 'score',
    });
    expect(cancelled).toMatchObject({ status: 'unscored', reason: 'cancelled' });
  });
});
