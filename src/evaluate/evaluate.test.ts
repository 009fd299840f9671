import { describe, expect, it } from 'vitest';
import type { Model, ModelRequest, Output } from '../core/output.ts';
import { type Evaluation, evaluationSchema } from '../core/records.ts';
import type { Sample } from '../core/sample.ts';
import { defineSuite } from '../core/suite.ts';
import { defineVerifier, verdictOf } from '../core/verdict.ts';
import { referenceModel } from '../model/reference.ts';
import { type EvaluateOptions, evaluate, evaluationKey } from './evaluate.ts';

/** Says whether the answer is the expected one, and by which policy it was asked. */
const exact = defineVerifier({
  name: 'exact',
  version: '1',
  verify: (sample, output, { policy }) => {
    const isRight = output.answer === sample.expected;
    return verdictOf(
      [{ name: 'exact', score: 'answer', status: isRight ? 'pass' : 'fail', reason: 'wrong', detail: policy }],
      output.answer,
    );
  },
});

const samples: Sample[] = Array.from({ length: 150 }, (_, n) => ({
  id: `s-${n}`,
  suite: 'doubling',
  area: n % 2 === 0 ? 'even' : 'odd',
  split: 'holdout',
  prompt: `${n}`,
  expected: `${n * 2}`,
  key: `${n}`,
}));

/** Its solver does not know how to double multiples of ten. */
const doubling = defineSuite({
  name: 'doubling',
  version: '1',
  areas: ['even', 'odd'],
  chance: 0,
  samples,
  verify: exact,
  key: ({ prompt }) => prompt,
  solve: ({ prompt }, random) =>
    `<think>${random.next()}</think><answer>${prompt.endsWith('0') ? prompt : Number(prompt) * 2}</answer>`,
});

/** The reference model, with every request it was sent. */
function observed(): { model: Model; calls: (readonly ModelRequest[])[] } {
  const inner = referenceModel(doubling);
  const calls: (readonly ModelRequest[])[] = [];
  const model: Model = {
    ...inner,
    generate(requests, options) {
      calls.push(requests);
      return inner.generate(requests, options);
    },
  };
  return { model, calls };
}

async function all(options: Partial<EvaluateOptions> = {}): Promise<Evaluation[]> {
  const base = { suite: doubling, samples, model: referenceModel(doubling), maxTokens: 50, seed: 3 };
  const found: Evaluation[] = [];
  for await (const evaluation of evaluate({ ...base, ...options })) found.push(evaluation);
  return found;
}

describe('an evaluation', () => {
  it('judges every attempt at every sample, in order, leniently', async () => {
    const found = await all({ attempts: 2 });
    expect(found.map(evaluationKey)).toEqual(samples.flatMap(({ id }) => [`${id}#0`, `${id}#1`]));
    // 0, 10, …, 140: fifteen samples that the solver does not know, of which it gets 0 right (0·2 = 0).
    const failed = found.filter(({ verdict }) => verdict.status === 'fail');
    expect(new Set(failed.map(({ sample }) => sample)).size).toBe(14);
    expect(new Set(found.map(({ verdict }) => verdict.checks[0]?.detail))).toEqual(new Set(['score']));
  });

  it('is a record without timings, the same for the same seed', async () => {
    const found = await all();
    expect(found.map((evaluation) => evaluationSchema.parse(evaluation))).toEqual(found);
    expect(JSON.stringify(found)).not.toContain('Ms');
    expect(await all()).toEqual(found);
    expect(await all({ seed: 4 })).not.toEqual(found);
  });

  it('asks the model for no more than 64 samples at once', async () => {
    const { model, calls } = observed();
    await all({ model });
    expect(calls.map((requests) => requests.length)).toEqual([64, 64, 22]);
  });

  it('that was killed goes on where it was, and ends the same', async () => {
    const whole = await all({ attempts: 2 });
    // Killed after the first of two attempts at sample 70.
    const before = whole.slice(0, 141);
    const { model, calls } = observed();
    const progress: number[] = [];
    const after = await all({
      attempts: 2,
      model,
      done: new Map(before.map((evaluation) => [evaluationKey(evaluation), evaluation])),
      onProgress: (done, total) => progress.push(done / total),
    });
    expect([...before, ...after]).toEqual(whole);
    expect(calls.flat()[0]?.id).toBe('s-70');
    expect([progress[0], progress.at(-1)]).toEqual([142 / 300, 1]);
  });

  it('that is done asks nothing', async () => {
    const done = new Map((await all()).map((evaluation) => [evaluationKey(evaluation), evaluation]));
    const { model, calls } = observed();
    expect(await all({ model, done })).toEqual([]);
    expect(calls).toEqual([]);
  });

  it('holds the second judge apart', async () => {
    const never = defineVerifier({
      name: 'never',
      version: '1',
      verify: () => verdictOf([{ name: 'never', score: 'answer', status: 'fail', reason: 'never' }]),
    });
    const [first] = await all({ suite: { ...doubling, judge: never }, samples: samples.slice(1, 2) });
    expect(first).toMatchObject({ verdict: { status: 'pass', answer: '2' }, judge: { status: 'fail' } });
  });

  it('goes on over a verifier that throws: that output is unscored', async () => {
    const broken = defineVerifier({
      ...exact,
      verify: (sample, output, options) => {
        if (sample.id === 's-1') throw new Error('boom');
        return exact.verify(sample, output, options);
      },
    });
    const found = await all({ suite: { ...doubling, verify: broken }, samples: samples.slice(0, 3) });
    expect(found.map(({ verdict }) => verdict.status)).toEqual(['pass', 'unscored', 'pass']);
  });

  it('ends, and keeps what it has, once more than a tenth of all outputs are unscored', async () => {
    const broken = defineVerifier({
      ...exact,
      verify: (sample, output, options) => {
        // Every third sample: of 60, six are tolerated, and the seventh is s-18.
        if (Number(sample.prompt) % 3 === 0) throw new Error('boom');
        return exact.verify(sample, output, options);
      },
    });
    const suite = { ...doubling, verify: broken };
    const found: Evaluation[] = [];
    const run = async (options: Partial<EvaluateOptions> = {}) => {
      const base = { suite, samples: samples.slice(0, 60), model: referenceModel(doubling), maxTokens: 50, seed: 3 };
      for await (const evaluation of evaluate({ ...base, ...options })) found.push(evaluation);
    };
    await expect(run()).rejects.toMatchObject({
      code: 'verifier',
      place: 'suite doubling, sample s-18',
      message: expect.stringContaining('the last by exact: verifier-threw, boom'),
    });
    expect(found.map(({ sample }) => sample)).toEqual(samples.slice(0, 19).map(({ id }) => id));
    // Going on does not forget what was unscored before.
    const done = new Map(found.map((evaluation) => [evaluationKey(evaluation), evaluation]));
    await expect(run({ done })).rejects.toMatchObject({ place: 'suite doubling, sample s-21' });
    found.length = 0;
    await run({ maxUnscored: 0.34 });
    expect(found).toHaveLength(60);
  });

  it('of no sample is a suite error, not a score', async () => {
    await expect(all({ samples: [] })).rejects.toMatchObject({ code: 'suite', place: 'suite doubling' });
  });

  it('by a model that gives too few outputs is a model error', async () => {
    const inner = referenceModel(doubling);
    const lazy: Model = {
      ...inner,
      generate: (requests, options) => inner.generate(requests.slice(0, -1), options),
    };
    await expect(all({ model: lazy })).rejects.toMatchObject({ code: 'model', message: 'expected 64 outputs, got 63' });
  });

  it('keeps no output that came after an interruption', async () => {
    const controller = new AbortController();
    const cut: Output = {
      text: '<thi',
      finishReason: 'cancelled',
      tokens: { in: 1, out: 1 },
      timings: { firstTokenMs: 0, totalMs: 0 },
    };
    const cancelled: Model = {
      fingerprint: 'cancelled',
      async *generate() {
        controller.abort();
        yield cut;
      },
      async close() {},
    };
    const found: Evaluation[] = [];
    const run = async () => {
      const options = { suite: doubling, samples, model: cancelled, maxTokens: 9, seed: 1, signal: controller.signal };
      for await (const evaluation of evaluate(options)) found.push(evaluation);
    };
    await expect(run()).rejects.toMatchObject({ code: 'interrupted' });
    expect(found).toEqual([]);
  });
});
