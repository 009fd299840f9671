import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scriptedModel } from '../test/fixtures/scripted.ts';
import sums from '../test/fixtures/sums.ts';
import { ProofstillError } from './core/errors.ts';
import type { Model } from './core/output.ts';
import type { Sample } from './core/sample.ts';
import { defineSuite, type Suite } from './core/suite.ts';
import { isSteer } from './generate/steer.ts';
import { referenceModel } from './model/reference.ts';
import { DEFAULTS, recordConfig } from './run/config.ts';
import { createRun } from './run/folder.ts';
import { Stages } from './stages.ts';
import { TrainProblems } from './train-problems.ts';

const sample = (split: Sample['split'], area: string, left: number): Sample => {
  const prompt = `${left}+1`;
  return {
    id: `${split}-${left}`,
    suite: 'sums',
    area,
    split,
    prompt,
    expected: `${left + 1}`,
    key: sums.key({ prompt }),
  };
};
const { problem: _, ...rest } = sums;
/** Two train samples in area small, none in area large; the student fails in both. */
const suite = defineSuite({
  ...rest,
  samples: [1, 2]
    .map((n) => sample('train', 'small', n))
    .concat(
      [3, 4].map((n) => sample('steer', 'small', n)),
      sample('steer', 'large', 1003),
    ),
});
const failing = suite.samples.filter(isSteer);

/** Adds rightly, and writes five problems in every list: `n·100 + 1` to `n·100 + 5`, plus 7, its lists counted by n. */
function writer(from = 0): Model {
  let lists = from;
  return scriptedModel(({ id, prompt }) => {
    if (!id.startsWith('write-')) return sums.solve!({ prompt }, undefined as never);
    lists++;
    return [1, 2, 3, 4, 5].map((n) => JSON.stringify({ problem: `${lists * 100 + n}+7` })).join('\n');
  });
}

function opened(teacher: Model, of: Suite = suite) {
  const said: string[] = [];
  const run = createRun(join(mkdtempSync(join(tmpdir(), 'proofstill-run-')), 'run'), {
    config: recordConfig(DEFAULTS),
  });
  onTestFinished(() => run.close());
  const stages = new Stages({ run, config: DEFAULTS, suite: of, teacher, tell: () => undefined });
  const problems = new TrainProblems({
    ...{ stages, suite: of, teacher, decoding: { temperature: 0.6, topP: 0.95, maxTokens: 50, seed: 1 } },
    keepsDoubtful: false,
    say: (text) => said.push(text),
  });
  const ask = async (round: number, allocation: Record<string, number>, learnt: string[] = []) => {
    const options = { round, allocation, failing, learnt: new Set(learnt), isForbidden: () => false };
    const { problems: found, isSpent } = await problems.ofRound(options);
    return { ids: [...found].map(({ id }) => id), isSpent };
  };
  return { ask, said };
}

describe('the problems of a round', () => {
  it('are those of the generator, where the suite has one', async () => {
    const { ask } = opened(referenceModel(sums), sums);
    expect(await ask(2, { small: 2, large: 1 })).toEqual({
      ids: ['train-2-small-0', 'train-2-small-1', 'train-2-large-0'],
      isSpent: false,
    });
  });

  it('are else committed ones, then invented ones; in the next round new ones again', async () => {
    const { ask, said } = opened(writer());
    const first = await ask(1, { small: 3, large: 2 });
    expect(first.ids.slice(0, 2).sort()).toEqual(['train-train-1', 'train-train-2']);
    expect(first.ids.slice(2)).toEqual(['invented-1-small-0', 'invented-1-large-0', 'invented-1-large-1']);
    expect(said[0]).toBe(
      'Area small: 1 of 1 problems wanted. 5 written, 0 malformed, 0 known already, 0 too close to steer or holdout, 0 without an agreed answer, 0 doubtful.',
    );
    expect((await ask(2, { small: 1, large: 0 })).ids).toEqual(['invented-2-small-0']);
  });

  it('are committed ones again where the teacher cannot write: those first from which nothing was learnt', async () => {
    const { ask, said } = opened({ ...writer(), fingerprint: 'replay:1' });
    await ask(1, { small: 3, large: 2 });
    expect((await ask(2, { small: 1, large: 2 }, ['small 1+1'])).ids).toEqual(['again-2-train-train-2']);
    expect(said).toEqual([]);
  });

  it('are what there is once a ceiling of spend is reached', async () => {
    const spent: Model = {
      ...writer(),
      // biome-ignore lint/correctness/useYield: it fails before its first output
      async *generate() {
        throw new ProofstillError('budget', '$1 is spent');
      },
    };
    const { ask, said } = opened(spent);
    const { ids, isSpent } = await ask(1, { small: 3, large: 2 });
    expect([ids.length, isSpent]).toEqual([2, true]);
    expect(said).toEqual(['$1 is spent: no more problems are written.']);
  });

  it('must be some: a teacher that writes nonsense for a suite without train samples is an error', async () => {
    const bare = defineSuite({ ...rest, samples: failing });
    const { ask } = opened(
      scriptedModel(() => 'No.'),
      bare,
    );
    await expect(ask(1, { small: 3, large: 2 })).rejects.toMatchObject({ code: 'model', place: 'round 1' });
  });
});
