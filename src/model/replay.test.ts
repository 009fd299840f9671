import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Output } from '../core/output.ts';
import { replayModel } from './replay.ts';

async function recorded(...lines: string[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'replay-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'outputs.jsonl');
  await writeFile(file, lines.join('\n'));
  return file;
}

async function replay(file: string, ids: string[], attempts = 1): Promise<Output[]> {
  const model = await replayModel(file);
  const all: Output[] = [];
  const requests = ids.map((id) => ({ id, prompt: 'any' }));
  for await (const output of model.generate(requests, { attempts, maxTokens: 9, temperature: 0, topP: 1, seed: 1 })) {
    all.push(output);
  }
  return all;
}

const LINES = [
  '{"id":"a","text":"<think>t</think><answer>1</answer>","finishReason":"stop"}',
  '{"id":"b","text":"2","finishReason":"length","tokens":{"in":5,"out":7}}',
  '{"id":"a","text":"<answer>3</answer>","finishReason":"stop"}',
];

describe('the replay model', () => {
  it('gives the lines of one id as its attempts, in order', async () => {
    const outputs = await replay(await recorded(...LINES), ['a'], 2);
    expect(outputs.map((output) => output.answer)).toEqual(['1', '3']);
    expect(outputs[0]).toMatchObject({ think: 't', finishReason: 'stop' });
  });

  it('keeps recorded token counts', async () => {
    const [output] = await replay(await recorded(...LINES), ['b']);
    expect(output).toMatchObject({ text: '2', finishReason: 'length', tokens: { in: 5, out: 7 } });
  });

  it('is named after the content, not the place, of its file', async () => {
    const [one, same, other] = await Promise.all(
      [LINES, LINES, LINES.slice(1)].map(async (lines) => replayModel(await recorded(...lines))),
    );
    expect(one?.fingerprint).toBe(same?.fingerprint);
    expect(one?.fingerprint).not.toBe(other?.fingerprint);
  });

  it.each([
    ['an id', ['c'], 1, 'expected attempt 0 of sample c, the file has 0 of it'],
    ['an attempt', ['b'], 2, 'expected attempt 1 of sample b, the file has 1 of it'],
  ])('%s that is not in the file is a model error', async (_name, ids, attempts, message) => {
    await expect(replay(await recorded(...LINES), ids, attempts)).rejects.toMatchObject({ code: 'model', message });
  });

  it.each([
    ['a misspelt key', '{"id":"c","text":"x","finish":"stop"}'],
    ['half a line', '{"id":"c","te'],
    ['an unknown finish reason', '{"id":"c","text":"x","finishReason":"done"}'],
  ])('%s is an error with its file and line', async (_name, line) => {
    const file = await recorded(...LINES, line);
    await expect(replayModel(file)).rejects.toMatchObject({ code: 'record', place: `${file}:4` });
  });

  it('a file that is not there is a model error naming it', async () => {
    await expect(replayModel('/nowhere/outputs.jsonl')).rejects.toMatchObject({
      code: 'model',
      place: '/nowhere/outputs.jsonl',
    });
  });
});
