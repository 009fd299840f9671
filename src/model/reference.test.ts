import { describe, expect, it } from 'vitest';
import type { GenerateOptions, Model, Output } from '../core/output.ts';
import { defineSuite, type Suite } from '../core/suite.ts';
import { verdictOf } from '../core/verdict.ts';
import { countPieces, firstPieces } from './pieces.ts';
import { referenceModel } from './reference.ts';

const judge = { name: 'any', version: '1', verify: () => verdictOf([]) };
const doubling: Suite = defineSuite({
  name: 'doubling',
  version: '3',
  areas: ['all'],
  chance: 0,
  samples: [],
  verify: judge,
  key: (problem) => problem.prompt,
  solve: ({ prompt }, random) =>
    `<think>method ${random.int(0, 1_000_000)}</think><answer>${Number(prompt) * 2}</answer>`,
});
const options: GenerateOptions = { maxTokens: 100, temperature: 0, topP: 1, seed: 7 };
const requests = ['1', '2', '3'].map((prompt) => ({ id: `d-${prompt}`, prompt }));

async function outputs(model: Model, asked = requests, extra: Partial<GenerateOptions> = {}): Promise<Output[]> {
  const all: Output[] = [];
  for await (const output of model.generate(asked, { ...options, ...extra })) all.push(output);
  return all;
}

describe('the reference model', () => {
  it('answers request by request, and attempt by attempt within each', async () => {
    const all = await outputs(referenceModel(doubling), requests, { attempts: 2 });
    expect(all.map((output) => output.answer)).toEqual(['2', '2', '4', '4', '6', '6']);
  });

  it('gives an output that depends on no neighbour', async () => {
    const model = referenceModel(doubling);
    const together = await outputs(model, requests, { attempts: 3 });
    const alone = await outputs(model, requests.slice(1, 2), { attempts: 2 });
    expect(alone.map((output) => output.text)).toEqual(together.slice(3, 5).map((output) => output.text));
    expect(new Set(together.map((output) => output.think)).size).toBe(9);
  });

  it('gives other outputs for another seed', async () => {
    const model = referenceModel(doubling);
    const [one] = await outputs(model);
    const [other] = await outputs(model, requests, { seed: 8 });
    expect(one?.think).not.toBe(other?.think);
  });

  it('is named after the suite and its version', () => {
    expect(referenceModel(doubling).fingerprint).toBe('reference:doubling@3');
  });

  it('cuts a text off at the token limit and says so', async () => {
    // `<` `think` `>` `method`: four pieces.
    const [output] = await outputs(referenceModel(doubling), requests, { maxTokens: 4 });
    expect(output).toMatchObject({ text: '<think>method', finishReason: 'length', tokens: { in: 1, out: 4 } });
  });

  it('stops at the next output once interrupted', async () => {
    const controller = new AbortController();
    const seen: Output[] = [];
    const run = async () => {
      for await (const output of referenceModel(doubling).generate(requests, {
        ...options,
        signal: controller.signal,
      })) {
        seen.push(output);
        controller.abort();
      }
    };
    await expect(run()).rejects.toMatchObject({ code: 'interrupted' });
    expect(seen).toHaveLength(1);
  });

  it('is refused where the suite has no solver', () => {
    const { solve: _, ...unsolved } = doubling;
    expect(() => referenceModel(unsolved)).toThrow(
      expect.objectContaining({ code: 'model', place: 'suite doubling', hint: expect.stringContaining('solve') }),
    );
  });

  it('names the problem on which the solver threw', async () => {
    const broken = referenceModel({
      ...doubling,
      solve: () => {
        throw new RangeError('no such method');
      },
    });
    await expect(outputs(broken)).rejects.toMatchObject({ code: 'model', place: 'suite doubling, problem d-1' });
  });
});

describe('pieces', () => {
  it.each([
    ['x^2-5x=0', 8], // x ^ 2 - 5 x = 0
    ['divide by 12: 24/12=2', 9], // divide by 12 : 24 / 12 = 2
    [' \n', 0],
  ])('%j has %i', (text, pieces) => {
    expect(countPieces(text)).toBe(pieces);
  });

  it('keeps a text that is within the limit to the last space', () => {
    expect(firstPieces('a b \n', 2)).toBe('a b \n');
    expect(firstPieces('a b c', 2)).toBe('a b');
  });
});
