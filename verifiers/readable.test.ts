import { describe, expect, it } from 'vitest';
import { judge, sampleOf } from './fixtures/judging.ts';
import { readable } from './readable.ts';

const trace = (think: string): string => `<think>${think}</think><answer>x=2</answer>`;

describe('readable', () => {
  it.each([
    ['a trace of bare arithmetic', 'a=1, b=-5, c=6\n(-5)^2=25\nD=25-24=1'],
    [
      'prose with Greek in mathematics',
      'Let $\\alpha\\beta\\gamma = ΔΣΩ$ be the product, so Δ = 25 and π r^2 follows.',
    ],
    ['accents and a foreign name', 'By the theorem of Poincaré and Gödel, the naïve bound is café-sized.'],
    ['a long search', Array.from({ length: 30 }, (_, i) => `${i + 1}*${60 - i}=${(i + 1) * (60 - i)}`).join('\n')],
  ])('passes %s', async (_what, think) => {
    expect(await judge(readable, trace(think))).toBe('pass');
  });

  it.each([
    ['two languages', '首先 the discriminant 是 25-24=1 所以 two roots', 'foreign-script'],
    [
      'one foreign word',
      'We compute the discriminant, потому that is what the formula needs, and then we take its square root.',
      'foreign-script',
    ],
    ['a foreign sentence in dollars', 'The value is $判别式为正数$ and so on.', 'foreign-script'],
    ['a code block', 'Use this:\n```python\nprint(1)\n```', 'stray-code'],
    ['a wall of text', 'word '.repeat(300), 'long-paragraph'],
    ['a verbatim loop', 'Wait, let me check that again.\n'.repeat(80), 'repetition'],
    [
      'a loop that counts up',
      Array.from({ length: 200 }, (_, i) => `try ${i}: ${i}*${i}=${i * i} no luck here`).join('\n'),
      'repetition',
    ],
  ])('fails %s', async (_what, think, reason) => {
    expect(await judge(readable, trace(think))).toBe(reason);
  });

  it('goes by the language of the prompt', async () => {
    const chinese = sampleOf({ prompt: '解方程 x^2-5x+6=0' });
    const think =
      '判别式为 25-24=1，因此有两个实根。使用 sin 函数无必要，答案由求根公式给出。我们先计算系数，再代入公式，最后检查两个根是否满足方程。两个根都满足原来的方程。';
    expect(await judge(readable, trace(think), { sample: chinese })).toBe('pass');
    expect(await judge(readable, trace(think))).toBe('foreign-script');
    const english = 'The discriminant is 1, hence there are two real roots.';
    expect(await judge(readable, trace(english), { sample: chinese })).toBe('foreign-script');
  });

  it('judges the whole text of an output without a trace', async () => {
    expect(await judge(readable, 'x=2, x=3')).toBe('pass');
    expect(await judge(readable, '```js\n1\n```')).toBe('stray-code');
    expect(await judge(readable, '')).toBe('no-text');
  });
});
