import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptedModel } from '../../test/fixtures/scripted.ts';
import type { Model } from '../core/output.ts';
import { defineVerifier, verdictOf } from '../core/verdict.ts';
import { generalAnswers, readPrompts } from './general.ts';

const folder = mkdtempSync(join(tmpdir(), 'proofstill-general-'));
const fileOf = (name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

describe('general prompts', () => {
  it('are one a line, or one in each line of JSON, each taken once', () => {
    const prompts = ['Name a colour.', 'Say hello'];
    expect(readPrompts(fileOf('lines.txt', '\ufeffName a colour.\r\n\n  Say hello\nname a  COLOUR\n'))).toEqual([
      'name a  COLOUR',
      'Say hello',
    ]);
    const json = prompts.map((prompt) => JSON.stringify({ prompt, source: 'us' })).join('\n');
    expect(readPrompts(fileOf('lines.jsonl', json))).toEqual(prompts);
  });

  it.each([
    ['that are not there', join(folder, 'none.txt'), 'config', ''],
    ['that are none', fileOf('empty.txt', '\n\n'), 'config', ''],
    ['without a prompt', fileOf('bad.jsonl', '{"prompt":"a"}\n{"text":"b"}\n'), 'record', ':2'],
    ['that are blank', fileOf('blank.jsonl', '{"prompt":" "}\n'), 'record', ':1'],
  ])('%s are an error at their place', (_what, file, code, line) => {
    expect(() => readPrompts(file)).toThrow(expect.objectContaining({ code, place: `${file}${line}` }));
  });
});

describe('general rows', () => {
  const readable = defineVerifier({
    name: 'plain',
    version: '1',
    verify: (_sample, { text, think }) => {
      const isPlain = think === undefined && !text.includes('```');
      return verdictOf([{ name: 'plain', score: 'trace', status: isPlain ? 'pass' : 'fail' }]);
    },
  });
  const answers: Record<string, string> = {
    'Name a colour.': '<think>Many are there.</think>\n\nBlue.',
    'Say hello': ' Hello! ',
    'Write code': '```js\n1\n```',
    'Say nothing': '<think>Nothing.</think>',
  };
  const options = { prompts: Object.keys(answers), readable, maxTokens: 50, seed: 1 };

  it('are the complete and readable answers, without their reasoning, keyed by their prompts', async () => {
    const seen: string[] = [];
    const teacher = scriptedModel(({ prompt }, attempt, { temperature }) => {
      seen.push(`${attempt} ${temperature}`);
      return answers[prompt]!;
    });
    const { rows, counts } = await generalAnswers({ ...options, teacher });
    expect(rows).toEqual([
      {
        schema: 1,
        key: 'name a colour',
        area: 'general',
        prompt: 'Name a colour.',
        text: 'Blue.',
        from: 'general-0#0',
      },
      { schema: 1, key: 'say hello', area: 'general', prompt: 'Say hello', text: 'Hello!', from: 'general-1#0' },
    ]);
    expect(counts).toEqual({ incomplete: 1, unreadable: 1 });
    expect(seen).toEqual(Array(4).fill('0 0.7'));
  });

  it('are none of an answer that was cut off', async () => {
    const whole = scriptedModel(() => 'Hello');
    const cut: Model = {
      ...whole,
      async *generate(requests, asked) {
        for await (const output of whole.generate(requests, asked)) yield { ...output, finishReason: 'length' };
      },
    };
    expect(await generalAnswers({ ...options, teacher: cut })).toEqual({
      rows: [],
      counts: { incomplete: 4, unreadable: 0 },
    });
  });

  it('stop where the teacher answers too little', async () => {
    const whole = scriptedModel(() => 'Hello');
    const lazy: Model = { ...whole, generate: (requests, asked) => whole.generate(requests.slice(1), asked) };
    await expect(generalAnswers({ ...options, teacher: lazy })).rejects.toMatchObject({ code: 'model' });
  });
});
