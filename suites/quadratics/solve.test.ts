import { randomStream } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { parsePrompt } from './equation.ts';
import { AREAS, equationsOf, problem } from './problems.ts';
import { METHODS, type Method, solve, solveBy } from './solve.ts';

const output = (think: string, answer: string): string => `<think>${think}</think><answer>${answer}</answer>`;

/** Worked by hand; the first three are the notation's published examples. */
const WORKED: readonly (readonly [Method, string, string, string])[] = [
  [
    'formula',
    'Solve 3x^2-15x+18=0',
    'divide by 3: 3/3=1, -15/3=-5, 18/3=6\na=1, b=-5, c=6\n(-5)^2=25\n4*1*6=24\nD=25-24=1\n1=1^2\nx=(5-1)/2=4/2=2\nx=(5+1)/2=6/2=3',
    'x=2, x=3',
  ],
  ['square', 'Solve x^2-6x+5=0', 'a=1, b=-6, c=5\n-(-6)/2=3\n3^2=9\n9-5=4\n4=2^2\nx=3-2=1\nx=3+2=5', 'x=1, x=5'],
  [
    'factor',
    'Solve x^2-5x+6=0',
    'a=1, b=-5, c=6\n-(-5)=5\n1*6=6, 1+6=7\n2*3=6, 2+3=5\n2^2-5*2+6=4-10+6=0\n3^2-5*3+6=9-15+6=0\nx=2, x=3',
    'x=2, x=3',
  ],
  [
    'formula',
    'Solve 3x^2-7x+2=0',
    'a=3, b=-7, c=2\n(-7)^2=49\n4*3*2=12*2=24\nD=49-24=25\n25=5^2\nx=(7-5)/(2*3)=2/6=1/3\nx=(7+5)/(2*3)=12/6=2',
    'x=1/3, x=2',
  ],
  [
    'formula',
    'Solve x^2+5x-6=0',
    'a=1, b=5, c=-6\n5^2=25\n4*1*(-6)=-24\nD=25-(-24)=25+24=49\n49=7^2\nx=(-5-7)/2=-12/2=-6\nx=(-5+7)/2=2/2=1',
    'x=-6, x=1',
  ],
  [
    'formula',
    'Solve 4x^2-12x+9=0',
    'a=4, b=-12, c=9\n(-12)^2=144\n4*4*9=16*9=144\nD=144-144=0\none root\nx=(12-0)/(2*4)=12/8=3/2',
    'x=3/2',
  ],
  ['formula', 'Solve x^2+3x+4=0', 'a=1, b=3, c=4\n3^2=9\n4*1*4=16\nD=9-16=-7\n-7<0: no real root', 'no real solution'],
  [
    'formula',
    'Solve 2x^2-18=0',
    'divide by 2: 2/2=1, -18/2=-9\na=1, b=0, c=-9\n0^2=0\n4*1*(-9)=-36\nD=0-(-36)=0+36=36\n36=6^2\nx=(0-6)/2=-6/2=-3\nx=(0+6)/2=6/2=3',
    'x=-3, x=3',
  ],
  ['factor', 'Solve x^2-5x=0', 'a=1, b=-5, c=0\n-(-5)=5\n0*5=0, 0+5=5\nx=0, x=5', 'x=0, x=5'],
  [
    'factor',
    'Solve -x^2-x+6=0',
    'divide by -1: -1/(-1)=1, -1/(-1)=1, 6/(-1)=-6\na=1, b=1, c=-6\n-(1)=-1\n1*(-6)=-6, 1-6=-5\n2*(-3)=-6, 2-3=-1\n2^2+1*2-6=4+2-6=0\n(-3)^2+1*(-3)-6=9-3-6=0\nx=-3, x=2',
    'x=-3, x=2',
  ],
];

describe('a worked solution', () => {
  it.each(WORKED)('by %s of "%s" is written step by step', (method, prompt, think, answer) => {
    expect(solveBy(method, parsePrompt(prompt))).toBe(output(think, answer));
  });
});

describe('outside its domain', () => {
  const answerBy = (method: Method, prompt: string) => solveBy(method, parsePrompt(prompt)).split('</think>')[1];

  it('the bounded search concludes too much: (x-7)(x-8) has roots beyond 6', () => {
    const text = solveBy('factor', parsePrompt('Solve x^2-15x+56=0'));
    expect(text).toContain('no such pair');
    expect(text).toContain('<answer>no real solution</answer>');
  });

  it.each([
    ['factor', 'Solve 2x^2-5x+2=0'],
    ['square', 'Solve 2x^2-5x+2=0'],
    ['square', 'Solve x^2-5x+6=0'],
    ['formula', 'Solve x^2-3x+1=0'],
  ] as const)('%s gives up on "%s"', (method, prompt) => {
    expect(answerBy(method, prompt)).toBe('<answer>unknown</answer>');
  });
});

describe('the reference solver', () => {
  it('draws its method blind to the problem: one stream, one method, whatever is asked', () => {
    const methodOf = (prompt: string, seed: number): Method | undefined => {
      const text = solve({ prompt }, randomStream(seed));
      return METHODS.find((method) => solveBy(method, parsePrompt(prompt)) === text);
    };
    for (let seed = 0; seed < 30; seed++) {
      expect(methodOf('Solve x^2-6x+8=0', seed)).toBe(methodOf('Solve x^2-10x-11=0', seed));
    }
  });

  it('draws every method about equally often', () => {
    const counts = { factor: 0, square: 0, formula: 0 };
    const prompt = 'Solve x^2-6x+8=0';
    const random = randomStream(11, 'methods');
    for (let draw = 0; draw < 3000; draw++) {
      const text = solve({ prompt }, random);
      counts[METHODS.find((method) => solveBy(method, parsePrompt(prompt)) === text) as Method]++;
    }
    // Standard deviation of each count is √(3000·⅓·⅔) = 26.
    for (const count of Object.values(counts)) expect(Math.abs(count - 1000)).toBeLessThan(4 * 26);
  });

  it.each(AREAS)('by formula gives the expected answer to every equation of %s', (area) => {
    for (const { equation, expected } of [...equationsOf(area).values()].flat()) {
      expect(solveBy('formula', equation)).toContain(`<answer>${expected}</answer>`);
    }
  });

  it('never states a false equality between numbers', () => {
    const random = randomStream(5, 'equalities');
    for (let draw = 0; draw < 600; draw++) {
      const { prompt } = problem(random.pick(AREAS), random);
      for (const method of METHODS) {
        for (const [left, right] of equalitiesIn(solveBy(method, parsePrompt(prompt)))) {
          expect(left, `${prompt} by ${method}`).toBeCloseTo(right, 9);
        }
      }
    }
  });
});

/** Both sides of each equality between numbers, by JavaScript's own arithmetic: an oracle that is not ours. */
function equalitiesIn(text: string): [number, number][] {
  const think = text.slice('<think>'.length, text.indexOf('</think>'));
  return think.split(/\n|, |: /).flatMap((statement) => {
    const sides = statement.split('=').filter((side) => /^[-+*/^()\d]+$/.test(side));
    const values = sides.map((side) => Function(`return ${side.replaceAll('^', '**')}`)() as number);
    return values.slice(1).map((value, index): [number, number] => [values[index] as number, value]);
  });
}
