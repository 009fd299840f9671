import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { right, ruleTeacher, sums, wrong } from '../test/fixtures/rule-teacher.ts';
import { ProofstillError } from './core/errors.ts';
import type { Model } from './core/output.ts';
import { randomStream } from './core/seed.ts';
import { problemsOf } from './generate/problems.ts';
import { type Config, DEFAULTS, recordConfig } from './run/config.ts';
import { createRun, openRun, type RunFolder } from './run/folder.ts';
import { type Progress, Stages, type StagesOptions } from './stages.ts';
import type { Reviewed } from './verify/settle.ts';

const config: Config = { ...DEFAULTS, candidates: 2, trials: 5, keep: 1 };
const problems = () => problemsOf({ suite: sums, allocation: { small: 2, large: 10 }, round: 1, seed: 1 });
const newFolder = (): string => join(mkdtempSync(join(tmpdir(), 'proofstill-stages-')), 'run');
const fileIn = (folder: string): string => join(folder, 'candidates', 'round-1.jsonl');

/** A third of the attempts is right. */
const reply = ({ id, prompt }: { id: string; prompt: string }, attempt: number): string =>
  randomStream(1, id, attempt).int(0, 2) === 0 ? right(prompt, attempt) : wrong(attempt);

interface Round {
  readonly candidates: Awaited<ReturnType<Stages['candidates']>>;
  readonly told: Progress[];
}

function opened(
  folder: string,
  options: Partial<StagesOptions> = {},
): { stages: Stages; told: Progress[]; run: RunFolder } {
  let run: RunFolder;
  try {
    run = openRun(folder);
  } catch {
    run = createRun(folder, { config: recordConfig(config) });
  }
  const told: Progress[] = [];
  const given = { run, config, suite: sums, teacher: ruleTeacher(reply), tell: (one: Progress) => told.push(one) };
  return { stages: new Stages({ ...given, ...options }), told, run };
}

/** Round 1 in a folder, which is closed again. */
async function round(folder: string, options: Partial<StagesOptions> = {}): Promise<Round> {
  const { stages, told, run } = opened(folder, options);
  try {
    return { candidates: await stages.candidates(1, problems()), told };
  } finally {
    await stages.close();
    run.close();
  }
}

describe('candidates', () => {
  it('end in the same file whenever they were interrupted, and ask again about one problem at most', async () => {
    const whole = newFolder();
    const undisturbed = await round(whole);
    const bytes = readFileSync(fileIn(whole));
    const calls = undisturbed.candidates.candidates.length;
    for (let after = 1; after < calls; after += 3) {
      const folder = newFolder();
      let left = after;
      const failing = ruleTeacher((request, attempt) => {
        if (left-- === 0) throw new ProofstillError('model', 'the server is gone');
        return reply(request, attempt);
      });
      await expect(round(folder, { teacher: failing })).rejects.toMatchObject({ code: 'model' });
      const written = new Set(
        readFileSync(fileIn(folder), 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => (JSON.parse(line) as { id: string }).id),
      );
      const teacher = ruleTeacher(reply);
      const { candidates } = await round(folder, { teacher });
      expect(candidates.candidates).toEqual(undisturbed.candidates.candidates);
      expect(readFileSync(fileIn(folder)).equals(bytes)).toBe(true);
      const again = new Set(teacher.asked.map(({ id }) => id).filter((id) => written.has(id)));
      expect(again.size).toBeLessThanOrEqual(1);
    }
  });

  it('end in the same file wherever a kill tore it', async () => {
    const whole = newFolder();
    await round(whole);
    const bytes = readFileSync(fileIn(whole));
    for (let size = 100; size < bytes.length; size += 1117) {
      const folder = newFolder();
      createRun(folder, { config: recordConfig(config) }).close();
      writeFileSync(fileIn(folder), bytes.subarray(0, size));
      await round(folder);
      expect(readFileSync(fileIn(folder)).equals(bytes)).toBe(true);
    }
  });

  it('are not asked for again once they are done', async () => {
    const folder = newFolder();
    const first = await round(folder);
    const teacher = ruleTeacher(reply);
    const again = await round(folder, { teacher });
    expect(again.candidates).toEqual(first.candidates);
    expect(teacher.asked).toEqual([]);
  });
});

describe('a ceiling of spend', () => {
  const ceiling = (calls: number): Model => {
    let left = calls;
    return ruleTeacher((request, attempt) => {
      if (left-- <= 0) throw new ProofstillError('budget', '2 USD are spent');
      return reply(request, attempt);
    });
  };

  it('ends a round with what is done, for good', async () => {
    const folder = newFolder();
    const { candidates, told } = await round(folder, { teacher: ceiling(30) });
    expect(candidates.isSpent).toBe(true);
    expect(candidates.candidates.length).toBeGreaterThan(0);
    expect(told.filter(({ kind }) => kind === 'note')).toEqual([
      { kind: 'note', text: '2 USD are spent: the teacher is asked no more.' },
    ]);
    const teacher = ruleTeacher(reply);
    expect((await round(folder, { teacher })).candidates).toEqual(candidates);
    expect(teacher.asked).toEqual([]);
  });
});

describe('candidates that a person is to look at', () => {
  const watched: Config = { ...config, rejection: { ...config.rejection, person: 'all' } };
  const accepting =
    (ids: (id: string) => boolean): Reviewed =>
    (id) =>
      ids(id) ? 'accept' : undefined;

  it('are waited for where nothing else can be learnt from', async () => {
    const folder = newFolder();
    await expect(round(folder, { config: watched })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/^all \d+ candidates of round 1 that passed wait for a person$/),
      hint: expect.stringContaining('proofstill review --run'),
    });
    // Nothing is asked of the teacher again when a person has decided.
    const teacher = ruleTeacher(reply);
    const reviews = () => accepting((id) => id.includes('small'));
    const { candidates, told } = await round(folder, { config: watched, teacher, reviews });
    expect(teacher.asked).toEqual([]);
    const kept = candidates.candidates.filter(({ fate }) => fate === 'kept');
    expect(new Set(kept.map(({ area }) => area))).toEqual(new Set(['small']));
    const waiting = candidates.candidates.filter(({ fate }) => fate === 'waiting').length;
    expect(waiting).toBeGreaterThan(0);
    expect(told.filter(({ kind }) => kind === 'note')).toEqual([
      {
        kind: 'note',
        text: expect.stringMatching(`^${waiting} candidates of round 1 wait for a person, and are left out`),
      },
    ]);
  });

  it('are settled by the decisions that there were when the round was learnt from', async () => {
    const folder = newFolder();
    const first = await round(folder, { config: watched, reviews: () => accepting((id) => id.includes('small')) });
    const later = await round(folder, { config: watched, reviews: () => accepting(() => true) });
    expect(later.candidates).toEqual(first.candidates);
  });
});
