import { defineVerifier, type Verifier, verdictOf } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { allOf } from './all-of.ts';
import { verifierConformance } from './conformance.ts';
import { fuzzedTexts } from './fixtures/fuzz.ts';
import { sampleOf } from './fixtures/judging.ts';
import { mathAnswer } from './math-answer.ts';
import { readable } from './readable.ts';
import { polynomialRoots, satisfies } from './satisfies.ts';
import { template } from './template.ts';
import { traceSteps } from './trace-steps.ts';

const roots = satisfies({ name: 'roots', constraint: (_sample, answer) => polynomialRoots([1, -5, 6])(answer) });
const steps = traceSteps({ minimum: 2, uses: () => [-5, 6] });
const BUILT_IN: readonly Verifier[] = [
  template,
  mathAnswer,
  roots,
  steps,
  readable,
  allOf(template, mathAnswer, steps),
];

/** Of these and of tags made-up outputs are strung together. */
const PIECES = [
  ...[
    '\\frac{1}{2}',
    '\\sqrt{',
    'x=2',
    'x_1=',
    ' or ',
    'answer is ',
    '±',
    '25-24=1',
    '9^9^9',
    '1/0=',
    '<0',
    '(',
    ')',
    '-',
  ],
  ...['no real solution', '判别式', '²', '½'],
];

describe.each(BUILT_IN.map((verifier) => [verifier.name, verifier] as const))('%s', (_name, verifier) => {
  it('keeps the contract of verifiers on hostile outputs', async () => {
    expect(await verifierConformance(verifier, sampleOf())).toEqual([]);
  });

  it('keeps it on made-up outputs', async () => {
    expect(await verifierConformance(verifier, sampleOf(), fuzzedTexts(PIECES, 500))).toEqual([]);
  });
});

describe('verifierConformance', () => {
  const verifier = (verify: Verifier['verify']): Verifier => defineVerifier({ name: 'test', version: '1', verify });
  const problemsOf = async (broken: Verifier): Promise<string> =>
    (await verifierConformance(broken, sampleOf())).join('\n');

  it('finds a verifier that passes everything', async () => {
    const credulous = verifier(() => verdictOf([{ name: 'test', score: 'answer', status: 'pass' }]));
    expect(await problemsOf(credulous)).toContain('an empty output passes');
    expect(await problemsOf(credulous)).toContain('an output cut off by the token limit passes');
  });

  it('finds a verifier that throws, one that forgets its reason, and one that changes its mind', async () => {
    const throwing = verifier((_sample, { text: given }) => {
      throw new Error(`cannot read ${given.length} characters`);
    });
    expect(await problemsOf(throwing)).toContain('no verdict: cannot read 0 characters');
    const silent = verifier(() => verdictOf([{ name: 'test', score: 'answer', status: 'fail' }]));
    expect(await problemsOf(silent)).toContain('gives no reason');
    let calls = 0;
    const moody = verifier(() =>
      verdictOf([{ name: 'test', score: 'answer', status: 'fail', reason: `r${calls++ % 5}` }]),
    );
    expect(await problemsOf(moody)).toContain('two verdicts on one output differ');
  });

  it('finds a verifier that writes on its sample', async () => {
    const writing = verifier((sample) => {
      (sample as { expected?: string }).expected = 'x=2';
      return verdictOf([{ name: 'test', score: 'answer', status: 'fail', reason: 'no' }]);
    });
    expect(await problemsOf(writing)).toContain('no verdict: Cannot assign to read only property');
  });
});
