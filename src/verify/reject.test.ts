import { describe, expect, it } from 'vitest';
import { outputOf, type Reply, right, sums, wrong } from '../../test/fixtures/rule-teacher.ts';
import type { Sample } from '../core/sample.ts';
import { type Verifier, verdictOf } from '../core/verdict.ts';
import { type RejectOptions, reject } from './reject.ts';
import { ALL_STAGES, type Rejection } from './settle.ts';

const sample: Sample = { id: 's-1', suite: 'sums', area: 'small', split: 'train', prompt: '1+1', key: '1+1' };
const judged = (replies: readonly Reply[], options: Partial<RejectOptions> = {}) =>
  reject(sample, replies.map(outputOf), { suite: sums, ...options });
const fates = async (replies: readonly Reply[], options: Partial<RejectOptions> = {}): Promise<string[]> =>
  (await judged(replies, options)).map(({ fate }) => fate);
/** Stages, checks and reasons of one output. */
const failures = async (reply: Reply, options: Partial<RejectOptions> = {}): Promise<string[]> => {
  const [one] = await judged([reply], options);
  return one!.failures.map(({ stage, check, reason }) => `${stage}: ${check}, ${reason}`);
};
const pass = right('1+1');

describe('reject', () => {
  it('keeps the shortest output that passes', async () => {
    expect(await fates([right('1+1', 9), wrong(), pass])).toEqual(['spare', 'rejected', 'kept']);
  });

  it('keeps none of none', async () => {
    expect(await judged([])).toEqual([]);
  });

  it('finds each fault at its own stage, whatever else is wrong', async () => {
    expect(await failures('no-template no-trace no-reading')).toEqual([
      'template: template, text-outside',
      'answer: sum, wrong-sum',
      'trace: steps, too-few-steps',
      'readable: readable, repetition',
    ]);
  });

  it.each([
    [{ text: pass, finishReason: 'length' } as const, 'truncated'],
    [{ text: pass, finishReason: 'cancelled' } as const, 'cancelled'],
    [{ text: pass, finishReason: 'filtered' } as const, 'filtered'],
    [
      {
        text: pass,
        served: { provider: 'a.example', model: 'm', promptHash: '', usd: null, requests: 1, refusal: 'no' },
      },
      'refused',
    ],
  ])('rejects at stage complete what did not end by itself: %o', async (reply, reason) => {
    expect(await fates([reply])).toEqual(['rejected']);
    expect(await failures(reply)).toEqual([`complete: finish-reason, ${reason}`]);
  });

  it.each([
    ['complete', { text: pass, finishReason: 'length' }],
    ['template', `no-template ${pass}`],
    ['answer', wrong()],
    ['trace', `no-trace ${pass}`],
    ['readable', `no-reading ${pass}`],
  ] as [Exclude<keyof Rejection, 'person'>, Reply][])(
    'lets through what only stage %s would reject, once that is off',
    async (stage, reply) => {
      expect(await fates([reply])).toEqual(['rejected']);
      const rejection = { ...ALL_STAGES, [stage]: false };
      expect(await fates([reply], { rejection })).toEqual(['kept']);
      // It still says what it found.
      expect(await failures(reply, { rejection })).toHaveLength(1);
      // And lets nothing else through.
      const others = Object.keys(ALL_STAGES).filter((other) => other !== stage && other !== 'person');
      for (const other of others) {
        expect(await fates([reply], { rejection: { ...ALL_STAGES, [other]: false } })).toEqual(['rejected']);
      }
    },
  );

  it('rejects what could not be scored, at the stage of its score', async () => {
    expect(await failures('unjudgeable')).toEqual([
      'template: sum, verifier-threw',
      'answer: sum, verifier-threw',
      'trace: sum, verifier-threw',
    ]);
    const [one] = await judged(['unjudgeable']);
    expect(one).toMatchObject({ fate: 'rejected', verdict: { status: 'unscored' } });
  });

  it('asks for readability of its own where the suite has no such check, and only there', async () => {
    const readable: Verifier = {
      name: 'readable',
      version: '2',
      verify: () => verdictOf([{ name: 'readable', score: 'trace', status: 'fail', reason: 'long-paragraph' }]),
    };
    const bare = {
      verify: { name: 'bare', version: '1', verify: () => verdictOf([{ name: 'a', score: 'answer', status: 'pass' }]) },
    } as const;
    expect(await failures(pass, { suite: bare, readable })).toEqual(['readable: readable, long-paragraph']);
    expect((await judged([pass], { suite: bare, readable }))[0]?.verifier).toBe('bare@1+readable@2');
    expect(await failures(pass, { readable })).toEqual([]);
    expect((await judged([pass], { readable }))[0]?.verifier).toBe('sum@3');
  });
});

describe('doubt', () => {
  const judge: Verifier = {
    name: 'second',
    version: '1',
    verify: (_, { text }) => {
      if (text.includes('unsure')) throw new Error('unsure');
      return verdictOf([{ name: 'second', score: 'answer', status: text.includes('doubt') ? 'fail' : 'pass' }]);
    },
  };
  const suite = { verify: sums.verify, judge };
  const options = { suite, rejection: { ...ALL_STAGES, person: 'doubtful' } } as const;

  it('is what the second judge does not confirm', async () => {
    expect(await failures(`doubt ${pass}`, options)).toEqual(['person: second, judge-disagrees']);
    expect(await failures(`unsure ${pass}`, options)).toEqual(['person: second, judge-undecided']);
    expect(await fates([`doubt ${pass}`], options)).toEqual(['waiting']);
    expect(await fates([pass], options)).toEqual(['kept']);
  });

  it('is an expected answer that is doubtful itself', async () => {
    const doubtful = { ...sample, meta: { doubtful: true } };
    const [one] = await reject(doubtful, [outputOf(pass)], options);
    expect(one).toMatchObject({ fate: 'waiting', failures: [{ stage: 'person', reason: 'doubtful-expected' }] });
  });

  it('is nobody’s business where no person looks, nor with what is rejected anyway', async () => {
    expect(await fates([`doubt ${pass}`], { suite })).toEqual(['kept']);
    expect(await failures(`doubt ${pass}`, { suite })).toEqual([]);
    expect(await failures(`doubt ${wrong()}`, options)).toEqual(['answer: sum, wrong-sum']);
  });
});
