import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import sums from '../test/fixtures/sums.ts';
import type { Sample, Split } from './core/sample.ts';
import { defineSuite } from './core/suite.ts';
import { referenceModel } from './model/reference.ts';
import { checkPremises } from './premises.ts';
import { DEFAULTS } from './run/config.ts';

const { problem: _, ...rest } = sums;
/** A suite without a generator, with so many samples of each split. */
const suiteOf = (counts: Partial<Record<Split, number>>) => {
  const samples = Object.entries(counts).flatMap(([split, count]) =>
    Array.from({ length: count }, (_, index): Sample => {
      const [id, prompt] = [`${split}-${index}`, `${index}+${split.length}`];
      return { id, suite: 'sums', area: 'small', split: split as Split, prompt, key: id };
    }),
  );
  return defineSuite({ ...rest, samples, source: 'sums.jsonl' });
};
const solver = referenceModel(sums).fingerprint;
const endpoint = 'openai:teacher@http://localhost:8000/v1';
const prompts = join(mkdtempSync(join(tmpdir(), 'proofstill-premises-')), 'prompts.txt');
writeFileSync(prompts, 'Say hello.\n');

describe('before anything is asked', () => {
  const enough = { holdout: 10, steer: 73 };
  const check = (options: Partial<Parameters<typeof checkPremises>[0]>) => () =>
    checkPremises({ suite: sums, config: DEFAULTS, teacher: endpoint, generalTeacher: endpoint, ...options });

  it('a run is let go that can learn: from a generator, from train samples, or from what its teacher writes', () => {
    expect(check({ suite: sums, teacher: solver })).not.toThrow();
    expect(check({ suite: suiteOf({ ...enough, train: 1 }), teacher: solver })).not.toThrow();
    expect(check({ suite: suiteOf(enough) })).not.toThrow();
  });

  it.each([
    ['neither samples nor a generator', {}, 'expected at least 10 holdout samples, got 0'],
    ['a small holdout', { ...enough, holdout: 9 }, 'expected at least 10 holdout samples, got 9'],
    ['nothing to learn from', enough, 'there is nothing to learn from'],
  ])('a suite with %s is refused', (_what, counts, message) => {
    expect(check({ suite: suiteOf(counts), teacher: solver })).toThrow(
      expect.objectContaining({ code: 'suite', place: 'sums.jsonl', message: expect.stringContaining(message) }),
    );
  });

  // 0.95·1.96²/0.05 = 72.99
  it('steer samples that cannot show the target are refused', () => {
    expect(check({ suite: suiteOf({ ...enough, steer: 72 }) })).toThrow('72 steer samples cannot show 0.95');
  });

  it('general prompts are refused that cannot be read, or that nobody can answer', () => {
    const config = (file: string) => ({ ...DEFAULTS, mix: { ...DEFAULTS.mix, prompts: file } });
    expect(check({ config: config(prompts) })).not.toThrow();
    expect(check({ config: config('not-there.txt') })).toThrow(expect.objectContaining({ place: 'not-there.txt' }));
    expect(check({ config: config(prompts), generalTeacher: solver })).toThrow(
      expect.objectContaining({ code: 'config', place: 'mix.teacher' }),
    );
  });
});
