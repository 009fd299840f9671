import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbersWritten, readSteps } from './steps.ts';

/** Steps of a text: true ones as they are, false ones marked with `!`, withdrawn ones with `~`. */
const steps = (text: string): string[] =>
  readSteps(text).steps.map(({ text: step, status }) => {
    const mark = { holds: '', fails: '!', withdrawn: '~' }[status];
    return `${mark}${step.replace(/\s/g, '')}`;
  });
const kinds = (text: string): string[] => readSteps(text).steps.map(({ kind, status }) => `${kind} ${status}`);

describe('readSteps', () => {
  it.each([
    ['So we get 2 + 3 = 5.', ['2+3=5']],
    ['So we get 2 + 3 = 6.', ['!2+3=6']],
    ['18 mph × 1.5 hours = 27 miles', ['18*1.5=27']],
    ['18 mph × 1.5 hours = 28 miles', ['!18*1.5=28']],
    ['6 times 7 is 42, and 6 times 8 is 49.', ['6*7is42', '!6*8is49']],
    ['20% of 50 = 10', ['20%*50=10']],
    ['3 1/2 + 1/2 = 4', ['31/2+1/2=4']],
    ['5! = 120 and \\binom{5}{2} = 10', ['5!=120', '\\binom{5}{2}=10']],
    ['√2 × √8 = 4, and √2 × √8 = 5', ['√2*√8=4', '!√2*√8=5']],
    ['3 > 2. But 2 ≥ 5.', ['3>2', '!2≥5']],
  ])('decides arithmetic: %s', (text, expected) => {
    expect(steps(text)).toEqual(expected);
  });

  it.each([
    // 1/3 = 0.3333…, 544/4048 = 0.13438…, 49.99 - 9.998 = 39.992.
    ['1/3 = 0.333', ['1/3=0.333']],
    ['1/3 = 0.34', ['!1/3=0.34']],
    ['0.1 + 0.2 = 0.31', ['!0.1+0.2=0.31']],
    ['49.99 - 9.998 = 40.002', ['!49.99-9.998=40.002']],
    ['√2 ≈ 1.414', ['√2≈1.414']],
    ['√2 ≈ 1.7', ['!√2≈1.7']],
    ['544/4048 = 1/7.45', []],
    // 6.674e-11 · 1.989e30 = 1.32745…e20.
    ['6.674 * 10^{-11} * 1.989 * 10^{30} = 1.327 * 10^{20}', ['6.674*10^{-11}*1.989*10^{30}=1.327*10^{20}']],
  ])('takes a decimal by the digits it shows: %s', (text, expected) => {
    expect(steps(text)).toEqual(expected);
  });

  it('reads a division with its remainder', () => {
    // 42 = 8·5 + 2.
    expect(kinds('42 ÷ 8 = 5 with a remainder of 2')).toEqual(['remainder holds']);
    expect(kinds('42 ÷ 8 = 5 with a remainder of 3')).toEqual(['remainder fails']);
    expect(kinds('42 ÷ 8 = 5 remainder 2')).toEqual(['remainder holds']);
  });

  it.each([
    ['(x-2)(x-3) = x^2 - 5x + 6', ['identity holds']],
    ['x^2 - 5x + 6 = 0', []],
    ['(x-2)(x-3) = x^2 - 5x + 7', []],
    ['2x = 4\nx = 2', ['solution holds']],
    ['2x = 4, so x = 3', ['solution fails']],
    ['x^2 - 5x + 6 = 0. So x = 2 or x = 3.', ['solution holds', 'solution holds']],
    ['x^2 - 5x + 6 = 0. Its vertex is at x = 2.5.', []],
    [
      '12x = 18(45 - x)\n12x = 810 - 18x\n30x = 810\nx = 27',
      ['rearrangement holds', 'rearrangement holds', 'solution holds'],
    ],
    ['x + y = 5\nx = 2\ny = 3', ['solution holds']],
    ['x = 5. Then 2x + 3 = 13', ['solution holds']],
    ['For L = 6, 3L = 18. For L = 7, 3L = 21', ['solution holds', 'solution holds']],
  ])('reads symbolic steps: %s', (text, expected) => {
    expect(kinds(text)).toEqual(expected);
  });

  it.each([
    [
      'a trial that is denied',
      'Try x = 1:\n1 = √9 + 4\n1 = 3 + 4\n1 = 7\nThat is not true.',
      ['~1=√9+4', '~1=3+4', '~1=7'],
    ],
    ['a contradiction', 'This implies 0 = 40, which is impossible.', ['~0=40']],
    ['an inequality that is tested', '9 + 15 - 14 = 10 ≤ 0. No, that is false.', ['9+15-14=10', '~10≤0']],
    ['a slip that is corrected', '3 * 9 = 28. Wait, no, 3 * 9 = 27. So 27 + 1 = 28.', ['~3*9=28', '3*9=27', '27+1=28']],
    ['a slip that is dropped', '4 * 9 = 38. Hmm, that is wrong. Another way: 7 + 5 = 12.', ['~4*9=38', '7+5=12']],
    ['a supposition', 'If 2 + 2 = 5 then pigs fly.', ['~2+2=5']],
  ])('withdraws %s', (_what, text, expected) => {
    expect(steps(text)).toEqual(expected);
  });

  it.each([
    ['is used all the same', '25 - 24 = 2. Wait, let me check. Then (5 - 2)/2 = 1.5.', '!25-24=2'],
    ['is called off too late', `4 * 9 = 38. ${'Now something else. '.repeat(3)}Wait, that is wrong.`, '!4*9=38'],
    ['is only confirmed', '999 - 101 + 1 = 900. Yes. Total 1 + 900 = 901.', '!999-101+1=900'],
  ])('a false value that %s still fails', (_what, text, expected) => {
    expect(steps(text)[0]).toBe(expected);
  });

  it.each([
    ['a congruence', '8^3 = 8*9 = 72 ≡ 6 mod 11'],
    ['last digits', 'Look at the last digit: 2^4 = 6'],
    ['a base', '52_8 = 42'],
    ['a conversion of units', '6.5 mm = 6.5 / 10 = 0.65 cm'],
    ['cents', '$27.47 = 2700 cents + 47 cents'],
    ['a function', 'f(2) = 7'],
    ['the square of a number', 'the square of 5 = 25'],
    ['a count of choices', 'there are 3 choose 2 = 3 games'],
    ['a number that goes on in words', '10^{15} * 243 = 243 followed by 15 zeros'],
    ['degrees without their sign', 'cos(120) = -1/2'],
    ['a logarithm without its base', 'log 100 = 2'],
    ['an ellipsis', '100 ÷ 60 = 1.666...'],
    ['a parallax', 'π = 1/300'],
  ])('leaves %s open', (_what, text) => {
    expect(steps(text).filter((step) => step.startsWith('!'))).toEqual([]);
  });

  it('counts what is open, and what is mentioned in it', () => {
    const { open, mentioned } = readSteps('x^2 - 5x + 6 = 0');
    expect(open).toBe(1);
    expect([...mentioned].sort()).toEqual(['0', '2', '5', '6']);
  });

  it('never throws, whatever the text', () => {
    const symbols = fc.constantFrom(
      ...'0123456789+-*/^()[]{}=<>≈≡,:;.?!%°|_\'"xyπ \n$\\',
      ...[
        'so ',
        'mph ',
        'is ',
        'wait, ',
        'times ',
        '\\frac{1}{2}',
        '\\sqrt{',
        '\\log_2 ',
        '...',
        '9^9^9',
        '⇒',
        '\ud800',
      ],
    );
    fc.assert(
      fc.property(fc.array(symbols, { maxLength: 80 }), (parts) => {
        expect(Array.isArray(readSteps(parts.join('')).steps)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('numbersWritten', () => {
  it('reads digits without signs', () => {
    expect(numbersWritten('Solve x^2-5x+6=0')).toEqual(['2', '5', '6', '0']);
    expect(numbersWritten('\\frac{9}{5} of 1,000 is 1.50')).toEqual(['9', '5', '1000', '3/2']);
    expect(numbersWritten('no number')).toEqual([]);
  });
});
