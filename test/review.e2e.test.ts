/** `proofstill review` as a person runs it, and reviews that are killed. */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRun, DEFAULTS, openRun, randomStream, recordConfig } from 'proofstill';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../src/cli/app.ts';
import type { Candidate } from '../src/core/records.ts';
import { reviewSchema } from '../src/core/records.ts';
import { reviewedText } from '../src/core/review.ts';
import { readLines } from '../src/run/lines.ts';
import { reviewsOf } from '../src/teacher.ts';
import { ALL_STAGES, settleEach } from '../src/verify/settle.ts';
import { candidateOf } from './fixtures/candidates.ts';
import { ask } from './fixtures/requests.ts';
import { cli, type Ended, folder } from './run-cli.ts';

const GOOD = '<think>2*3=6, 2+3=5\nx=2, x=3</think><answer>x=2, x=3</answer>';
const quadratic = (id: string, fate: Candidate['fate'] = 'waiting'): Candidate =>
  candidateOf({ id, area: 'monic', prompt: 'Solve x^2-5x+6=0', expected: 'x=2, x=3', text: GOOD, fate });

function runWith(...candidates: readonly Candidate[]): string {
  const parent = mkdtempSync(join(tmpdir(), 'proofstill-review-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const path = join(parent, 'run');
  using run = createRun(path, { config: recordConfig(DEFAULTS) });
  for (const candidate of candidates) run.candidates(1).append(candidate);
  return path;
}

/** What a run's reviews make of candidates that all wait for a person. */
function fatesOf(candidates: readonly Candidate[], run: string): Candidate['fate'][] {
  const rejection = { ...ALL_STAGES, person: 'all' } as const;
  const settled = settleEach(candidates, { rejection, keep: 1, selection: 'shortest', review: reviewsOf(run) });
  return settled.map(({ fate }) => fate);
}

interface Sitting {
  readonly url: string;
  readonly end: Promise<Ended>;
  /** Ctrl-C. */
  stop(): void;
}

/** The verb at work in this process, its page being there. */
async function reviewing(run: string, ...argv: string[]): Promise<Sitting> {
  const stopping = new AbortController();
  let [out, err] = ['', ''];
  let found = (_url: string): void => {};
  const address = new Promise<string>((settle) => {
    found = settle;
  });
  const stdout = {
    write(text: string) {
      out += text;
    },
  };
  const stderr = {
    write(text: string) {
      err += text;
      const [url] = /http:\S+/.exec(text) ?? [];
      if (url) found(url);
    },
  };
  const process: { stdout: typeof stdout; stderr: typeof stderr; env: object; exitCode?: number | string | null } = {
    stdout,
    stderr,
    env: {},
  };
  const context = { process, signal: stopping.signal };
  const end = runCli(['review', '--run', run, '--no-open', ...argv], context as Parameters<typeof runCli>[1]).then(
    () => ({ code: Number(process.exitCode ?? 0), out, err }),
  );
  const url = await Promise.race([
    address,
    end.then(({ err }) => {
      throw new Error(err);
    }),
  ]);
  return { url, end, stop: () => stopping.abort() };
}

const post = (url: string, path: string, body: object = {}) => ask(url, { method: 'POST', path, body });

/** What the page sends about the candidate at place `n` of the queue. */
const orderOf = (candidate: Candidate, n: number, order: object): object => {
  return { n, hash: reviewedText(candidate).hash, ...order };
};

describe('proofstill review', () => {
  const waiting = ['a', 'b', 'c'].map((id) => quadratic(id));

  it('records what is decided on its page, and sums it up when the reviewer is done', async () => {
    const run = runWith(...waiting, quadratic('k', 'kept'));
    const { url, end } = await reviewing(run);
    await post(url, '/decide', orderOf(waiting[0]!, 0, { decision: 'accept' }));
    const edited = await post(url, '/decide', orderOf(waiting[1]!, 1, { decision: 'edit', text: ` ${GOOD}` }));
    expect(edited.status).toBe(200);
    await post(url, '/done');
    const { code, out } = await end;
    expect(out).toBe('3 queued: 1 accepted, 0 rejected, 1 edited and accepted, 1 left.\n');
    expect(code).toBe(0);
    const fates = fatesOf(waiting, run);
    expect(fates).toEqual(['kept', 'kept', 'waiting']);
    expect(existsSync(join(run, 'reviews.lock'))).toBe(false);
  });

  it('shows the built page, whose one script is the one that its policy allows', async () => {
    const { url, end, stop } = await reviewing(runWith(...waiting));
    const { text, headers } = await ask(url);
    const script = text.slice(text.lastIndexOf('<script>') + '<script>'.length, text.lastIndexOf('</script>'));
    const hash = createHash('sha256').update(script).digest('base64');
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; /);
    expect(headers['content-security-policy']).toContain(`script-src 'sha256-${hash}'`);
    expect(text).not.toMatch(/https?:|\/\/[a-z0-9-]+\.[a-z]/i);
    stop();
    await end;
  });

  it('ends by Ctrl-C with what was decided, as JSON where that is asked for, and goes on later', async () => {
    const run = runWith(...waiting, quadratic('k', 'kept'));
    const first = await reviewing(run, '--json', '--all');
    await post(first.url, '/decide', orderOf(quadratic('k', 'kept'), 3, { decision: 'reject' }));
    first.stop();
    const { code, out } = await first.end;
    expect([code, JSON.parse(out)]).toEqual([0, { queued: 4, accepted: 0, rejected: 1, edited: 0, left: 3 }]);
    const second = await reviewing(run, '--json', '--sample', '1');
    second.stop();
    expect(JSON.parse((await second.end).out)).toEqual({ queued: 4, accepted: 0, rejected: 1, edited: 0, left: 3 });
  });

  it('goes on beside the run, but not beside another review', async () => {
    const run = runWith(...waiting);
    using _atWork = openRun(run);
    const { end, stop } = await reviewing(run);
    const { code, err } = await cli('review', '--run', run, '--no-open');
    expect([code, err]).toEqual([2, expect.stringMatching(/^error: process \d+ is reviewing this run\n/)]);
    stop();
    expect((await end).code).toBe(0);
  });

  it('says that nothing waits, and is done', async () => {
    const run = runWith(quadratic('k', 'kept'), quadratic('r', 'rejected'));
    const said = await cli('review', '--run', run);
    expect([said.code, said.out]).toEqual([
      0,
      'None of 2 candidates waits for a person. --all shows those that were kept, --sample <n> some of them.\n',
    ]);
    const counts = await cli('review', '--run', run, '--json');
    expect(JSON.parse(counts.out)).toEqual({ queued: 0, accepted: 0, rejected: 0, edited: 0, left: 0 });
  });

  it.each([
    ['without a run', () => folder(), [], 'there is no run in this folder'],
    ['of a run without candidates', () => runWith(), [], 'there are no candidates in this run'],
    ['of all and some', () => runWith(...waiting), ['--all', '--sample', '2'], 'all kept traces and some of them'],
    ['on no port', () => runWith(...waiting), ['--port', '0'], 'expected a port from 1 to 65535'],
    ['of no traces', () => runWith(...waiting), ['--sample', '0'], 'expected a whole number from 1'],
    [
      'by a suite that is not there',
      () => runWith(...waiting),
      ['--suite', 'qadratics'],
      'there is no suite "qadratics"',
    ],
  ])('%s is a clear error', async (_what, run, argv, message) => {
    const { code, err } = await cli('review', '--run', run(), '--no-open', ...argv);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('on a port that is taken says so, and leaves no lock behind', async () => {
    const run = runWith(...waiting);
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((settle) => other.once('listening', settle));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const { code, err } = await cli('review', '--run', run, '--no-open', '--port', String(port));
    expect([code, err]).toEqual([2, expect.stringContaining(`at: --port ${port}`)]);
    expect(existsSync(join(run, 'reviews.lock'))).toBe(false);
  });
});

describe('a review that is killed', () => {
  const reviewer = (run: string) =>
    spawn(process.execPath, ['--import', 'jiti/register', 'test/fixtures/reviewer.ts', run], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  it('at any moment keeps every decision that was answered, in order, and at most one more', async () => {
    const candidates = Array.from({ length: 24 }, (_, index) => candidateOf({ id: `p-${index}` }));
    const run = runWith(...candidates);
    const random = randomStream(5, 'kills');
    const orders = ['accept', 'reject', 'edit'] as const;
    const sent: string[] = [];
    let kept: string[] = [];
    // The last one is killed when all is decided: a decision that is always cut off would keep this going for ever.
    for (let sitting = 1; kept.length < candidates.length; sitting++) {
      const child = reviewer(run);
      const gone = new Promise((settle) => child.on('exit', settle));
      const url = await new Promise<string>((settle) => {
        child.stdout.once('data', (chunk: Buffer) => settle(chunk.toString().trim()));
      });
      const before = kept.length;
      let answered = before;
      const isCutOff = sitting <= 6;
      const until = isCutOff ? Math.min(before + random.int(1, 6), candidates.length) : candidates.length;
      for (let n = before; n < until; n++) {
        const decision = orders[n % 3]!;
        const edit = decision === 'edit' ? { text: '<think>so</think><answer>4</answer>' } : {};
        const asked = post(url, '/decide', orderOf(candidates[n]!, n, { decision, ...edit }));
        sent[n] = `p-${n} ${decision}`;
        if (isCutOff && n === until - 1) {
          const isAnswered = asked.then(
            ({ status }) => status === 200,
            () => false,
          );
          // Before it arrives, while it is written, or after it was answered.
          for (let turn = random.int(0, 600); turn > 0; turn--) await new Promise(setImmediate);
          child.kill('SIGKILL');
          answered += Number(await isAnswered);
        } else {
          expect((await asked).status).toBe(200);
          answered++;
        }
      }
      child.kill('SIGKILL');
      await gone;
      kept = readLines(join(run, 'reviews.jsonl'), reviewSchema).map(({ id, decision }) => `${id} ${decision}`);
      expect(kept).toEqual(sent.slice(0, kept.length));
      expect(kept.length).toBeGreaterThanOrEqual(answered);
      expect(kept.length).toBeLessThanOrEqual(until);
    }
    const fates = fatesOf(candidates, run);
    expect(fates).toEqual(candidates.map((_, index) => (index % 3 === 1 ? 'rejected' : 'kept')));
  });
});
