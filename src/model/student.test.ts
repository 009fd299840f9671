import { cpSync, mkdtempSync, readFileSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isProofstillError } from '../core/errors.ts';
import type { Output } from '../core/output.ts';
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
    for (const { finishReason, tokens } of outputs) {
      if (finishReason !== 'stop')
        expect({ finishReason, out: tokens.out }).toEqual({ finishReason: 'cancelled', out: 1 });
    }
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
