import { describe, expect, it } from 'vitest';
import { verifierConformance } from './conformance.ts';
import { fuzzedTexts } from './fixtures/fuzz.ts';
import { judge, sampleOf } from './fixtures/judging.ts';
import { disagreementsOf } from './fixtures/labelled.ts';
import { readable, readableWith } from './readable.ts';

const trace = (think: string): string => `<think>${think}</think><answer>x=2</answer>`;

/** A detector by the commonest words of three languages; enough for sentences. */
const languageOf = (paragraph: string): string | undefined => {
  const words: Readonly<Record<string, RegExp>> = {
    en: /\b(?:the|and|of|is|we|to)\b/g,
    es: /\b(?:el|la|los|las|de|que|y|en)\b/g,
    de: /\b(?:der|die|das|und|wir|ist)\b/g,
  };
  const counts = Object.entries(words).map(([code, common]) => [code, (paragraph.match(common) ?? []).length] as const);
  const [best] = counts.sort(([, left], [, right]) => right - left);
  return best && best[1] >= 3 ? best[0] : undefined;
};
const ENGLISH = 'The discriminant is positive, and so the equation has two real roots that we divide.';
const SPANISH = 'Dividimos por dos y obtenemos las dos raíces de la ecuación que nos dieron en el principio.';

describe('readable', () => {
  it('judges its labelled table as labelled, but for two languages in one script', async () => {
    expect(await disagreementsOf('readable', () => readable)).toEqual(['readable-29: pass']);
  });

  it('tells languages of one script apart with a detector', async () => {
    const detecting = readableWith({ languageOf });
    expect(await judge(detecting, trace(`${ENGLISH}\n${SPANISH}`))).toBe('foreign-language');
    expect(await judge(readable, trace(`${ENGLISH}\n${SPANISH}`))).toBe('pass');
    expect(await judge(detecting, trace(`${SPANISH}\n25-24=1\nx=2`))).toBe('pass');
    const sample = sampleOf({ prompt: ENGLISH });
    expect(await judge(detecting, trace(`${SPANISH}\n${SPANISH}`), { sample })).toBe('foreign-language');
  });

  it('asks no detector about mathematics and short lines', async () => {
    const refusing = readableWith({
      languageOf: (paragraph) => {
        throw new Error(`asked about ${paragraph}`);
      },
    });
    expect(await judge(refusing, trace('We compute.\n$D = b^2 - 4ac$, sin(x) + cos(x) = 1\n25-24=1'))).toBe('pass');
  });

  it.each([
    ['a fence of tildes', '~~~\nx = 1\n~~~'],
    ['a program without a fence', 'def f(x):\n    return x + 1\nSo f(2) is 3.'],
    ['an include', '#include <stdio.h>\nint main() {}'],
    ['LaTeX verbatim', '\\begin{verbatim}x\\end{verbatim}'],
  ])('finds code in %s', async (_what, think) => {
    expect(await judge(readable, trace(think))).toBe('stray-code');
  });

  it('lets 1,000,000 characters of anything through without a hang', async () => {
    const million = (piece: string) => piece.repeat(Math.floor(1_000_000 / piece.length));
    const hostile = [
      'a',
      'a ',
      '\n',
      '$',
      '$$a',
      '\\(',
      '\\[a',
      '`',
      '<a',
      '的',
      'аб ',
      '\\text{',
      'def a(',
      '9=9\n',
      '\u0301a',
    ].map(million);
    for (const text of hostile) expect(await judge(readable, trace(text))).toMatch(/^[a-z-]+$/);
  });

  it('keeps the contract of verifiers', async () => {
    const texts = fuzzedTexts(['word ', '判别式', 'корень ', 'π', '$x$', 'ha ha ha ', '\\[', '~~~', 'the ']);
    expect(await verifierConformance(readableWith({ languageOf }), sampleOf(), texts)).toEqual([]);
  });

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
