import { describe, expect, it } from 'vitest';
import { isProofstillError } from '../core/errors.ts';
import type { Output } from '../core/output.ts';
import type { Sample } from '../core/sample.ts';
import { statusOf, type Verdict, type Verifier } from '../core/verdict.ts';
import { verdictOnWhole, verifyOutput } from './verify.ts';

const sample: Sample = { id: 's-1', suite: 'test', area: 'a', split: 'steer', prompt: '1+1', key: '1+1' };
const output: Output = {
  text: '2',
  finishReason: 'stop',
  tokens: { in: 1, out: 1 },
  timings: { firstTokenMs: 0, totalMs: 0 },
};
const verifier = (verify: Verifier['verify']): Verifier => ({ name: 'test', version: '1', verify });
const pass: Verdict = { status: 'pass', checks: [{ name: 'test', score: 'answer', status: 'pass' }] };

describe('verifyOutput', () => {
  it('hands on the verdict of a verifier, synchronous or not', async () => {
    expect(
      await verifyOutput(
        verifier(() => pass),
        sample,
        output,
        { policy: 'score' },
      ),
    ).toEqual(pass);
    expect(
      await verifyOutput(
        verifier(async () => pass),
        sample,
        output,
        { policy: 'score' },
      ),
    ).toEqual(pass);
  });

  it('makes an output unscored on every score where the verifier throws, with the message', async () => {
    const broken = verifier(() => {
      throw new Error('no table for area a');
    });
    const verdict = await verifyOutput(broken, sample, output, { policy: 'score' });
    expect(verdict).toMatchObject({ status: 'unscored', reason: 'verifier-threw' });
    expect(['answer', 'format', 'trace'].map((score) => statusOf(verdict, score as 'answer'))).toEqual([
      'unscored',
      'unscored',
      'unscored',
    ]);
    expect(verdict.checks[0]?.detail).toBe('no table for area a');
  });

  it('makes an output unscored where a promise rejects', async () => {
    const broken = verifier(() => Promise.reject(new Error('down')));
    expect(await verifyOutput(broken, sample, output, { policy: 'score' })).toMatchObject({ reason: 'verifier-threw' });
  });

  it.each([
    ['nothing', undefined],
    ['a boolean', true],
    ['an unknown status', { status: 'ok', checks: [] }],
    ['an unknown score', { status: 'pass', checks: [{ name: 'a', score: 'style', status: 'pass' }] }],
    ['an unknown key', { ...pass, confidence: 1 }],
  ])('makes an output unscored where the verifier answers %s', async (_what, answered) => {
    const verdict = await verifyOutput(
      verifier(() => answered as Verdict),
      sample,
      output,
      { policy: 'score' },
    );
    expect(verdict).toMatchObject({ status: 'unscored', reason: 'verifier-threw' });
    expect(verdict.checks[0]?.detail).toContain('expected a verdict');
  });

  it('is interrupted by its signal, also while a verifier never answers', async () => {
    const controller = new AbortController();
    const hanging = verifier(() => new Promise<Verdict>(() => {}));
    const pending = verifyOutput(hanging, sample, output, { policy: 'score', signal: controller.signal });
    controller.abort();
    await expect(pending).rejects.toSatisfy((error) => isProofstillError(error, 'interrupted'));
    const late = verifyOutput(
      verifier(() => pass),
      sample,
      output,
      { policy: 'score', signal: controller.signal },
    );
    await expect(late).rejects.toSatisfy((error) => isProofstillError(error, 'interrupted'));
  });
});

it('a verdict passes no output that was cut off, whatever the verifier read in it', () => {
  const cut = verdictOnWhole({ ...pass, answer: '2' }, { ...output, finishReason: 'length' });
  expect(cut).toMatchObject({ status: 'fail', reason: 'truncated', answer: '2' });
  expect(statusOf(cut, 'answer')).toBe('fail');
  expect(verdictOnWhole(pass, output)).toBe(pass);
});
