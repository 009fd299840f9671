import fc from 'fast-check';
import { isProofstillError } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { judge, sampleOf } from './fixtures/judging.ts';
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
        answer.kind === 'scalar' && answer.value.isWhole && answer.value.numerator % 2n === 0n ? 'pass' : 'odd',
    });
    expect(await judge(even, 'The answer is 4')).toBe('pass');
    expect(await judge(even, 'The answer is 5')).toBe('odd');
  });
});
