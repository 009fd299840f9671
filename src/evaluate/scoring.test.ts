import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { evaluationOf } from '../../test/fixtures/evaluated.ts';
import type { Sample } from '../core/sample.ts';
import { problemHash, Scoring, samplesRecord } from './scoring.ts';

const sample = (id: string, prompt = `prompt of ${id}`): Sample => {
  return { id, suite: 'sums', area: 'a', split: 'holdout', prompt, key: id, expected: '2' };
};

describe('scoring', () => {
  it('keeps verdict, answer and cut of an output, and none of its text', () => {
    const scored = new Scoring().score(
      evaluationOf({
        sample: 'x',
        answer: 'fail',
        reason: 'truncated',
        said: 'x=3',
        isTruncated: true,
        problem: 'solve',
      }),
    );
    expect(scored).toEqual({
      sample: 'x',
      area: 'a',
      attempt: 0,
      answer: 'x=3',
      isTruncated: true,
      problem: problemHash({ prompt: 'solve' }),
      verdict: {
        status: 'fail',
        reason: 'truncated',
        checks: [{ name: 'answer', score: 'answer', status: 'fail', reason: 'truncated' }],
      },
    });
  });

  it('shares verdicts that are alike, and keeps apart those that differ in any check', () => {
    const scoring = new Scoring();
    const [one, alike, other, reasoned] = [
      scoring.score(evaluationOf({ sample: 'x', answer: 'fail', format: 'pass', reason: 'a' })),
      scoring.score(evaluationOf({ sample: 'y', answer: 'fail', format: 'pass', reason: 'a' })),
      scoring.score(evaluationOf({ sample: 'z', answer: 'fail', format: 'fail', reason: 'a' })),
      scoring.score(evaluationOf({ sample: 'w', answer: 'fail', format: 'pass', reason: 'b' })),
    ];
    expect(alike!.verdict).toBe(one!.verdict);
    expect(other!.verdict).not.toEqual(one!.verdict);
    expect(reasoned!.verdict).not.toEqual(one!.verdict);
  });
});

describe('a problem', () => {
  it('is named by 16 digits of the SHA-256 of its prompt and expected answer', () => {
    const expected = createHash('sha256').update('["x+1=3","2"]').digest('hex').slice(0, 16);
    expect(problemHash({ prompt: 'x+1=3', expected: '2' })).toBe(expected);
  });

  it('is another with another prompt, another expected answer, or none', () => {
    const hashes = [
      problemHash({ prompt: 'x', expected: '2' }),
      problemHash({ prompt: 'x', expected: '3' }),
      problemHash({ prompt: 'y', expected: '2' }),
      problemHash({ prompt: 'x' }),
    ];
    expect(new Set(hashes).size).toBe(4);
  });
});

describe('a set of samples', () => {
  it('is named by the ids and problems in their order', () => {
    const [x, y] = [sample('x'), sample('y')];
    const set = [x, y].map((each) => [each.id, problemHash(each)]);
    const hash = createHash('sha256').update(JSON.stringify(set)).digest('hex');
    expect(samplesRecord([x, y], 402)).toEqual({ n: 2, of: 402, hash });
    expect(samplesRecord([y, x], 402).hash).not.toBe(hash);
    expect(samplesRecord([x, sample('y', 'another')], 402).hash).not.toBe(hash);
    expect(samplesRecord([], 0).hash).toBe(createHash('sha256').update('[]').digest('hex'));
  });
});
