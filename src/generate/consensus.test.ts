import { describe, expect, it } from 'vitest';
import sums from '../../test/fixtures/sums.ts';
import type { Output } from '../core/output.ts';
import type { Sample } from '../core/sample.ts';
import { defineVerifier, verdictOf } from '../core/verdict.ts';
import { consensus } from './consensus.ts';

const SAMPLE: Sample = { id: '1', suite: 'sums', area: 'small', split: 'train', prompt: '1+2', key: '1+2' };

const output = (answer: string, finishReason: Output['finishReason'] = 'stop'): Output => {
  const cost = { tokens: { in: 1, out: 1 }, timings: { firstTokenMs: 0, totalMs: 0 } };
  return { text: `<think>?</think><answer>${answer}</answer>`, finishReason, ...cost };
};
const of = (...answers: string[]) =>
  consensus(
    sums.verify,
    SAMPLE,
    answers.map((answer) => output(answer)),
  );

describe('the answer that most samples give', () => {
  it.each([
    [['3', '3', '3', '3', '3'], { expected: '3', share: 1, isDoubtful: false }],
    [['4', '3', '5', '3', '3'], { expected: '3', share: 0.6, isDoubtful: false }],
    [['4', '3', '5', '3', '6'], { expected: '3', share: 0.4, isDoubtful: true }],
    [['4', '3', '4', '3', '6'], undefined],
    [['1', '2', '3', '4', '5'], undefined],
    // Two of three are more than 60%, but two samples are no majority to trust.
    [['3', '3', '4'], { expected: '3', share: 2 / 3, isDoubtful: true }],
    [[], undefined],
  ])('of %j is %j', async (answers, expected) => expect(await of(...answers)).toEqual(expected));

  it('counts no output that was cut off, has no answer or a control character in it, and yet all in the share', async () => {
    const outputs = [output('3'), output('3', 'length'), output('3'), output(''), output('\u001b[31m3')];
    expect(await consensus(sums.verify, SAMPLE, outputs)).toEqual({ expected: '3', share: 0.4, isDoubtful: true });
  });

  it('leaves it to the verifier which answers are the same, and has none where it can read none', async () => {
    const loose = defineVerifier({
      name: 'loose',
      version: '1',
      verify: ({ expected }, { text }) => {
        const answer = /<answer>(.*)<\/answer>/.exec(text)?.[1];
        const status = expected === 'x' ? 'unscored' : Number(answer) === Number(expected) ? 'pass' : 'fail';
        return verdictOf([{ name: 'loose', score: 'answer', status }]);
      },
    });
    const [three, alike, other] = [output('3'), output('3.0'), output('6/2')];
    expect(await consensus(loose, SAMPLE, [three, alike, three, other, alike])).toMatchObject({
      expected: '3',
      share: 0.8,
    });
    expect(await consensus(loose, SAMPLE, Array(5).fill(output('x')))).toBeUndefined();
  });
});
