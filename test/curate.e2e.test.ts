/** `proofstill curate` as a person runs it, on runs whose candidates never were. */

import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ConfigInput,
  createRun,
  DEFAULTS,
  drawProblem,
  type Problem,
  randomStream,
  readDataset,
  recordConfig,
  type Sample,
} from 'proofstill';
import { quadratics } from 'proofstill/suites';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Candidate } from '../src/core/records.ts';
import { evaluationHead } from '../src/evaluate/head.ts';
import { openEvaluation } from '../src/run/evaluation-file.ts';
import { openReviews } from '../src/run/reviews.ts';
import { candidateOf, type Drawn, reviewOf } from './fixtures/candidates.ts';
import { cli, cliUntil } from './run-cli.ts';

/** Three problems of the train split with worked answers. */
const random = randomStream(5, 'curate e2e');
const PROBLEMS = ['monic', 'leading', 'none'].map((area) => drawProblem(quadratics, area, 'train', random));
const worked = (at: number, extra: Partial<Drawn> = {}): Candidate => {
  const { area, prompt, key } = PROBLEMS[at] as (typeof PROBLEMS)[number];
  const text = `<think>D=${at}+1\nx=${at}</think><answer>x=${at}</answer>`;
  return { ...candidateOf({ id: `p-${at}`, area, prompt, text, fate: 'kept', ...extra }), key };
};

const WRONG = { stage: 'answer', check: 'math-answer', reason: 'wrong-value' } as const;

function runWith(candidates: readonly Candidate[], config: Partial<ConfigInput> = {}): string {
  const parent = mkdtempSync(join(tmpdir(), 'proofstill-curate-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const path = join(parent, 'run');
  using run = createRun(path, { config: recordConfig({ ...DEFAULTS, ...config } as typeof DEFAULTS) });
  for (const candidate of candidates) run.candidates(1).append(candidate);
  return path;
}

/** Puts an evaluation into the run in which a student was asked a steer problem. */
function evaluated(run: string, problem: Problem): void {
  const sample: Sample = { ...problem, id: 's-1', suite: 'quadratics', split: 'steer' };
  const decoding = { attempts: 1, maxTokens: 64, temperature: 0, topP: 1, seed: 1 };
  const model = { reference: 'student', fingerprint: 'student-1' };
  const versions = { proofstill: '0', node: '0' };
  const head = evaluationHead({ suite: quadratics, samples: [sample], model, decoding, versions });
  const file = openEvaluation(join(run, 'evaluations', 'steer-round-1.jsonl'), head);
  const { id, area, prompt } = sample;
  const output = { text: '', finishReason: 'stop', tokens: { in: 1, out: 1 } } as const;
  file.append({ schema: 1, sample: id, area, prompt, attempt: 0, output, verdict: { status: 'fail', checks: [] } });
  file.close();
}

const rowsIn = (folder: string) => readDataset(join(folder, 'rows.jsonl'));
const texts = async (folder: string) => (await rowsIn(folder)).map(({ text }) => text);

describe('proofstill curate', () => {
  it('writes kept candidates in every form, with what became of all of them', async () => {
    const run = runWith([
      worked(0),
      worked(1),
      worked(1, { attempt: 1 }),
      worked(0, { id: 'p-again' }),
      worked(2, { failures: [WRONG] }),
    ]);
    const { code, out, err } = await cli('curate', '--run', run, '--general', '0');
    expect({ code, err }).toMatchObject({ code: 0 });
    const folder = join(run, 'datasets', 'curated');
    expect(readdirSync(folder).sort()).toEqual([
      'README.md',
      'alpaca.jsonl',
      'data.parquet',
      'dataset.json',
      'messages.jsonl',
      'rows.jsonl',
      'sharegpt.jsonl',
    ]);
    expect(await rowsIn(folder)).toEqual(
      [0, 1].map((at) => {
        const { key, area, prompt, output } = worked(at);
        return { schema: 1, key, area, prompt, text: output.text, from: `p-${at}#0` };
      }),
    );
    expect(out).toMatch(/drawn +5\nrejected +1\n(.*\n)*kept +3\n(.*\n)*duplicate +1\n(.*\n)*rows +2/);
    expect(out).toContain(folder);
  });

  it('leaves out what the student is judged on: holdout, and what the run asked it in steer', async () => {
    const [held] = quadratics.samples.filter(({ split }) => split === 'holdout');
    const other = { prompt: 'Which x solve 7x^2+70x+7=0?', key: 'of no suite' };
    const asked = drawProblem(quadratics, 'monic', 'steer', random);
    const run = runWith([
      worked(0),
      { ...worked(1, { id: 'prompt' }), prompt: held!.prompt, key: 'not its key' },
      { ...worked(1, { id: 'key' }), key: held!.key },
      { ...worked(2, { id: 'longer' }), prompt: `Find the roots: ${asked.prompt}`, key: 'nor this' },
      { ...worked(2, { id: 'other' }), ...other },
    ]);
    evaluated(run, asked);
    const { code, out } = await cli('curate', '--run', run, '--json', '--general', '0');
    expect(code).toBe(0);
    const { rows } = JSON.parse(out);
    expect(rows).toMatchObject({ total: 2, dropped: { contaminated: 3 } });

    const suite = join(run, '..', 'suite.mjs');
    const sample = { id: 's-1', suite: 'mine', area: 'all', split: 'holdout', prompt: 'Solve 7x^2+70x+7=0', key: 'k' };
    // Known by its brand: it may come from another copy of the package.
    const content = {
      brand: 'proofstill.suite',
      name: 'mine',
      version: '1',
      areas: ['all'],
      chance: 0,
      samples: [sample],
    };
    writeFileSync(suite, `export const mine = { ...${JSON.stringify(content)}, key: ({ prompt }) => prompt };`);
    const further = await cli('curate', '--run', run, '--json', '--general', '0', '--suite', suite);
    expect(JSON.parse(further.out).rows).toMatchObject({ total: 1, dropped: { contaminated: 4 } });
  });

  it('does what people decided last', async () => {
    const waiting = [0, 1, 2].map((at) => worked(at, { fate: 'waiting' }));
    const kept = worked(0, { id: 'p-kept', text: 'kept <think>1</think><answer>1</answer>' });
    const run = runWith([...waiting, kept], { rejection: { ...DEFAULTS.rejection, person: 'all' } });
    const edited = '<think>by hand</think><answer>x=1</answer>';
    {
      using reviews = openReviews(run);
      reviews.add(reviewOf(waiting[0]!, 'reject'));
      reviews.add(reviewOf(waiting[0]!, 'accept'));
      reviews.add(reviewOf(waiting[1]!, 'edit', { text: edited }));
      reviews.add(reviewOf(kept, 'reject'));
    }
    const { out } = await cli('curate', '--run', run, '--json', '--student', 'none');
    expect(JSON.parse(out).candidates).toMatchObject({ kept: 2, waiting: 1, rejected: 1, reviewed: 3 });
    expect(await texts(join(run, 'datasets', 'curated'))).toEqual([waiting[0]!.output.text, edited]);
  });

  it('adds general rows of the student by their share', async () => {
    const problems = Array.from({ length: 40 }, () => drawProblem(quadratics, 'none', 'train', random));
    const unique = [...new Map(problems.map((problem) => [problem.key, problem])).values()].slice(0, 20);
    const run = runWith(unique.map(({ prompt, key }, at) => ({ ...worked(2, { id: `p-${at}`, prompt }), key })));
    const { out } = await cli('curate', '--run', run, '--json', '--general', '0.2');
    // 5 of 20 + 5 are a fifth.
    expect(JSON.parse(out).rows).toMatchObject({ total: 25, general: 5, areas: { none: 20 } });
    expect((await rowsIn(join(run, 'datasets', 'curated'))).slice(20).map(({ from }) => from)).toEqual(
      Array(5).fill(undefined),
    );
  });

  it('takes long rows up to their share, evenly', async () => {
    const long = (at: number) => `<think>${'1+1=2\n'.repeat(20)}</think><answer>${at}</answer>`;
    const rows = [0, 1, 2, 3].flatMap((at) => [
      worked(0, { id: `s-${at}`, text: `<think>${at}</think><answer>${at}</answer>` }),
      worked(0, { id: `l-${at}`, text: long(at) }),
    ]);
    const run = runWith(rows, { mix: { general: 0, long: 0.34, longAbove: 50 }, curate: { nearDuplicates: 1 } });
    const { out } = await cli('curate', '--run', run, '--json');
    // 2 of 4 + 2 are at most 34%.
    expect(JSON.parse(out).rows).toMatchObject({ total: 6, dropped: { 'long-share': 2 } });
    const folder = join(run, 'datasets', 'curated');
    expect((await rowsIn(folder)).map(({ from }) => from)).toEqual([
      's-0#0',
      's-1#0',
      'l-1#0',
      's-2#0',
      's-3#0',
      'l-3#0',
    ]);
    expect(existsSync(join(folder, 'scratch.jsonl'))).toBe(false);
  });

  it('makes the same dataset again, in place of its last one', async () => {
    const run = runWith([worked(0), worked(1)]);
    const once = await cli('curate', '--run', run, '--json');
    const twice = await cli('curate', '--run', run, '--json');
    expect(twice.out).toBe(once.out);
    expect(readdirSync(join(run, 'datasets'))).toEqual(['curated']);
  });

  it('passes over a line that is still being written', async () => {
    const run = runWith([worked(0)]);
    appendFileSync(join(run, 'candidates', 'round-1.jsonl'), '{"schema":1,"id":"p-1"');
    const { code } = await cli('curate', '--run', run);
    expect(code).toBe(0);
  });

  it.each([
    ['no candidates', [], [], 'there are no candidates in this run'],
    ['none kept', [worked(0, { failures: [WRONG] })], [], 'no row is left: no candidate was kept'],
    ['all too long for the student', [worked(0)], ['--row-length', '5'], 'no row is left: 1 too-long'],
    ['all unreadable for the student', [worked(0, { text: '解' })], [], 'no row is left: 1 template-lost'],
    ['no such student', [worked(0)], ['--student', 'nowhere'], 'there is no checkpoint'],
    ['no such format', [worked(0)], ['--format', 'csv'], 'expected messages, sharegpt, alpaca, parquet, got "csv"'],
    ['no such suite', [worked(0)], ['--suite', 'quadratic'], 'there is no suite "quadratic"'],
    ['only general rows wanted', [worked(0)], ['--general', '1'], 'expected a share below 1'],
    ['a similarity of nothing', [worked(0)], ['--near-duplicates', '0'], 'expected a number above 0'],
  ] as const)('says what is wrong and leaves nothing behind: %s', async (_, candidates, flags, message) => {
    const run = runWith(candidates);
    const { code, out, err } = await cli('curate', '--run', run, ...flags);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(readdirSync(join(run, 'datasets'))).toEqual([]);
  });

  it('refuses a folder that holds something else, and leaves it alone', async () => {
    const run = runWith([worked(0)]);
    const out = join(run, '..', 'mine');
    mkdirSync(out);
    writeFileSync(join(out, 'thesis.txt'), 'years of work');
    const { code, err } = await cli('curate', '--run', run, '--out', out);
    expect(code).toBe(2);
    expect(err).toContain('holds something else than a dataset of ours');
    expect(readFileSync(join(out, 'thesis.txt'), 'utf8')).toBe('years of work');
  });

  it('names a corrupt line', async () => {
    const run = runWith([worked(0), worked(1)]);
    const file = join(run, 'candidates', 'round-1.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace('x=1', 'x=2'));
    const { code, err } = await cli('curate', '--run', run);
    expect(code).toBe(2);
    expect(err).toContain(`${file}:2`);
  });

  it('ends at once when it is interrupted, leaving the last dataset', async () => {
    const run = runWith([worked(0)]);
    await cli('curate', '--run', run);
    const stopping = new AbortController();
    stopping.abort();
    const { code } = await cliUntil(stopping.signal, 'curate', '--run', run);
    expect(code).toBe(130);
    expect(readdirSync(join(run, 'datasets'))).toEqual(['curated']);
  });
});
