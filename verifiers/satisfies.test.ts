import fc from 'fast-check';
import { isProofstillError } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { verifierConformance } from './conformance.ts';
import { fuzzedTexts } from './fixtures/fuzz.ts';
import { judge, sampleOf } from './fixtures/judging.ts';
import { disagreementsOf } from './fixtures/labelled.ts';
import { mathAnswer } from './math-answer.ts';
import { polynomialRoots, satisfies } from './satisfies.ts';

const roots = (...coefficients: (number | string)[]) =>
  satisfies({ name: 'roots', constraint: (_sample, answer) => polynomialRoots(coefficients)(answer) });

describe('satisfies with polynomialRoots', () => {
  it.each([
    [[1, -5, 6], 'x=2, x=3'],
    [[1, -5, 6], '3, 2'],
    [[2, -5, -12], 'x=-3/2, x=4'],
    [[1, -6, 9], 'x=3'],
    [[1, 0, 7], 'no real solution'],
    [[1, 0, -1, 0], '-1, 0, 1'],
    [['1/2', '-0.5'], 'x=1'],
  ])('%j=0 holds for %s', async (coefficients, answer) => {
    expect(await judge(roots(...coefficients), `<answer>${answer}</answer>`)).toBe('pass');
  });

  it.each([
    [[1, -5, 6], 'x=2', 'wrong-count'],
    [[1, -5, 6], 'no real solution', 'wrong-count'],
    [[1, -5, 6], 'x=2, x=2', 'repeated-root'],
    [[1, -5, 6], 'x=2, x=4', 'not-a-root'],
    [[1, -5, 6], 'y=2, y=3', 'wrong-variable'],
    [[1, -5, 6], 'two', 'wrong-kind'],
    [[1, 0, 7], 'x=0', 'not-a-root'],
    [[1, 0, -2], 'x=1.41421356, x=-1.41421356', 'not-a-root'],
    [[1, -5, 6], '9^9^9^9', 'unreadable'],
  ])('%j=0 does not hold for %s: %s', async (coefficients, answer, reason) => {
    expect(await judge(roots(...coefficients), `<answer>${answer}</answer>`)).toBe(reason);
  });

  it('agrees with the expected answer on quadratics made from their roots', async () => {
    const root = fc.integer({ min: -12, max: 12 });
    await fc.assert(
      fc.asyncProperty(root, root, root, root, async (first, second, given, other) => {
        const expected = first === second ? `x=${first}` : `x=${first}, x=${second}`;
        const judges = [roots(1, -(first + second), first * second), mathAnswer];
        const verdicts = [expected, `x=${given}, x=${other}`].map((answer) =>
          Promise.all(
            judges.map(async (judging) => {
              const found = await judge(judging, `<answer>${answer}</answer>`, { sample: sampleOf({ expected }) });
              return found === 'pass';
            }),
          ),
        );
        for (const [gold, keyed] of await Promise.all(verdicts)) expect(gold).toBe(keyed);
      }),
      { numRuns: 200 },
    );
  });

  it('blames the suite for a coefficient that is no number', () => {
    expect(() => polynomialRoots([1, 'b'])).toThrow(expect.toSatisfy((e: unknown) => isProofstillError(e, 'suite')));
  });

  it('leaves an output unscored where the constraint throws', async () => {
    expect(await judge(roots(0, 0), '<answer>x=1</answer>')).toBe('verifier-threw');
  });

  it('takes any constraint', async () => {
    const even = satisfies({
      name: 'even',
      constraint: (_sample, answer) =>
        answer.kind === 'scalar' && answer.value?.isWhole && answer.value.numerator % 2n === 0n ? 'pass' : 'odd',
    });
    expect(await judge(even, 'The answer is 4')).toBe('pass');
    expect(await judge(even, 'The answer is 5')).toBe('odd');
  });
});

describe('satisfies with relations', () => {
  it('judges its labelled table as labelled, but for an irrational solution', async () => {
    expect(await disagreementsOf('satisfies', satisfies)).toEqual(['satisfies-25: not-exact']);
  });

  it.each([
    [['x - y'], 'x - y'],
    [['x + = 5'], 'x + = 5'],
    [['xy = 6'], 'xy'],
    [['2 + 2 = 4'], 'at least one letter'],
    [[], 'at least one letter'],
  ])('%j is an error of the suite that names %s', (relations, shown) => {
    const build = () => satisfies({ name: 'relations', relations });
    expect(build).toThrow(expect.toSatisfy((error: unknown) => isProofstillError(error, 'suite')));
    expect(build).toThrow(shown);
  });

  it('takes a constraint or relations, not both', () => {
    const refused = expect.toSatisfy((error: unknown) => isProofstillError(error, 'config'));
    expect(() => satisfies({ name: 'none' })).toThrow(refused);
    expect(() => satisfies({ name: 'both', relations: ['x=1'], constraint: () => 'pass' })).toThrow(refused);
  });

  it('agrees with arithmetic on whole numbers', async () => {
    const whole = fc.integer({ min: -6, max: 6 });
    const verifier = satisfies({ name: 'circle', relations: ['x^2 + y^2 = 25', 'x < y', 'x*y != 0'] });
    await fc.assert(
      fc.asyncProperty(whole, whole, async (x, y) => {
        const found = await judge(verifier, `<answer>x=${x}, y=${y}</answer>`);
        expect(found === 'pass').toBe(x * x + y * y === 25 && x < y && x * y !== 0);
      }),
      { numRuns: 169, seed: 3 },
    );
  });

  it('gives a checker the answer as it was written', async () => {
    const palindrome = satisfies({
      name: 'palindrome',
      constraint: (_sample, _answer, text) => (text === [...text].reverse().join('') ? 'pass' : 'no-palindrome'),
    });
    expect(await judge(palindrome, '<answer>level</answer>')).toBe('pass');
    expect(await judge(palindrome, '<answer>levels</answer>')).toBe('no-palindrome');
  });

  it('keeps the contract of verifiers', async () => {
    const verifier = satisfies({ name: 'sum', relations: ['x + y = 5'] });
    const texts = fuzzedTexts([
      'x=2',
      'y=3',
      'x',
      'y',
      '=',
      '9^9^9',
      '1/0',
      '(x,y)=(2,3)',
      '{"x":2,"y":3}',
      '\\frac{1}{2}',
      '\\sqrt{',
    ]);
    expect(await verifierConformance(verifier, sampleOf(), texts)).toEqual([]);
  });
});
