import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isProofstillError } from '../core/errors.ts';
import type { Output } from '../core/output.ts';
import { inferenceGraph } from '../nn/inference-graph.ts';
import { readCheckpoint } from './checkpoint.ts';
import { networkFile } from './network-file.ts';
import { openStudent } from './student.ts';

const greedy = { temperature: 0, topP: 1, seed: 1 };
const requests = ['2+2', 'Solve x^2-5x+6=0', '7*8'].map((prompt, index) => ({ id: `r-${index}`, prompt }));

async function collect(outputs: AsyncIterable<Output>): Promise<Output[]> {
  const all: Output[] = [];
  for await (const output of outputs) all.push(output);
  return all;
}

/** Texts only: timings differ from run to run. */
const texts = (outputs: readonly Output[]): string[] => outputs.map(({ text }) => text);

describe('a student', () => {
  it('answers as transformers does, token by token', async () => {
    const directory = 'test/fixtures/tiny-qwen2';
    const expected = JSON.parse(readFileSync(join(directory, 'expected.json'), 'utf8')) as {
      outputs: { prompt: string; ids: number[]; text: string }[];
    };
    const student = await openStudent(directory, { threads: 1 });
    for (const { prompt, ids, text } of expected.outputs) {
      const [output] = await collect(student.generate([{ id: 'p', prompt }], { ...greedy, maxTokens: ids.length }));
      expect(output?.text).toBe(text);
    }
    await student.close();
  });

  it('gives outputs in order, each depending on its own request, attempt and seed only', async () => {
    const student = await openStudent('test/fixtures/tiny-qwen2', { threads: 1 });
    const sampled = { temperature: 1, topP: 0.9, seed: 3, maxTokens: 12 };
    const together = texts(await collect(student.generate(requests, { ...sampled, attempts: 2 })));
    const alone: string[] = [];
    for (const request of requests) {
      alone.push(...texts(await collect(student.generate([request], { ...sampled, attempts: 2 }))));
    }
    await student.close();
    expect(together).toHaveLength(6);
    expect(together).toEqual(alone);
  });

  it('ends early as cancelled once its signal is aborted', async () => {
    const student = await openStudent('test/fixtures/tiny-qwen2', { threads: 1 });
    const signal = AbortSignal.abort();
    const outputs = await collect(student.generate(requests, { ...greedy, maxTokens: 100, signal }));
    await student.close();
    const ends = outputs.map(({ finishReason, tokens }) => ({ finishReason, out: tokens.out }));
    expect(ends).toEqual(requests.map(() => ({ finishReason: 'cancelled', out: 0 })));
  });

  it('answers the same from its exported network alone, as on a device that has no weights', async () => {
    const whole = 'test/fixtures/tiny-qwen2';
    const device = join(mkdtempSync(join(tmpdir(), 'proofstill-student-')), 'device');
    cpSync(whole, device, { recursive: true });
    const { config, weights } = readCheckpoint(device);
    mkdirSync(join(device, 'onnx'));
    writeFileSync(networkFile(device, 'fp32'), inferenceGraph(config, weights, 'fp32'));
    rmSync(join(device, 'model.safetensors'));
    const answers = [whole, device].map(async (directory) => {
      const student = await openStudent(directory, { threads: 1 });
      const outputs = texts(await collect(student.generate(requests, { ...greedy, maxTokens: 12 })));
      await student.close();
      return outputs;
    });
    const [fromWeights, fromNetwork] = await Promise.all(answers);
    expect(fromNetwork).toEqual(fromWeights);
  });

  it('cannot be opened from a truncated checkpoint: the error names the file', async () => {
    const copy = join(mkdtempSync(join(tmpdir(), 'proofstill-student-')), 'broken');
    cpSync('test/fixtures/tiny-qwen2', copy, { recursive: true });
    truncateSync(join(copy, 'model.safetensors'), 900);
    const error = await openStudent(copy).catch((caught: unknown) => caught);
    expect(isProofstillError(error, 'model')).toBe(true);
    expect(error).toMatchObject({ place: expect.stringContaining('model.safetensors') });
  });
});
