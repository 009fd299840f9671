import { describe, expect, it } from 'vitest';
import type { Output } from '../core/output.ts';
import { extractAnswer, lastFormula } from './extract.ts';

const outputOf = (text: string, part: Partial<Output> = {}): Output => ({
  text,
  finishReason: 'stop',
  tokens: { in: 1, out: 1 },
  timings: { firstTokenMs: 0, totalMs: 0 },
  ...part,
});
const score = (text: string): string => {
  const found = extractAnswer(outputOf(text), 'score');
  return 'answer' in found ? found.answer : `!${found.reason}`;
};
const select = (text: string): string => {
  const found = extractAnswer(outputOf(text), 'select');
  return 'answer' in found ? found.answer : `!${found.reason}`;
};

describe('extractAnswer under policy score', () => {
  it.each([
    ['the last answer tag', '<think>a</think><answer>1</answer><answer> 2 </answer>', '2'],
    ['a box inside the tag', '<answer>So \\boxed{\\frac{1}{2}}.</answer>', '\\frac{1}{2}'],
    ['the last box', 'First \\boxed{1}, then \\boxed{\\{2,3\\}}', '\\{2,3\\}'],
    ['what follows "answer is"', '<think>a</think>The final answer is $2$. I hope it is correct.', '$2$'],
    ['what follows "answer:" on the next line', '**Answer:**\nx=2, x=3', 'x=2, x=3'],
    ['the last of several such phrases', 'The answer is 3. No, the answer is 4', '4'],
    ['a bare text', 'x=2, x=3', 'x=2, x=3'],
    ['the last line of a bare text', 'I solve it.\n\nx=2, x=3\n', 'x=2, x=3'],
    ['a tag that a stop sequence cut off', '<think>a</think><answer>2', '2'],
    ['a negation, whole', 'The answer is not 7', 'not 7'],
  ])('reads %s', (_what, text, answer) => {
    expect(score(text)).toBe(answer);
  });

  it.each([
    ['only a think block holds one', '<think>the answer is 7, \\boxed{7} <answer>7</answer></think>I cannot decide'],
    ['the think block is left open', '<think>so the answer is 7\n<answer>7</answer>'],
    ['a second think block is left open', '<think>a</think><think><answer>7</answer>'],
    ['think blocks are nested', '<think><think>a</think>the answer is 7</think>'],
    ['the block has capitals', '<THINK>the answer is 7</THINK>'],
    ['the opening tag was in the prompt', 'the answer is 7</think>done'],
    ['the tag is empty', '<think>a</think><answer> </answer>'],
    ['there is no text', ''],
  ])('reads none where %s', (_where, text) => {
    expect(score(text)).toBe('!no-answer');
  });

  it('reads none from a text whose reasoning came apart from it, without a mark', () => {
    expect(extractAnswer(outputOf('7', { think: 'reasoning' }), 'score')).toEqual({ reason: 'no-answer' });
  });
});

describe('extractAnswer under policy select', () => {
  it('reads the single answer tag', () => {
    expect(select('<think>a</think><answer>x=3 or x=2</answer>')).toBe('x=3 or x=2');
  });

  it.each([
    ['<think>a</think>\\boxed{2}', '!no-answer'],
    ['x=2', '!no-answer'],
    ['<think>a</think><answer>2', '!no-answer'],
    ['<think>a</think></answer>2<answer>', '!no-answer'],
    ['<think>a</think><answer>2</answer><answer>2</answer>', '!several-answers'],
    ['<think>a</think><answer>2 or maybe 3</answer>', '!hedged'],
    ['<think>a</think><answer>either 2 or 3</answer>', '!hedged'],
    ['<think>a</think><answer>I think 2</answer>', '!hedged'],
    ['<think>a</think><answer>2?</answer>', '!hedged'],
  ])('refuses %s as %s', (text, reason) => {
    expect(select(text)).toBe(reason);
  });
});

describe('an output that did not end by itself', () => {
  it.each([
    ['length', 'truncated'],
    ['cancelled', 'cancelled'],
  ] as const)('gives no answer: %s is %s', (finishReason, reason) => {
    const output = outputOf('<think>a</think><answer>2</answer>', { finishReason });
    expect(extractAnswer(output, 'score')).toEqual({ reason });
    expect(extractAnswer(output, 'select')).toEqual({ reason });
  });
});

describe('lastFormula', () => {
  it.each([
    ['She makes $18 every day.', '18'],
    ['So far 3 + 4 = 7. Therefore there are 10 birds', '10'],
    ['计划的比例为13/28', '13/28'],
    ['The share is \\frac{2}{5} of a ton', '\\frac{2}{5}'],
    ['La réduction est de 30%', '30%'],
    ['It is −5 degrees'.replace('−', '-'), '-5'],
  ])('of "%s" is %s', (sentence, formula) => {
    expect(lastFormula(sentence)).toBe(formula);
  });

  it.each([
    'It is not 18.',
    'It may be 18.',
    'at least 5',
    'It is less than 5',
    '5 out of 6',
    '3 to 1',
    '这不是 5',
    'no number here',
    '',
  ])('takes none from "%s"', (sentence) => {
    expect(lastFormula(sentence)).toBeUndefined();
  });
});
