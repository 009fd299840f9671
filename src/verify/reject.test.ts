import { describe, expect, it } from 'vitest';
import type { Output } from '../core/output.ts';
import type { Sample } from '../core/sample.ts';
import { type Verifier, verdictOf } from '../core/verdict.ts';
import { reject } from './reject.ts';

const sample: Sample = { id: 's-1', suite: 'test', area: 'a', split: 'train', prompt: '1+1', key: '1+1' };
const outputOf = (text: string, tokens: number): Output => ({
  text,
  finishReason: 'stop',
  tokens: { in: 1, out: tokens },
  timings: { firstTokenMs: 0, totalMs: 0 },
});

/** Passes texts that end in 2, under policy select only; "odd" texts cannot be scored. */
const endsInTwo: Verifier = {
  name: 'ends-in-two',
  version: '1',
  verify: (_sample, { text }, { policy }) => {
    if (text.startsWith('odd')) throw new Error('odd');
    const first = {
      name: 'policy',
      score: 'format' as const,
      status: policy === 'select' ? ('pass' as const) : ('fail' as const),
    };
    return verdictOf([
      first,
      text.endsWith('2')
        ? { name: 'two', score: 'answer', status: 'pass' }
        : { name: 'two', score: 'answer', status: 'fail', reason: 'not-two' },
    ]);
  },
};
const fates = async (outputs: readonly Output[], keep?: number): Promise<string[]> => {
  const judged = await reject(endsInTwo, sample, outputs, keep === undefined ? {} : { keep });
  return judged.map((one) => (one.fate === 'rejected' ? `${one.check}: ${one.reason}` : one.fate));
};

describe('reject', () => {
  it('keeps the shortest output that passes and names the check that rejected the others', async () => {
    expect(await fates([outputOf('long 2', 9), outputOf('3', 1), outputOf('2', 3)])).toEqual([
      'spare',
      'two: not-two',
      'kept',
    ]);
  });

  it('prefers the earlier attempt among equals', async () => {
    expect(await fates([outputOf('a2', 3), outputOf('b2', 3)])).toEqual(['kept', 'spare']);
  });

  it('keeps as many as asked for, identical texts once', async () => {
    const outputs = [outputOf('2', 3), outputOf('2', 3), outputOf('b2', 4), outputOf('c2', 5)];
    expect(await fates(outputs, 2)).toEqual(['kept', 'spare', 'kept', 'spare']);
  });

  it('rejects what could not be scored', async () => {
    expect(await fates([outputOf('odd 2', 1)])).toEqual(['ends-in-two: verifier-threw']);
  });

  it('keeps none of none', async () => {
    expect(await fates([])).toEqual([]);
  });
});
