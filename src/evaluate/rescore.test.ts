import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../core/records.ts';
import type { Sample } from '../core/sample.ts';
import { defineSuite } from '../core/suite.ts';
import { type Check, defineVerifier, verdictOf } from '../core/verdict.ts';
import { changedVerdicts, rescore } from './rescore.ts';

/** The first version wants the expected answer to the letter, the second ignores case and wants a trace too. */
const first = defineVerifier({
  name: 'capital',
  version: '1',
  verify: (sample, { answer = '' }) => verdictOf([answerCheck(answer === sample.expected)], answer),
});
const second = defineVerifier({
  name: 'capital',
  version: '2',
  verify: (sample, { answer = '', think }) =>
    verdictOf([
      answerCheck(answer.toLowerCase() === sample.expected?.toLowerCase()),
      { name: 'capital', score: 'trace', status: think ? 'pass' : 'fail', ...(think ? {} : { reason: 'no-trace' }) },
    ]),
});

function answerCheck(isRight: boolean): Check {
  return {
    name: 'capital',
    score: 'answer',
    status: isRight ? 'pass' : 'fail',
    ...(isRight ? {} : { reason: 'wrong' }),
  };
}

const sampleOf = (id: string, prompt: string, expected: string): Sample => ({
  id,
  suite: 'capitals',
  area: 'europe',
  split: 'holdout',
  prompt,
  expected,
  key: prompt,
});
const suiteWith = (samples: readonly Sample[]) =>
  defineSuite({
    name: 'capitals',
    version: '1',
    areas: ['europe'],
    chance: 0,
    samples,
    verify: second,
    key: ({ prompt }) => prompt,
  });
const france = sampleOf('c-1', 'France?', 'Paris');
const spain = sampleOf('c-2', 'Spain?', 'Madrid');

function recorded(sample: Sample, text: string, attempt = 0): Evaluation {
  const answer = /<answer>(.*)<\/answer>/.exec(text)?.[1] ?? '';
  const { id, area, prompt, expected } = sample;
  const output = { text, finishReason: 'stop' as const, tokens: { in: 3, out: 5 } };
  const verdict = verdictOf([answerCheck(answer === expected)], answer);
  const record = { schema: 1 as const, sample: id, area, prompt, attempt, output };
  return { ...record, ...(expected ? { expected } : {}), verdict: { ...verdict, checks: [...verdict.checks] } };
}

async function all(evaluations: readonly Evaluation[], samples: readonly Sample[]): Promise<Evaluation[]> {
  const found: Evaluation[] = [];
  for await (const evaluation of rescore({ suite: suiteWith(samples), evaluations })) found.push(evaluation);
  return found;
}

describe('rescoring', () => {
  const evaluations = [
    recorded(france, '<think>It is in the north.</think><answer>PARIS</answer>'),
    recorded(spain, '<answer>Madrid</answer>'),
    recorded(spain, '<answer>Lisbon</answer>', 1),
  ];

  it('judges every recorded output by the verifier as it is now, and touches nothing else', async () => {
    expect(first.version).not.toBe(second.version);
    const rescored = await all(evaluations, [france, spain]);
    expect(rescored.map(({ verdict }) => verdict.status)).toEqual(['pass', 'fail', 'fail']);
    const withoutVerdict = ({ verdict: _, ...rest }: Evaluation) => rest;
    expect(rescored.map(withoutVerdict)).toEqual(evaluations.map(withoutVerdict));
  });

  it('says what changed, score by score', async () => {
    expect(changedVerdicts(evaluations, await all(evaluations, [france, spain]))).toEqual([
      {
        sample: 'c-1',
        attempt: 0,
        score: 'answer',
        before: { status: 'fail', reason: 'wrong' },
        after: { status: 'pass', reason: null },
      },
      {
        sample: 'c-1',
        attempt: 0,
        score: 'trace',
        before: { status: null, reason: null },
        after: { status: 'pass', reason: null },
      },
      ...[0, 1].map((attempt) => ({
        sample: 'c-2',
        attempt,
        score: 'trace',
        before: { status: null, reason: null },
        after: { status: 'fail', reason: 'no-trace' },
      })),
    ]);
  });

  it('of what nothing changed in changes nothing', async () => {
    const once = await all(evaluations, [france, spain]);
    expect(changedVerdicts(once, await all(once, [france, spain]))).toEqual([]);
  });

  it('takes a mended expected answer, but not that of a problem that now asks something else', async () => {
    const record = [recorded(france, '<think>so</think><answer>Lyon</answer>')];
    const mended = await all(record, [{ ...france, expected: 'Lyon' }]);
    expect(mended[0]).toMatchObject({ expected: 'Lyon', verdict: { status: 'pass' } });
    const other = await all(record, [{ ...france, prompt: 'Second city of France?', expected: 'Lyon' }]);
    expect(other[0]).toMatchObject({ prompt: 'France?', expected: 'Paris', verdict: { status: 'fail' } });
  });

  it('judges a sample that the suite does not commit, such as a fresh steer sample, as it was recorded', async () => {
    const record = [recorded(sampleOf('steer-1', 'Italy?', 'Rome'), '<think>so</think><answer>rome</answer>')];
    expect((await all(record, [france]))[0]).toMatchObject({ sample: 'steer-1', verdict: { status: 'pass' } });
  });
});
