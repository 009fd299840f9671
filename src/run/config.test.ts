import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defineSuite } from '../core/suite.ts';
import { verdictOf } from '../core/verdict.ts';
import { type ConfigInput, DEFAULTS, recordConfig, recordedConfigSchema, resolveConfig } from './config.ts';
import { findConfigFile } from './config-file.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'config-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function written(content: string, name = 'proofstill.config.json'): string {
  const file = join(folder(), name);
  writeFileSync(file, content);
  return file;
}

describe('a config', () => {
  it('is the demonstration where nothing is said', async () => {
    expect(await resolveConfig({})).toEqual(DEFAULTS);
  });

  it('takes each key from the flags, else from the file, else from the defaults', async () => {
    const file = written('{"seed":5,"targets":{"answer":0.9,"p95Ms":100},"budget":{"rounds":2}}');
    const flags = { targets: { answer: 0.8 }, seed: undefined, budget: { rounds: undefined, minutes: undefined } };
    const config = await resolveConfig({ file, flags });
    expect(config.targets).toEqual({ answer: 0.8, p95Ms: 100 });
    expect(config.budget).toEqual({ rounds: 2, minutes: DEFAULTS.budget.minutes });
    expect(config.seed).toBe(5);
  });

  it('in TypeScript may import proofstill wherever it lies', async () => {
    const file = written(
      `import { defineConfig } from 'proofstill';
       const rounds: number = 3;
       export default defineConfig({ budget: { rounds } });`,
      'proofstill.config.ts',
    );
    expect((await resolveConfig({ file })).budget.rounds).toBe(3);
  });

  it('is recorded with suites by name and version, and reads back', () => {
    const suite = defineSuite({
      name: 'mine',
      version: '2',
      areas: ['all'],
      chance: 0,
      samples: [],
      verify: { name: 'any', version: '1', verify: () => verdictOf([]) },
      key: ({ prompt }) => prompt,
    });
    const recorded = recordConfig({ ...DEFAULTS, suites: [suite, 'quadratics'] });
    expect(recorded.suites).toEqual(['mine@2', 'quadratics']);
    expect(recordedConfigSchema.parse(JSON.parse(JSON.stringify(recorded)))).toEqual(recorded);
  });
});

describe('a config with a mistake', () => {
  it.each([
    ['a misspelt key', { buget: { rounds: 2 } }, 'unknown key buget', 'Did you mean budget?'],
    ['a misspelt key of a section', { train: { epohcs: 2 } }, 'unknown key train.epohcs', 'Did you mean train.epochs?'],
    ['a key in the wrong place', { p95ms: 200 }, 'unknown key p95ms', 'Did you mean targets.p95Ms?'],
    ['a key like no other', { zzzzzz: 1 }, 'unknown key zzzzzz', expect.stringContaining('targets.answer')],
  ])('%s is named, with what was meant', async (_name, config, message, hint) => {
    const file = written(JSON.stringify(config));
    await expect(resolveConfig({ file })).rejects.toMatchObject({ code: 'config', message, hint, place: file });
  });

  it.each<[string, ConfigInput, string]>([
    ['NaN', { targets: { answer: Number.NaN } }, 'targets.answer'],
    ['a target that no lower bound reaches', { targets: { answer: 1 } }, 'targets.answer'],
    ['a target of 0', { targets: { answer: 0 } }, 'targets.answer'],
    ['infinity', { targets: { p95Ms: Number.POSITIVE_INFINITY } }, 'targets.p95Ms'],
    ['no target', { targets: {} }, 'targets'],
    ['no suite', { suites: [] }, 'suites'],
    ['an empty suite name', { suites: [''] }, 'suites.0'],
    ['half a round', { budget: { rounds: 1.5 } }, 'budget.rounds'],
    ['no minute', { budget: { minutes: 0 } }, 'budget.minutes'],
    ['more than all unscored', { unscored: { max: 1.1 } }, 'unscored.max'],
    ['a seed below 0', { seed: -1 }, 'seed'],
    ['a secret in a URL', { teacher: 'openai:r1@https://me:key@host/v1' }, 'teacher'],
  ])('%s is an error at its key', async (_name, flags, key) => {
    await expect(resolveConfig({ flags })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(new RegExp(`^${key}: `)),
      place: 'command line',
    });
  });

  it.each<[string, object, string]>([
    ['a key in the config itself', { apiKey: 'sk-1' }, 'unknown key teacher.apiKey'],
    ['a key where its name should be', { apiKeyEnv: 'sk-1' }, 'teacher.apiKeyEnv: expected the name of an environment'],
    ['a concurrency of 0', { limits: { concurrency: 0 } }, 'teacher.limits.concurrency: '],
    ['no URL', { baseURL: 'api.deepseek.com' }, 'teacher.baseURL: expected a URL such as'],
  ])('a teacher with %s is an error at that key', async (_name, settings, message) => {
    const file = written(JSON.stringify({ teacher: { model: 'r1', baseURL: 'https://host/v1', ...settings } }));
    await expect(resolveConfig({ file })).rejects.toMatchObject({ message: expect.stringContaining(message) });
  });

  it.each(['usd', 'tokens'])('a budget of 0 %s is an error', async (unit) => {
    const file = written(JSON.stringify({ budget: { [unit]: 0 } }));
    await expect(resolveConfig({ file })).rejects.toMatchObject({
      message: expect.stringMatching(`^budget.${unit}: `),
    });
  });

  it('names every mistake at once', async () => {
    const file = written('{"seed":"x","targets":{"answer":"high"}}');
    await expect(resolveConfig({ file })).rejects.toMatchObject({
      message: expect.stringMatching(/targets\.answer: .*; seed: /),
    });
  });

  it('a value that came out undefined in a file is an error, not the default', async () => {
    const file = written('export default { targets: { answer: process.env.NOT_SET_ANYWHERE } };', 'c.mjs');
    await expect(resolveConfig({ file })).rejects.toMatchObject({ message: expect.stringContaining('targets.answer') });
  });

  it.each([
    ['is not there', undefined, 'x.json', 'there is no such config file'],
    ['is torn', '{"seed":', 'x.json', 'cannot load the config'],
    ['does not compile', 'export default {', 'x.ts', 'cannot load the config'],
    ['throws', 'throw new Error("no key")', 'x.ts', 'no key'],
    ['exports nothing', 'const config = { seed: 1 };', 'x.ts', 'the file exports no config'],
    ['is empty', '{}', 'x.json', 'the file exports no config'],
    ['is of another kind', 'seed: 1', 'x.yaml', 'expected .ts, .mts, .js, .mjs or .json, got .yaml'],
  ])('a file that %s is a config error naming it', async (_name, content, name, message) => {
    const file = content === undefined ? join(folder(), name) : written(content, name);
    await expect(resolveConfig({ file })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(message),
      place: file,
    });
  });
});

describe('the config file of a folder', () => {
  it('is found by its name, if there is one', () => {
    const file = written('{}');
    expect(findConfigFile(join(file, '..'))).toBe(file);
    expect(findConfigFile(folder())).toBeUndefined();
  });

  it('is an error where there are two', () => {
    const file = written('{}');
    writeFileSync(join(file, '..', 'proofstill.config.ts'), '');
    expect(() => findConfigFile(join(file, '..'))).toThrow(expect.objectContaining({ code: 'config' }));
  });
});
