import { describe, expect, it } from 'vitest';
import { outputOf, type Reply, ruleTeacher } from '../../test/fixtures/rule-teacher.ts';
import type { TemplateName } from '../core/endpoint.ts';
import type { ModelRequest, Output } from '../core/output.ts';
import { instructed, normalised, templateFor } from './template.ts';

const text = (reply: Reply): string => normalised(outputOf(reply));

describe('normalising', () => {
  it.each([
    // As R1 writes: a summary for people, then what it was asked for.
    [
      '<think>2+2=4</think>\n\n**Solution**\nAdd both.\n\n<answer>4</answer>',
      '<think>2+2=4</think>\n<answer>4</answer>',
    ],
    ['<think>2+2=4</think>\n\n<answer>4</answer>\n', '<think>2+2=4</think>\n<answer>4</answer>'],
    ['<think>2+2=4</think>\nThe result is $\\boxed{4}$.', '<think>2+2=4</think>\n<answer>4</answer>'],
    ['<think>a</think>So $$\\boxed{\\frac{1}{2}}$$', '<think>a</think>\n<answer>\\frac{1}{2}</answer>'],
  ])('drops the summary and takes a single boxed answer: %s', (given, wanted) => {
    expect(text(given)).toBe(wanted);
  });

  it.each([
    // Which of the two is meant?
    '<think>a</think>\\boxed{2} or \\boxed{3}',
    // Reasoning is never read for an answer.
    '<think>so \\boxed{4}</think>It is four.',
    'no reasoning, \\boxed{4}',
    '<think>a</think>4',
    '<think>a</think>\\boxed{}',
    '<think>a</think>\\boxed{4',
    '<think>a</think>\\boxed{4}</answer>',
    '<think>a</think>b</think>\\boxed{4}',
  ])('leaves alone what would need a guess: %s', (given) => {
    expect(text(given)).toBe(given);
  });

  it('leaves more than one answer, and what follows an answer, for the template stage to reject', () => {
    expect(text('<think>a</think>x<answer>1</answer><answer>2</answer>')).toBe(
      '<think>a</think>\n<answer>1</answer><answer>2</answer>',
    );
    expect(text('<think>a</think><answer>1</answer> I hope that helps')).toBe(
      '<think>a</think>\n<answer>1</answer> I hope that helps',
    );
  });

  it('leaves alone what was cut off', () => {
    const cut = '<think>a</think>It is \\boxed{4}, for';
    expect(text({ text: cut, finishReason: 'length' })).toBe(cut);
  });
});

describe('a teacher with a template', () => {
  const ask = async (name: TemplateName, reply: Reply): Promise<{ asked: ModelRequest; output: Output }> => {
    let asked: ModelRequest | undefined;
    const teacher = ruleTeacher((request) => {
      asked = request;
      return reply;
    });
    const options = { maxTokens: 9, temperature: 1, topP: 1, seed: 1 };
    for await (const output of instructed(teacher, name).generate([{ id: 'p', prompt: '2+2' }], options)) {
      return { asked: asked!, output };
    }
    throw new Error('no output');
  };
  const reply = '<think>t</think>So \\boxed{4}';

  it('asks for the answer tag after the problem, without a system prompt', async () => {
    const { asked, output } = await ask('r1', reply);
    expect(asked.prompt).toMatch(/^2\+2\n\n.*<answer>.*<\/answer>/);
    expect(asked.prompt).not.toContain('<think>');
    expect(asked).not.toHaveProperty('system');
    expect(output).toMatchObject({ text: '<think>t</think>\n<answer>4</answer>', think: 't', answer: '4' });
    // What was paid for.
    expect(output.tokens.out).toBe(reply.length);
  });

  it('asks a model that does not reason by itself for the think tag too', async () => {
    expect((await ask('chat', reply)).asked.prompt).toMatch(/^2\+2\n\n.*<think>.*<\/think>.*<answer>/);
  });

  it('asks barely where it is to', async () => {
    const { asked, output } = await ask('bare', reply);
    expect(asked.prompt).toBe('2+2');
    expect(output.text).toBe(reply);
  });

  it('is another teacher than the same model with another template', () => {
    const teacher = ruleTeacher(() => '');
    const names = (['r1', 'chat', 'bare'] as const).map((name) => instructed(teacher, name).fingerprint);
    expect(names).toEqual(['rule:1+r1@1', 'rule:1+chat@1', 'rule:1+bare@1']);
  });
});

it.each([
  ['deepseek-reasoner', 'r1'],
  ['deepseek-ai/DeepSeek-R1-Distill-Qwen-7B', 'r1'],
  ['deepseek-r1:14b', 'r1'],
  ['Qwen/QwQ-32B', 'r1'],
  ['qwen3-235b-a22b-thinking-2507', 'r1'],
  ['phi-4-reasoning', 'r1'],
  ['deepseek-chat', 'chat'],
  ['gpt-4o', 'chat'],
  // Its reasoning stays with the provider.
  ['o3-mini', 'chat'],
  ['Qwen2.5-7B-Instruct', 'chat'],
] as const)('asks %s by template %s', (model, template) => {
  expect(templateFor(model)).toBe(template);
});
