import { spawnSync } from 'node:child_process';
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
import { describe, expect, it, onTestFinished } from 'vitest';
import { evaluationOf, headOf } from '../../test/fixtures/evaluated.ts';
import { DEFAULTS, recordConfig } from './config.ts';
import { createRun, openRun, readRun } from './folder.ts';

const settings = { config: recordConfig(DEFAULTS) };

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'run-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const evaluation = (sample: string) => evaluationOf({ sample, answer: 'pass' });
const head = headOf(2);

/** A process number that was given out and is free again. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

describe('a new run', () => {
  it('holds its config and state, and a folder for each kind of record', () => {
    const directory = join(temporary(), 'runs', 'one');
    using run = createRun(directory, settings);
    expect(readRun(directory)).toMatchObject({ schema: 1, state: 'running', config: settings.config });
    expect(readdirSync(directory).sort()).toEqual([
      'candidates',
      'checkpoints',
      'datasets',
      'evaluations',
      'journal.jsonl',
      'lock',
      'measurements',
      'run.json',
    ]);
    run.setState('complete');
    expect(readRun(directory).state).toBe('complete');
  });

  it('is refused in a folder that is a run, with the way to go on', () => {
    const directory = temporary();
    createRun(directory, settings).close();
    const before = readFileSync(join(directory, 'run.json'), 'utf8');
    expect(() => createRun(directory, settings)).toThrow(
      expect.objectContaining({ code: 'record', place: directory, hint: expect.stringContaining('--resume') }),
    );
    expect(readFileSync(join(directory, 'run.json'), 'utf8')).toBe(before);
    openRun(directory).close();
  });

  it('is refused in a folder with other files, which stay', () => {
    const directory = temporary();
    writeFileSync(join(directory, 'report.html'), 'mine');
    expect(() => createRun(directory, settings)).toThrow(
      expect.objectContaining({ code: 'record', message: expect.stringContaining('report.html') }),
    );
    expect(readdirSync(directory)).toEqual(['report.html']);
  });

  it('that was killed before it had a run.json can be made again', () => {
    const directory = temporary();
    mkdirSync(join(directory, 'evaluations'));
    writeFileSync(join(directory, 'lock'), `${deadProcess()}`);
    createRun(directory, settings).close();
    expect(readRun(directory).state).toBe('running');
  });

  it('in a place that cannot be written to is a record error naming it', () => {
    const file = join(temporary(), 'file');
    writeFileSync(file, '');
    expect(() => createRun(join(file, 'run'), settings)).toThrow(
      expect.objectContaining({ code: 'record', place: join(file, 'run'), hint: expect.stringContaining('--run') }),
    );
  });

  it.runIf(process.platform === 'linux')('in a file system that has no place for it ends in an error too', () => {
    // Below /proc the system answers "no such file" to whoever makes a folder, and will for ever.
    expect(() => createRun('/proc/proofstill/run', settings)).toThrow(
      expect.objectContaining({
        code: 'record',
        place: '/proc/proofstill/run',
        message: expect.stringContaining('ENOENT'),
      }),
    );
  });
});

describe('a resumed run', () => {
  it('finds records and journal as they were, and appends to them', () => {
    const directory = temporary();
    {
      using run = createRun(directory, settings);
      run.journal.record('work', { done: true });
      run.evaluations('before', head).append(evaluation('a'));
    }
    appendFileSync(join(directory, 'evaluations', 'before.jsonl'), '{"schema":1,"sample":"b","ar');
    using run = openRun(directory);
    expect(run.record.config).toEqual(settings.config);
    expect(run.journal.get('work')).toEqual({ done: true });
    expect(run.evaluations('before', head).values).toEqual([evaluation('a')]);
    run.evaluations('before', head).append(evaluation('b'));
    expect(run.evaluations('before', head).values).toEqual([evaluation('a'), evaluation('b')]);
  });

  it('is refused where there is none', () => {
    const directory = temporary();
    for (const place of [directory, join(directory, 'missing')]) {
      expect(() => openRun(place)).toThrow(expect.objectContaining({ code: 'record', place }));
    }
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is refused with a run.json of another form, naming it', () => {
    const directory = temporary();
    createRun(directory, settings).close();
    const file = join(directory, 'run.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"state"', '"status"'));
    expect(() => openRun(directory)).toThrow(expect.objectContaining({ code: 'record', place: file }));
    expect(existsSync(join(directory, 'lock'))).toBe(false);
  });

  it('gives the lock back when its journal is corrupt', () => {
    const directory = temporary();
    createRun(directory, settings).close();
    writeFileSync(join(directory, 'journal.jsonl'), 'corrupt\n');
    expect(() => openRun(directory)).toThrow(expect.objectContaining({ place: join(directory, 'journal.jsonl:1') }));
    expect(existsSync(join(directory, 'lock'))).toBe(false);
  });
});

describe('the lock of a run', () => {
  it('keeps a second opening out, in this process and for a living other one, and names who has it', () => {
    const directory = temporary();
    const run = createRun(directory, settings);
    const busy = { code: 'record', message: `process ${process.pid} is working on this run folder` };
    expect(() => openRun(directory)).toThrow(expect.objectContaining(busy));
    run.close();
    writeFileSync(join(directory, 'lock'), `${process.ppid}`);
    expect(() => openRun(directory)).toThrow(
      expect.objectContaining({ message: `process ${process.ppid} is working on this run folder`, place: directory }),
    );
    expect(readFileSync(join(directory, 'lock'), 'utf8')).toBe(`${process.ppid}`);
  });

  it.each([
    ['a process that was killed', () => `${deadProcess()}`],
    ['an earlier process with the number of this one', () => `${process.pid}`],
    ['nobody, being damaged', () => 'damaged'],
  ])('of %s is taken over', (_name, holder) => {
    const directory = temporary();
    createRun(directory, settings).close();
    writeFileSync(join(directory, 'lock'), holder());
    using run = openRun(directory);
    expect(readFileSync(join(directory, 'lock'), 'utf8')).toBe(`${process.pid}`);
    expect(run.record.state).toBe('running');
  });
});

it('a file is written whole and replaces the old one', () => {
  const directory = temporary();
  using run = createRun(directory, settings);
  run.write('report.html', 'old');
  expect(run.write('report.html', 'new')).toBe(join(directory, 'report.html'));
  expect(readFileSync(join(directory, 'report.html'), 'utf8')).toBe('new');
  expect(readdirSync(directory).filter((name) => name.startsWith('.'))).toEqual([]);
});
