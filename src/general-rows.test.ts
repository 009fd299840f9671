import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptedModel } from '../test/fixtures/scripted.ts';
import sums from '../test/fixtures/sums.ts';
import { answerPrompts, readGeneralSources } from './general-rows.ts';
import { findVerifier } from './named-verifiers.ts';
import { DEFAULTS, recordConfig } from './run/config.ts';
import { createRun, openRun, type RunFolder } from './run/folder.ts';
import { Stages } from './stages.ts';

const config = { ...DEFAULTS, suites: ['sums'] };
const prompts = ['Name a colour.', 'Say hello.'];

/** Answers the prompts in a run, as one process of it would. */
async function answered(run: RunFolder) {
  const teacher = scriptedModel(({ prompt }) => `${prompt.length} letters.`);
  const told: string[] = [];
  const stages = new Stages({ run, config, suite: sums, teacher, tell: ({ kind }) => told.push(kind) });
  const readable = await findVerifier('readable');
  const rows = await answerPrompts(prompts, { run, config, stages, teacher, readable, say: (text) => told.push(text) });
  return { rows, told, calls: teacher.calls.length };
}

describe('the general rows of a run', () => {
  it('are asked for once, and read back when it goes on', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'proofstill-run-')), 'run');
    const first = await (async () => {
      using run = createRun(folder, { config: recordConfig(config) });
      return await answered(run);
    })();
    expect(first.rows.map(({ text }) => text)).toEqual(['14 letters.', '10 letters.']);
    expect(first.told.at(-1)).toBe('2 of 2 general prompts answered: 0 incomplete, 0 unreadable.');
    expect(readFileSync(join(folder, 'datasets/general.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);
    using run = openRun(folder);
    const again = await answered(run);
    expect(again.rows).toEqual(first.rows);
    expect([first.calls, again.calls]).toEqual([2, 0]);
    writeFileSync(join(folder, 'datasets/general.jsonl'), '');
    await expect(answered(run)).rejects.toMatchObject({
      code: 'record',
      place: join(folder, 'datasets/general.jsonl'),
    });
  });

  it('come from nowhere where the mix has no general part', async () => {
    const mix = { ...config.mix, general: 0, prompts: 'not-there.txt' };
    expect(await readGeneralSources({ ...config, mix })).toEqual({ brought: [], prompts: [] });
    await expect(readGeneralSources({ ...config, mix: { ...mix, general: 0.2 } })).rejects.toMatchObject({
      place: 'not-there.txt',
    });
  });
});
