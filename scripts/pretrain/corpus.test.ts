import { openTokenizer, randomStream, readDataset, splitOfKey } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { keyOf, parsePrompt } from '../../suites/quadratics/equation.ts';
import { drawLesson, exampleOf, type Lesson } from './corpus.ts';
import { drawGeneralRows, GENERAL_ROWS } from './general.ts';

const random = randomStream(2, 'corpus test');
const mixes = ['broad', 'focused', 'general', 'closing'] as const;
const lessons = Array.from({ length: 40_000 }, (_, index) => drawLesson(random, mixes[index % 4]!));

const textOf = ({ pieces }: Lesson): string =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : piece.given)).join('');

/** Keys of every polynomial with x², and of every list of letters' values, in a lesson's prompt and text. */
function keysIn(lesson: Lesson): string[] {
  const text = `${lesson.prompt}\n${textOf(lesson)}`;
  const written = text.match(/-?\d*x\^2(?:[+-]\d*x)?(?:[+-]\d+(?![\dx*]))?/g) ?? [];
  const listed = [...text.matchAll(/a=(-?\d+), b=(-?\d+), c=(-?\d+)/g)].map(([, a, b, c]) => {
    return { a: Number(a), b: Number(b), c: Number(c) };
  });
  const spelled = [...lesson.prompt.matchAll(/Evaluate (-?\d+)\*x\^2\+\(?(-?\d+)\)?\*x\+\(?(-?\d+)\)? /g)].map(
    ([, a, b, c]) => {
      return { a: Number(a), b: Number(b), c: Number(c) };
    },
  );
  const parsed = lesson.kind === 'evaluate' ? [] : written.map((polynomial) => parsePrompt(`Solve ${polynomial}=0`));
  return [...parsed, ...listed, ...spelled].map(keyOf);
}

describe('the corpus of the nano base', () => {
  it('holds no equation of steer or holdout in any form', () => {
    const keys = lessons.flatMap(keysIn);
    expect(keys.length).toBeGreaterThan(10_000);
    expect(keys.filter((key) => splitOfKey(key) !== 'train')).toEqual([]);
  });

  it('solves no quadratic in steps: an equation is followed by its roots and nothing else', () => {
    const solved = lessons.filter(({ prompt }) => prompt.startsWith('Solve ') && prompt.includes('x^2'));
    expect(solved.length).toBeGreaterThan(2000);
    for (const lesson of solved) expect(textOf(lesson)).toMatch(/^x=-?\d+(\/\d+)?(, x=-?\d+(\/\d+)?)?$/);
    for (const lesson of lessons) expect(textOf(lesson)).not.toMatch(/think|answer|no real/);
  });

  it('computes rightly: every equality between numbers holds', () => {
    for (const lesson of lessons) {
      for (const statement of textOf(lesson).split(/\n|, |: /)) {
        const sides = statement
          .replace(/^x=/, '')
          .split('=')
          .filter((side) => /^[-+*/^()\d]+$/.test(side));
        const values = sides.map((side) => Function(`return ${side.replaceAll('^', '**')}`)() as number);
        for (const value of values.slice(1)) expect(value, statement).toBeCloseTo(values[0] as number, 9);
      }
    }
  });

  it('gives the general rows that lie beside the base', async () => {
    expect(await readDataset('students/nano/general.jsonl')).toEqual(drawGeneralRows(GENERAL_ROWS));
  });

  it('learns nothing that nobody could predict: operands of arithmetic lines have no weight', () => {
    const tokenizer = openTokenizer('students/nano');
    const lesson: Lesson = { kind: 'arithmetic', prompt: 'Calculate', pieces: [{ given: '2+3=' }, '5'] };
    const { ids, weights } = exampleOf(lesson, tokenizer);
    const learnt = ids.filter((_, index) => weights[index] === 1);
    expect(tokenizer.decode(learnt)).toBe('5');
  });
});
