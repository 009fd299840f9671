import { describe, expect, it } from 'vitest';
import { judge } from './fixtures/judging.ts';
import { traceSteps } from './trace-steps.ts';

const FORMULA = [
  'divide by 3: 3/3=1, -15/3=-5, 18/3=6',
  'a=1, b=-5, c=6',
  '(-5)^2=25',
  '4*1*6=24',
  'D=25-24=1',
  '1=1^2',
  'x=(5-1)/2=4/2=2',
  'x=(5+1)/2=6/2=3',
];
const FACTOR = ['a=1, b=-5, c=6', '-(-5)=5', '1*6=6, 1+6=7', '2*3=6, 2+3=5', 'x=2, x=3'];
const SQUARE = ['a=1, b=-6, c=5', '-6/2=-3', '(-3)^2=9', '9-5=4', '4=2^2', 'x=3-2=1', 'x=3+2=5'];

const steps = (...uses: number[]) => traceSteps({ minimum: 3, uses: () => uses });
const output = (lines: readonly string[], answer = 'x=2, x=3'): string =>
  `<think>${lines.join('\n')}</think><answer>${answer}</answer>`;

describe('traceSteps', () => {
  it('passes the worked solutions of three methods', async () => {
    expect(await judge(steps(-5, 6), output(FORMULA))).toBe('pass');
    expect(await judge(steps(-5, 6), output(FACTOR))).toBe('pass');
    expect(await judge(steps(-6, 5), output(SQUARE, 'x=1, x=5'))).toBe('pass');
  });

  it.each([
    ['D=25-24=2', 'false-equality'],
    ['D=25-24=1=3', 'false-equality'],
    ['7<0: no real root', 'false-inequality'],
    ['1/0=5', 'undecided-step'],
    ['9^9^9^9=5', 'undecided-step'],
  ])('fails a trace with the line %s as %s', async (line, reason) => {
    expect(await judge(steps(-5, 6), output([...FORMULA.slice(0, 4), line, ...FORMULA.slice(5)]))).toBe(reason);
  });

  it('finds every single wrong digit in the arithmetic of a trace', async () => {
    const verifier = steps(-5, 6);
    for (const [index, line] of FORMULA.entries()) {
      if (!line.includes('=') || line.startsWith('a=')) continue;
      const wrong = FORMULA.with(
        index,
        line.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)),
      );
      // 1=1^3 is true as well: of the last digits, the square's exponent is the only one that may change.
      expect(await judge(verifier, output(wrong))).toBe(line === '1=1^2' ? 'pass' : 'false-equality');
    }
  });

  it.each([
    ['nothing', ['']],
    ['1=1 alone', ['1=1', '5=5', '6=6', '-(-2)=2']],
    ['one step over and over', ['2+3=5', '2+3=5', '5=2+3', '(2)+(3) = 5']],
    ['prose without numbers', ['I know that this factors nicely.', 'So the roots are obvious.']],
    ['equations in letters only', ['x^2-5x+6=0', '(x-2)(x-3)=0', 'x=2 or x=3']],
  ])('is not content with %s', async (_what, lines) => {
    expect(await judge(steps(), output(lines))).toBe(lines[0] === '' ? 'no-trace' : 'too-few-steps');
  });

  it('wants the numbers of this problem, whatever their signs', async () => {
    expect(await judge(steps(-5, 7), output(FORMULA))).toBe('unused-number');
    expect(await judge(steps(5, -6), output(FORMULA))).toBe('pass');
  });

  it('does not take a number that is only assigned for one that is used', async () => {
    const elsewhere = ['a=1, b=-9, c=8', '1+1=2', '1+2=3', '2*3=6'];
    expect(await judge(steps(-9), output(elsewhere))).toBe('unused-number');
  });

  it('wants the answer to follow from the last two lines with steps', async () => {
    expect(await judge(steps(-5, 6), output(FORMULA, 'x=2, x=7'))).toBe('no-conclusion');
    expect(await judge(steps(-5, 6), output([...FORMULA, '2+2=4', '4+4=8']))).toBe('no-conclusion');
    expect(await judge(steps(-5, 6), `<think>${FORMULA.join('\n')}</think>`)).toBe('no-answer');
  });

  it("leaves the conclusion to the suite's own rule", async () => {
    const negative = traceSteps({
      minimum: 1,
      concludes: ({ answerText, lines }) => {
        const isNegative = lines.some(({ relations }) => relations.some(({ sign, holds }) => sign === '<' && holds));
        return answerText === 'no real solution' && isNegative ? 'pass' : 'unsound';
      },
    });
    expect(await judge(negative, output(['D=9-16=-7', '-7<0: no real root'], 'no real solution'))).toBe('pass');
    // A search that found nothing proves nothing.
    expect(await judge(negative, output(['1*6=6, 1+6=7'], 'no real solution'))).toBe('unsound');
  });

  it('reads reasoning that came apart from the text', async () => {
    const apart = { think: FORMULA.join('\n') };
    expect(await judge(steps(-5, 6), '<answer>x=2, x=3</answer>', { output: apart })).toBe('pass');
  });

  it('leaves an output unscored where the suite names no number', async () => {
    const broken = traceSteps({ minimum: 1, uses: () => ['b'] });
    expect(await judge(broken, output(FORMULA))).toBe('verifier-threw');
  });
});
