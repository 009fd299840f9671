import { defineVerifier, isProofstillError, type Verifier } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { allOf } from './all-of.ts';
import { anyOf } from './any-of.ts';
import { verifierConformance } from './conformance.ts';
import { exact } from './exact.ts';
import { fuzzedTexts } from './fixtures/fuzz.ts';
import { outputOf, sampleOf } from './fixtures/judging.ts';
import { mathAnswer } from './math-answer.ts';
import { template } from './template.ts';

const verdictOn = (text: string, ...members: Verifier[]) =>
  Promise.resolve(anyOf(...members).verify(sampleOf(), outputOf(text), { policy: 'score' }));
const broken = defineVerifier({
  name: 'broken',
  version: '1',
  verify: () => {
    throw new Error('no table');
  },
});

describe('anyOf', () => {
  it('takes the first member that passes, and says which one it was and what the others found', async () => {
    const verdict = await verdictOn('<answer>3, 2</answer>', exact(), mathAnswer, template);
    expect(verdict).toEqual({
      status: 'pass',
      answer: '3, 2',
      checks: [
        {
          name: 'math-answer',
          score: 'answer',
          status: 'pass',
          detail: 'decided by math-answer; exact: wrong-answer',
        },
      ],
    });
  });

  it('reports all members where none passes', async () => {
    const verdict = await verdictOn('<answer>7</answer>', exact(), mathAnswer);
    expect(verdict.status).toBe('fail');
    expect(verdict.checks.map(({ name, status }) => `${name} ${status}`)).toEqual(['exact fail', 'math-answer fail']);
    expect(verdict.checks[1]?.detail).toContain('none of them passes; exact: wrong-answer; math-answer: wrong-count');
  });

  it('knows nothing where a member could not judge and the others fail', async () => {
    const verdict = await verdictOn('<answer>7</answer>', exact(), broken);
    expect([verdict.status, verdict.reason]).toEqual(['unscored', 'verifier-threw']);
  });

  it('passes by a member beside one that could not judge', async () => {
    expect((await verdictOn('<answer>3, 2</answer>', broken, mathAnswer)).status).toBe('pass');
  });

  it('nests with allOf', async () => {
    const nested = anyOf(allOf(template, exact()), mathAnswer);
    expect([nested.name, (await verdictOn('x=2, x=3', nested)).status]).toEqual(['template+exact|math-answer', 'pass']);
  });

  it('refuses to hold nothing', () => {
    expect(() => anyOf()).toThrow(expect.toSatisfy((error: unknown) => isProofstillError(error, 'config')));
  });

  it('keeps the contract of verifiers', async () => {
    const texts = fuzzedTexts(['x=2', ', ', 'x=3', ' or ']);
    expect(await verifierConformance(anyOf(exact(), mathAnswer, template), sampleOf(), texts)).toEqual([]);
  });
});
