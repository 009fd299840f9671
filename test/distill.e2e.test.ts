import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  createRun,
  type DatasetRow,
  type DistillEvent,
  distill,
  isProofstillError,
  type Model,
  openRun,
  ProofstillError,
  type RunFolder,
  recordConfig,
  referenceModel,
  type Suite,
  type Summary,
} from 'proofstill';
import { describe, expect, it, onTestFinished } from 'vitest';
import { smallConfig, smallSuite } from './small-run.ts';

/** The package as it stands here: jiti would resolve its name to what was last built. */
const SOURCES = {
  proofstill: resolve('src/index.ts'),
  'proofstill/suites': resolve('suites/index.ts'),
  'proofstill/verifiers': resolve('verifiers/index.ts'),
};

const newFolder = (): string => join(mkdtempSync(join(tmpdir(), 'proofstill-run-')), 'run');

async function wholeRun(folder: string): Promise<Summary> {
  using run = createRun(folder, { config: recordConfig(smallConfig) });
  return await distill({ run, config: smallConfig, suite: smallSuite, teacher: referenceModel(smallSuite) });
}

/** Every file that holds answers and weights, none that holds timings. */
function contents(folder: string): Record<string, string> {
  const files = ['evaluations', 'candidates', 'datasets'].flatMap((name) =>
    readdirSync(join(folder, name)).map((file) => join(name, file)),
  );
  const weights = readdirSync(join(folder, 'checkpoints')).map((round) =>
    join('checkpoints', round, 'model.safetensors'),
  );
  return Object.fromEntries([...files, ...weights].map((file) => [file, readFileSync(join(folder, file), 'base64')]));
}

/** The suite's solver, whose budget is spent after so many outputs for problems to learn from. */
function spentAfter(outputs: number): Model {
  const solver = referenceModel(smallSuite);
  let left = outputs;
  return {
    ...solver,
    async *generate(requests, options) {
      for await (const output of solver.generate(requests, options)) {
        if (requests[0]?.id.startsWith('train-') && left-- <= 0) throw new ProofstillError('budget', '1 USD is spent');
        yield output;
      }
    },
  };
}

/** Runs the child until its k-th event, then kills it; with no k, to its end. @returns whether it ended by itself */
function child(folder: string, killAfter?: number): Promise<boolean> {
  const started = spawn(process.execPath, ['--import', 'jiti/register', 'test/small-run-child.ts', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, JITI_ALIAS: JSON.stringify(SOURCES) },
  });
  let events = 0;
  started.stdout.on('data', (chunk: Buffer) => {
    events += chunk.toString().split('\n').length - 1;
    if (killAfter !== undefined && events >= killAfter) started.kill('SIGKILL');
  });
  return new Promise((resolve) => started.on('exit', (code) => resolve(code === 0)));
}

describe('a run', { timeout: 600_000 }, () => {
  it('of the same seed gives the same datasets, answers and weights to the byte', async () => {
    const [first, second] = [newFolder(), newFolder()];
    const one = await wholeRun(first);
    const two = await wholeRun(second);
    expect(contents(second)).toEqual(contents(first));
    expect(two.checkpointHash).toBe(one.checkpointHash);
    expect(one).toMatchObject({
      seed: 7,
      suites: ['quadratics'],
      rounds: 2,
      stoppedBecause: 'rounds',
      targetsMet: false,
    });
    expect(one.before.holdout.answer.n).toBe(20);
    expect(one.stretch?.after.answer.n).toBe(4);
    // Nothing of holdout or steer is in what was learnt.
    const learnt = readFileSync(join(first, 'datasets/round-2.jsonl'), 'utf8');
    for (const { key } of smallSuite.samples) expect(learnt).not.toContain(`"key":"${key}"`);
    // A quarter of it keeps the student's arithmetic.
    const { length } = learnt.trim().split('\n');
    const general = learnt.match(/"key":"general-/g) ?? [];
    expect(general).toHaveLength(Math.round(length * smallConfig.mix.general));
  });

  it('killed at many moments and resumed ends in the same bytes, and does no finished work again', async () => {
    const [undisturbed, disturbed] = [newFolder(), newFolder()];
    await wholeRun(undisturbed);
    for (const events of [2, 9, 30, 60, 45, 70, 25]) await child(disturbed, events);
    expect(await child(disturbed)).toBe(true);
    expect(contents(disturbed)).toEqual(contents(undisturbed));
    const keys = readFileSync(join(disturbed, 'journal.jsonl'), 'utf8').match(/"key":"[^"]+"/g) ?? [];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('interrupted by its signal says so, and its record too', async () => {
    const folder = newFolder();
    using run = createRun(folder, { config: recordConfig(smallConfig) });
    const stop = new AbortController();
    const options = { run, config: smallConfig, suite: smallSuite, teacher: referenceModel(smallSuite) };
    let events = 0;
    const onEvent = (): void => {
      if (++events === 40) stop.abort();
    };
    const error = await distill({ ...options, signal: stop.signal, onEvent }).catch((caught: unknown) => caught);
    expect(isProofstillError(error, 'interrupted')).toBe(true);
    expect(run.record.state).toBe('interrupted');
  });

  it('that is complete gives its summary again without doing anything', async () => {
    const folder = newFolder();
    const first = await wholeRun(folder);
    using run = openRun(folder);
    const kinds: string[] = [];
    const onWorker = (): void => void kinds.push('worker');
    process.on('worker', onWorker);
    onTestFinished(() => void process.off('worker', onWorker));
    const again = await distill({
      run,
      config: smallConfig,
      suite: smallSuite,
      teacher: referenceModel(smallSuite),
      onEvent: ({ kind }) => kinds.push(kind),
    });
    expect(again).toEqual(first);
    expect(kinds).not.toContain('progress');
    // No network is opened either, for answering or for training.
    expect(kinds).not.toContain('worker');
  });

  it('cannot go on with another version of its suite', async () => {
    const folder = newFolder();
    await wholeRun(folder);
    using run = openRun(folder);
    const suite = { ...smallSuite, version: '2' };
    const options = { run, config: smallConfig, suite, teacher: referenceModel(suite) };
    const error = await distill(options).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'record', message: expect.stringContaining('suite quadratics') });
  });

  it('cannot go on with other general rows, and says where a student brings none', async () => {
    const student = join(mkdtempSync(join(tmpdir(), 'proofstill-student-')), 'tiny');
    cpSync(smallConfig.student, student, { recursive: true });
    const config = { ...smallConfig, student };
    /** Stops at its first event, or fails before it. */
    const attempt = async (run: RunFolder): Promise<{ events: DistillEvent[]; error: unknown }> => {
      const stop = new AbortController();
      const events: DistillEvent[] = [];
      const onEvent = (event: DistillEvent): void => {
        events.push(event);
        stop.abort();
      };
      const teacher = referenceModel(smallSuite);
      const error = await distill({ run, config, suite: smallSuite, teacher, signal: stop.signal, onEvent }).catch(
        (caught: unknown) => caught,
      );
      return { events, error };
    };
    using begun = createRun(newFolder(), { config: recordConfig(config) });
    expect((await attempt(begun)).error).toMatchObject({ code: 'interrupted' });
    rmSync(join(student, 'general.jsonl'));
    expect((await attempt(begun)).error).toMatchObject({
      code: 'record',
      message: expect.stringContaining('general.jsonl'),
    });
    using other = createRun(newFolder(), { config: recordConfig(config) });
    const { events } = await attempt(other);
    expect(events).toEqual([{ kind: 'note', text: expect.stringContaining('brings no general.jsonl') }]);
  });

  it('ends where more teacher outputs cannot be judged than are tolerated, and keeps what it has', async () => {
    const { verify } = smallSuite;
    const suite: Suite = {
      ...smallSuite,
      verify: {
        ...verify,
        verify: (sample, output, options) => {
          if (options.policy === 'select') throw new Error('the table is gone');
          return verify.verify(sample, output, options);
        },
      },
    };
    using run = createRun(newFolder(), { config: recordConfig(smallConfig) });
    const stopped = await distill({ run, config: smallConfig, suite, teacher: referenceModel(suite) }).catch(
      (caught: unknown) => caught,
    );
    // Of 40 problems with 3 candidates each, a tenth is 12: the thirteenth is one too many. None passes, so that each
    // problem gets its 8 trials: it is in the second one.
    expect(stopped).toMatchObject({
      code: 'verifier',
      place: expect.stringMatching(/^problem train-1-/),
      message: expect.stringMatching(/^13 of 13 outputs could not be scored.*verifier-threw, the table is gone$/),
    });
    expect(run.candidates(1).values).toHaveLength(16);
    expect(run.record.state).toBe('failed');
  });

  it('learns what the teacher gave before its budget was spent, and then ends', async () => {
    using run = createRun(newFolder(), { config: recordConfig(smallConfig) });
    const teacher = spentAfter(60);
    const summary = await distill({ run, config: smallConfig, suite: smallSuite, teacher });
    expect(summary).toMatchObject({ stoppedBecause: 'spend', rounds: 1, targetsMet: false });
    const kept = run.candidates(1).values.filter(({ fate }) => fate === 'kept');
    expect(kept.length).toBeGreaterThan(0);
    // Every row says which candidate it came from; the others are the student's own.
    const rows = readFileSync(run.dataset(1), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as DatasetRow);
    const from = rows.flatMap((row) => row.from ?? []);
    expect(from.sort()).toEqual(kept.map(({ id, attempt }) => `${id}#${attempt}`).sort());
    expect(rows.every((row) => row.from !== undefined || row.key.startsWith('general-'))).toBe(true);
  });

  it('ends without training where the budget of the teacher is spent before anything was kept', async () => {
    using run = createRun(newFolder(), { config: recordConfig(smallConfig) });
    const summary = await distill({ run, config: smallConfig, suite: smallSuite, teacher: spentAfter(0) });
    expect(summary).toMatchObject({ stoppedBecause: 'spend', rounds: 0, checkpoint: 'checkpoints/round-0' });
  });

  it('refuses targets that its steer samples cannot show: 0.999 takes 3838 of them', async () => {
    const config = { ...smallConfig, targets: { answer: 0.999, p95Ms: 1000 } };
    using run = createRun(newFolder(), { config: recordConfig(config) });
    const error = await distill({ run, config, suite: smallSuite, teacher: referenceModel(smallSuite) }).catch(
      (caught: unknown) => caught,
    );
    // 0.999·1.96²/0.001 = 3837.6
    expect(error).toMatchObject({ code: 'config', place: 'steerSamples', message: expect.stringContaining('3838') });
  });
});
