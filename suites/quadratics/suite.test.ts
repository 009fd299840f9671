import { readFileSync } from 'node:fs';
import { drawProblem, type Output, partsOf, randomStream, type Sample, statusOf } from 'proofstill';
import { describe, expect, it } from 'vitest';
import { suiteConformance } from '../conformance.ts';
import { parsePrompt } from './equation.ts';
import { AREAS } from './problems.ts';
import { METHODS, solveBy } from './solve.ts';
import { quadratics } from './suite.ts';

interface Labelled {
  readonly id: string;
  readonly prompt: string;
  readonly expected: string;
  readonly output: string;
  readonly pass: boolean;
  readonly why: string;
}

const labelled = readFileSync(new URL('labelled.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Labelled);

function outputOf(text: string): Output {
  const cost = { tokens: { in: 0, out: 0 }, timings: { firstTokenMs: 0, totalMs: 0 } };
  return { text, ...partsOf(text), finishReason: 'stop', ...cost };
}

function sampleOf({ id, prompt, expected }: Pick<Labelled, 'id' | 'prompt' | 'expected'>): Sample {
  const key = quadratics.key({ prompt });
  return { id, suite: 'quadratics', area: 'monic', split: 'train', prompt, expected, key };
}

describe('the quadratics suite', () => {
  it('conforms: references pass, mutations fail, keys and splits agree', async () => {
    expect(await suiteConformance(quadratics)).toEqual([]);
  });

  it('takes x²-5x+6=0 with the trace of every method that applies, from both judges', async () => {
    const [first] = quadratics.samples as [Sample];
    expect(first.prompt).toBe('Solve x^2-5x+6=0');
    for (const method of ['factor', 'formula'] as const) {
      const output = outputOf(solveBy(method, parsePrompt(first.prompt)));
      expect((await quadratics.verify.verify(first, output, { policy: 'select' })).status).toBe('pass');
      expect((await quadratics.judge?.verify(first, output, { policy: 'select' }))?.status).toBe('pass');
    }
  });
});

describe('labelled outputs', () => {
  it('are at least sixty', () => {
    expect(labelled.length).toBeGreaterThanOrEqual(60);
  });

  it.each(labelled)('$id: $why', async (row) => {
    const verdict = await quadratics.verify.verify(sampleOf(row), outputOf(row.output), { policy: 'select' });
    expect(verdict.status, JSON.stringify(verdict.checks)).toBe(row.pass ? 'pass' : 'fail');
    // The id's first word names the score that fails.
    const [score] = row.id.split('-');
    if (score === 'answer' || score === 'format' || score === 'trace') expect(statusOf(verdict, score)).toBe('fail');
  });
});

describe('rejection', () => {
  // 95% of 60 is 57.
  it.each(AREAS)('leaves a method for %s that passes on at least 57 of 60 problems', async (area) => {
    const random = randomStream(1, 'acceptance', area);
    const passed = { factor: 0, square: 0, formula: 0 };
    for (let draw = 0; draw < 60; draw++) {
      const problem = drawProblem(quadratics, area, 'train', random);
      const sample: Sample = { ...problem, id: problem.key, suite: 'quadratics', split: 'train' };
      for (const method of METHODS) {
        const output = outputOf(solveBy(method, parsePrompt(problem.prompt)));
        const { status } = await quadratics.verify.verify(sample, output, { policy: 'select' });
        if (status === 'pass') passed[method]++;
      }
    }
    expect(Math.max(...Object.values(passed))).toBeGreaterThanOrEqual(57);
  });

  it('keeps no trace of a search that stopped short, even where its answer is right', async () => {
    // x²+3x+5 has no real root, but trying whole numbers does not show it.
    const row = { id: 'luck', prompt: 'Solve x^2+3x+5=0', expected: 'no real solution' };
    const text = solveBy('factor', parsePrompt(row.prompt));
    const verdict = await quadratics.verify.verify(sampleOf(row), outputOf(text), { policy: 'select' });
    expect(statusOf(verdict, 'answer')).toBe('pass');
    expect(statusOf(verdict, 'trace')).toBe('fail');
  });
});
