import { defineVerifier, isProofstillError, statusOf, type Verifier } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { allOf } from './all-of.ts';
import { outputOf, sampleOf } from './fixtures/judging.ts';
import { mathAnswer } from './math-answer.ts';
import { template } from './template.ts';

const verdictOn = (text: string, ...members: Verifier[]) =>
  Promise.resolve(allOf(...members).verify(sampleOf(), outputOf(text), { policy: 'score' }));

describe('allOf', () => {
  it('joins the checks of its members and takes the first answer', async () => {
    const verdict = await verdictOn('<think>a</think><answer>x=2, x=3</answer>', template, mathAnswer);
    expect(verdict).toEqual({
      status: 'pass',
      answer: 'x=2, x=3',
      checks: [
        { name: 'template', score: 'format', status: 'pass' },
        { name: 'math-answer', score: 'answer', status: 'pass' },
      ],
    });
  });

  it('reports every score after a failure: a bare right answer fails on format only', async () => {
    const verdict = await verdictOn('x=2, x=3', template, mathAnswer);
    expect([verdict.status, verdict.reason]).toEqual(['fail', 'no-think']);
    expect([statusOf(verdict, 'format'), statusOf(verdict, 'answer')]).toEqual(['fail', 'pass']);
  });

  it('keeps the findings of the others where a member throws', async () => {
    const broken = defineVerifier({
      name: 'broken',
      version: '1',
      verify: () => {
        throw new Error('broken');
      },
    });
    const verdict = await verdictOn('x=2', broken, template);
    expect(verdict).toMatchObject({ status: 'fail', reason: 'no-think' });
    expect(verdict.checks.find(({ name }) => name === 'broken')).toMatchObject({
      status: 'unscored',
      detail: 'broken',
    });
  });

  it('has a name and a version made of its members', () => {
    const both = allOf(template, mathAnswer);
    expect([both.name, both.version]).toEqual(['template+math-answer', '1+2']);
  });

  it('refuses to hold nothing', () => {
    expect(() => allOf()).toThrow(expect.toSatisfy((error: unknown) => isProofstillError(error, 'config')));
  });
});
