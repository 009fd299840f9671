import { describe, expect, it } from 'vitest';
import type { Sample } from '../core/sample.ts';
import { defineVerifier, type Status, verdictOf } from '../core/verdict.ts';
import { judgesWithoutExpected } from './gold-free.ts';

const SAMPLE: Sample = { id: '1', suite: 's', area: 'a', split: 'train', prompt: 'an even number', key: '1' };
const verifier = (statusOf: (sample: Sample, text: string) => Status) =>
  defineVerifier({
    name: 'v',
    version: '1',
    verify: (sample, { text }) => verdictOf([{ name: 'v', score: 'answer', status: statusOf(sample, text) }]),
  });

describe('a verifier that needs no expected answer', () => {
  const constraint = verifier((_sample, text) => (/<answer>\d*[02468]</.test(text) ? 'pass' : 'fail'));

  it('is one that judges an answer by the problem', async () => {
    expect(await judgesWithoutExpected(constraint, SAMPLE)).toBe(true);
    expect(await judgesWithoutExpected(constraint, { ...SAMPLE, expected: '4' })).toBe(true);
  });

  it.each([
    ['leaves an answer unscored without one', verifier(({ expected }) => (expected ? 'pass' : 'unscored')), undefined],
    [
      'takes every answer for wrong without one',
      verifier(({ expected }, text) => (text.includes(`>${expected}<`) ? 'pass' : 'fail')),
      '4',
    ],
    [
      'throws without one',
      verifier(({ expected }) => {
        if (!expected) throw new Error('no answer');
        return 'pass';
      }),
      undefined,
    ],
    [
      'says nothing of answers',
      defineVerifier({
        name: 'f',
        version: '1',
        verify: () => verdictOf([{ name: 'f', score: 'format', status: 'pass' }]),
      }),
      undefined,
    ],
  ])('is none that %s', async (_what, needing, expected) => {
    const sample = expected === undefined ? SAMPLE : { ...SAMPLE, expected };
    expect(await judgesWithoutExpected(needing, sample)).toBe(false);
  });
});
