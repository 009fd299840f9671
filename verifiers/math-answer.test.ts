import { readLabelled } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { verifierConformance } from './conformance.ts';
import { fuzzedTexts } from './fixtures/fuzz.ts';
import { judge, outputOf, sampleOf } from './fixtures/judging.ts';
import { disagreementsOf } from './fixtures/labelled.ts';
import { mathAnswer } from './math-answer.ts';

/** Pieces of answers, of which fuzzed ones are strung together. */
const MATHEMATICS = [
  ...['1', '23', '0.5', 'x', 'y_1', 'π', 'e', 'i', '∞', '+', '-', '*', '/', '^', '^2', '!', '%', '°', '|', '='],
  ...['<', '≤', '≠', '≈', '(', ')', '[', ']', '{', '}', ',', ';', ' or ', ' and ', ':', '_5', '±', '∪', '∈'],
  ...[
    '\\frac{1}{2}',
    '\\sqrt{',
    '\\sqrt[3]{',
    '\\binom{',
    '\\sin ',
    '\\log_2 ',
    '\\pi',
    '\\text{ cm}',
    ' cm',
    ' m',
    '€',
  ],
  ...[
    '\\begin{pmatrix}',
    '\\end{pmatrix}',
    '&',
    '\\\\',
    '9^9^9^9',
    '99999!',
    'no solution',
    'not',
    '1,234',
    '\\overline{3}',
  ],
];

describe('mathAnswer', () => {
  it('judges its labelled table as labelled', async () => {
    expect(await disagreementsOf('math-answer', () => mathAnswer)).toEqual([]);
  });

  it('judges its labelled table alike where expected and given change places, save for rounding', async () => {
    const rows = readLabelled(new URL('./labelled/math-answer.jsonl', import.meta.url));
    for (const { expected = '', output } of rows) {
      const isBare = !/answer|<|boxed|\p{L}{4}.* /iu.test(output) && output !== '';
      // The one way the expected answer is rounded, the other way the given one.
      const isRounded = /\d\.\d\d/.test(`${expected} ${output}`);
      if (!isBare || isRounded) continue;
      const forth = await judge(mathAnswer, output, { sample: sampleOf({ expected }) });
      const back = await judge(mathAnswer, expected, { sample: sampleOf({ expected: output }) });
      expect([expected, output, forth === 'pass']).toEqual([expected, output, back === 'pass']);
    }
  });

  it('passes every text as an answer to itself, save blank ones', async () => {
    for (const text of fuzzedTexts(MATHEMATICS, 500)) {
      const inside = text.replaceAll(/<[^>]*>|\\boxed|answer/gi, '').trim();
      if (inside === '') continue;
      const answer = `<think>a</think><answer>${inside}</answer>`;
      expect([inside, await judge(mathAnswer, answer, { sample: sampleOf({ expected: inside }) })]).toEqual([
        inside,
        'pass',
      ]);
    }
  });

  it('keeps the contract of verifiers on mathematics and on anything else', async () => {
    expect(
      await verifierConformance(mathAnswer, sampleOf({ expected: '\\frac{x^2}{2}' }), fuzzedTexts(MATHEMATICS)),
    ).toEqual([]);
  });

  it('judges a choice by its letter, also in a sentence', async () => {
    const of = (expected: string, text: string) => judge(mathAnswer, text, { sample: sampleOf({ expected }) });
    expect(await of('B', 'The answer is B, for A is too small.')).toBe('pass');
    expect(await of('(B)', 'B')).toBe('pass');
    expect(await of('B', 'A or B')).toBe('hedged');
  });

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
    ['<answer>two and three</answer>', 'wrong-answer'],
    ['<answer>9^9^9^9</answer>', 'unreadable'],
    ['<answer>100000!</answer>', 'unreadable'],
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
