import { describe, expect, it } from 'vitest';
import { outputOf } from '../../test/fixtures/rule-teacher.ts';
import { condensingPrompt, rewritingOf } from './condense.ts';

describe('a rewriting', () => {
  it('has the problem, the reasoning and the answer in its request', () => {
    const prompt = condensingPrompt('2+2', '<think>\nwell, 2+2=4\n</think>\n<answer>4</answer>');
    expect(prompt).toMatch(/Problem:\n2\+2\n\nReasoning:\nwell, 2\+2=4\n\nAnswer:\n4$/);
  });

  it('is the steps of the reply, in the form that students learn', () => {
    const { output, isWhole } = rewritingOf(outputOf('<steps>2+2=4</steps>\n\n<answer>4</answer>\n'));
    expect(isWhole).toBe(true);
    expect(output).toMatchObject({ text: '<think>2+2=4</think>\n<answer>4</answer>', think: '2+2=4', answer: '4' });
  });

  it('never holds what a reasoning model thought about the request', () => {
    const meta = '<think>The user wants it shorter.</think>';
    const text = `${meta}<steps>2+2=4</steps><answer>4</answer>`;
    expect(rewritingOf(outputOf(text)).output.text).toBe('<think>2+2=4</think>\n<answer>4</answer>');
    const { output, isWhole } = rewritingOf(outputOf(`${meta}<answer>4</answer>`));
    expect(isWhole).toBe(false);
    expect(output.text).toBe('<answer>4</answer>');
  });

  it('costs the tokens of its text: by the server’s count of the others, else in proportion', () => {
    // 30 characters of 60 were thought: half of 1000 tokens.
    const thought = `<think>${'x'.repeat(15)}</think>`;
    const reply = '<steps>1</steps><answer>1</answer>';
    expect(thought.length).toBe(30);
    const text = thought + reply;
    const tokens = { in: 5, out: 1000 };
    const share = Math.round((1000 * 30) / text.length);
    expect(rewritingOf(outputOf({ text, tokens })).output.tokens).toEqual({ in: 5, out: 1000 - share });
    const served = { provider: 'p', model: 'm', promptHash: '', usd: 0, requests: 1, reasoningTokens: 900 };
    expect(rewritingOf(outputOf({ text, tokens, served })).output.tokens).toEqual({ in: 5, out: 100 });
  });

  it.each([
    '',
    'I cannot.',
    '<steps>1</steps>',
    '<steps>1</steps> so <answer>1</answer>',
    '<steps>1</steps><steps>2</steps><answer>1</answer>',
  ])('is none where the reply has another form: %s', (text) => {
    expect(rewritingOf(outputOf(text)).isWhole).toBe(false);
  });
});
