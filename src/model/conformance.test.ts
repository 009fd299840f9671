import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GenerateOptions, Model, Output } from '../core/output.ts';
import { defineSuite } from '../core/suite.ts';
import { verdictOf } from '../core/verdict.ts';
import { modelConformance } from './conformance.ts';
import { referenceModel } from './reference.ts';
import { replayModel } from './replay.ts';
import { openStudent } from './student.ts';

const options: GenerateOptions = { maxTokens: 12, temperature: 1, topP: 0.9, seed: 3 };
const requests = ['2+2', 'x^2-5x+6=0', '7*8'].map((prompt, index) => ({ id: `r-${index}`, prompt }));

const suite = defineSuite({
  name: 'any',
  version: '1',
  areas: ['all'],
  chance: 0,
  samples: [],
  verify: { name: 'any', version: '1', verify: () => verdictOf([]) },
  key: ({ prompt }) => prompt,
  solve: ({ prompt }, random) => `<think>${prompt} ${random.int(0, 1e6)}</think><answer>${prompt.length}</answer>`,
});

describe('the contract of models is kept', () => {
  it('by the reference', async () => {
    expect(await modelConformance(referenceModel(suite), requests, options)).toEqual([]);
  });

  it('by a replay', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'replay-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, 'outputs.jsonl');
    const lines = requests.flatMap(({ id }) =>
      [1, 2].map((k) => JSON.stringify({ id, text: `<think>${k}</think>${id}`, finishReason: 'stop' })),
    );
    writeFileSync(file, lines.join('\n'));
    expect(await modelConformance(await replayModel(file), requests, options)).toEqual([]);
  });

  it('by a student', async () => {
    const student = await openStudent('test/fixtures/tiny-qwen2', { threads: 1 });
    expect(await modelConformance(student, requests.slice(0, 2), { ...options, maxTokens: 6 })).toEqual([]);
    await student.close();
  });
});

describe('modelConformance', () => {
  const output: Output = {
    text: 'x',
    finishReason: 'stop',
    tokens: { in: 1, out: 1 },
    timings: { firstTokenMs: 0, totalMs: 0 },
  };
  const broken = (answer: (call: { index: number; asked: number }) => Output | undefined): Model => {
    let asked = 0;
    return {
      fingerprint: 'broken',
      async *generate(all, { attempts = 1 }) {
        for (let index = 0; index < all.length * attempts; index++) {
          const made = answer({ index, asked: asked++ });
          if (made) yield made;
        }
      },
      close: async () => undefined,
    };
  };

  it.each([
    [
      'too few outputs',
      ({ index }: { index: number }) => (index === 1 ? undefined : output),
      '5 outputs came, 6 were asked for',
    ],
    [
      'outputs that hang on what was asked before',
      ({ asked }: { asked: number }) => ({ ...output, text: `${asked}` }),
      'where two ask at once',
    ],
    [
      'a think part that is not the text’s',
      () => ({ ...output, think: 'y' }),
      'think and answer are not those of the text',
    ],
    ['a first token after the last', () => ({ ...output, timings: { firstTokenMs: 2, totalMs: 1 } }), 'cannot be'],
    ['half a token', () => ({ ...output, tokens: { in: 1, out: 0.5 } }), '0.5 is no number of tokens'],
    ['answers to an aborted call', () => output, 'an aborted call answers'],
  ])('finds %s', async (_what, answer, problem) => {
    const problems = await modelConformance(broken(answer), requests, options);
    expect(problems.join('\n')).toContain(problem);
  });
});
