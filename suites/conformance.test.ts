import { fileURLToPath } from 'node:url';
import {
  type Check,
  defineSuite,
  defineVerifier,
  type Output,
  type Problem,
  type Random,
  readSamples,
  type Sample,
  type Suite,
  type SuiteDefinition,
  splitOfKey,
  verdictOf,
} from 'proofstill';
import { describe, expect, it } from 'vitest';
import { suiteConformance } from './conformance.ts';
import { quadratics } from './quadratics/suite.ts';

/** A whole small suite: sums of two digits, all of them generated, the holdout ones committed. */
function sums(changes: Partial<SuiteDefinition> = {}): Suite {
  return defineSuite({
    name: 'sums',
    version: '1',
    areas: ['add'],
    chance: 0,
    source: 'sums/samples.jsonl',
    samples: holdout(),
    verify: defineVerifier({
      name: 'sum',
      version: '1',
      verify: (sample, output) => verdictOf(checks(sample, output)),
    }),
    problem: (_, random: Random) => sumOf(random.int(0, 9), random.int(0, 9)),
    solve: ({ prompt }) => `<think>${prompt}=${total(prompt)}</think><answer>${total(prompt)}</answer>`,
    key: ({ prompt }) => prompt,
    ...changes,
  });
}

function checks(sample: Sample, output: Output): Check[] {
  const right = output.answer === sample.expected;
  const complete = output.finishReason === 'stop';
  return [
    { name: 'sum', score: 'answer', status: right ? 'pass' : 'fail', ...(right ? {} : { reason: 'wrong-answer' }) },
    { name: 'complete', score: 'format', status: complete ? 'pass' : 'fail' },
  ];
}

function sumOf(left: number, right: number): Problem {
  const prompt = `${left}+${right}`;
  return { area: 'add', prompt, expected: String(left + right), key: prompt };
}

function holdout(): Sample[] {
  const all = Array.from({ length: 100 }, (_, index) => sumOf(index % 10, Math.floor(index / 10)));
  return all
    .filter(({ key }) => splitOfKey(key) === 'holdout')
    .map((problem) => ({ ...problem, id: `c-${problem.key}`, suite: 'sums', split: 'holdout' }));
}

function total(prompt: string): number {
  const [left, right] = prompt.split('+').map(Number);
  return (left as number) + (right as number);
}

/** The suite's first sample with changes, before the others. */
const withFirst = (change: Partial<Sample>): Sample[] => holdout().map((s, index) => (index ? s : { ...s, ...change }));

const verifyWith = (status: (sample: Sample, output: Output) => boolean) =>
  defineVerifier({
    name: 'sum',
    version: '2',
    verify: (sample, output) =>
      verdictOf([{ name: 'sum', score: 'answer', status: status(sample, output) ? 'pass' : 'fail' }]),
  });

describe('a suite', () => {
  it('that keeps its promises has no fault', async () => {
    expect(await suiteConformance(sums())).toEqual([]);
  });

  it('whose reference answer fails its own verifier is named with file and sample', async () => {
    const samples = withFirst({ expected: '99' });
    const [fault] = await suiteConformance(sums({ samples }));
    expect(fault?.place).toBe(`sums/samples.jsonl, sample ${samples[0]?.id}`);
    expect(fault?.message).toBe(
      'the verifier rejects all of 32 reference solutions, the last one: sum: fail (wrong-answer)',
    );
  });

  it('without an expected answer where the verifier needs one is at fault, and so is an empty one', async () => {
    const { solve: _, problem: __, ...rest } = sums();
    const needsExpected = defineVerifier({
      name: 'sum',
      version: '3',
      verify: (sample, output) =>
        sample.expected
          ? verdictOf(checks(sample, output))
          : verdictOf([{ name: 'sum', score: 'answer', status: 'unscored', reason: 'bad-expected' }]),
    });
    const [first, second, third] = holdout() as [Sample, Sample, Sample];
    const { expected: ___, ...unanswered } = first;
    const samples = [unanswered, { ...second, expected: '' }, third];
    const faults = await suiteConformance(defineSuite({ ...rest, samples, verify: needsExpected }));
    expect(faults).toEqual([
      {
        place: `sums/samples.jsonl, sample ${first.id}`,
        message: 'the verifier can score no answer to this sample: sum: unscored (bad-expected)',
      },
      {
        place: `sums/samples.jsonl, sample ${second.id}`,
        message: 'the verifier rejects the expected answer "": sum: unscored (bad-expected)',
      },
    ]);
  });

  it('names the line of a sample at fault, where its file can be read', async () => {
    const source = fileURLToPath(new URL('quadratics/samples.jsonl', import.meta.url));
    const [, second] = readSamples(source, 'quadratics') as [Sample, Sample];
    const faults = await suiteConformance({ ...quadratics, samples: [{ ...second, expected: 'x=77' }] });
    expect(faults[0]?.place).toBe(`${source}:2, sample ${second.id}`);
  });

  it.each([
    ['a verifier that accepts anything', verifyWith(() => true), 'accepts an empty answer'],
    [
      'a verifier that accepts any answer',
      verifyWith((_, output) => output.answer !== ''),
      'answers of other problems',
    ],
    ['a verifier that accepts no answer', verifyWith(() => false), 'rejects the expected answer'],
    [
      'a verifier blind to truncation',
      verifyWith((sample, output) => output.answer === sample.expected),
      'token limit cut off',
    ],
  ])('with %s is at fault', async (_, verify, message) => {
    const faults = await suiteConformance(sums({ verify }));
    expect(faults.some((fault) => fault.message.includes(message))).toBe(true);
  });

  it('with a verifier that throws is at fault, not a crash', async () => {
    const verify = verifyWith(() => {
      throw new Error('no table');
    });
    const faults = await suiteConformance(sums({ verify }));
    expect(faults[0]?.message).toContain('no table');
  });

  it('with a second judge that disagrees is at fault', async () => {
    const faults = await suiteConformance(sums({ judge: verifyWith(() => false) }));
    expect(faults[0]?.message).toContain('the second judge rejects a right output');
  });

  it.each([
    ['a key that is not its prompt’s', { key: '1 + 1' }, 'has the key'],
    ['a sample of a split that its key is not in', { split: 'steer' as const }, 'but the sample is steer'],
  ])('with %s is at fault', async (_, change, message) => {
    const faults = await suiteConformance(sums({ samples: withFirst(change) }));
    expect(faults.some((fault) => fault.message.includes(message))).toBe(true);
  });

  it('with one problem under two ids is at fault', async () => {
    const [first] = holdout() as [Sample];
    const faults = await suiteConformance(sums({ samples: [first, { ...first, id: 'c-again' }] }));
    expect(faults.map((fault) => fault.place)).toContain('sums/samples.jsonl, sample c-again');
  });

  it('with a generator that strays from its stream is at fault', async () => {
    let draws = 0;
    const problem = () => sumOf(draws++, 1);
    const faults = await suiteConformance(sums({ problem }));
    expect(faults).toContainEqual({
      place: 'sums/samples.jsonl, area add',
      message: 'one stream gave different problems twice',
    });
  });

  it('without generator and solver is judged by its expected answers', async () => {
    const { problem: _, solve: __, ...rest } = sums();
    expect(await suiteConformance(defineSuite(rest))).toEqual([]);
  });
});
