/** One sandbox child and the single job that it may have: started once, used many times, killed when it must be. */

import type { ChildProcess } from 'node:child_process';
import { ProofstillError } from '../../core/errors.ts';
import { launch } from './launch.ts';
import { type JobKind, type JobOf, RESULTS, type ResultOf, saidSchema } from './protocol.ts';

/** What a job that killed its child looks like from outside. */
export interface Crashed {
  readonly kind: 'crashed';
  /** Exit code or signal, and the last that it wrote. */
  readonly message: string;
}

/** How a job ended: its result, or how it was stopped. */
export type Ended<Kind extends JobKind> = ResultOf<Kind> | Stopped | Crashed;

interface Stopped {
  readonly kind: 'timed-out' | 'out-of-memory';
}

export interface JobOptions {
  /** Milliseconds of wall clock from the moment the child has the job. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface WarmChild {
  readonly isAlive: boolean;
  /** Jobs done so far. */
  readonly jobs: number;
  /** Runs a job; only when the one before has ended. */
  run<Kind extends JobKind>(job: JobOf<Kind>, options: JobOptions): Promise<Ended<Kind>>;
  /** Kills it; resolves when it is gone. */
  close(): Promise<void>;
}

/** A child that is not ready after this time never will be; a busy machine takes seconds. */
const START_MS = 60_000;
/** What a child gets on top of its deadline to end the job by itself and stay warm. */
const GRACE_MS = 250;
const STDERR_CHARACTERS = 8_192;

export function openWarmChild(): WarmChild {
  const child = launch();
  let jobs = 0;
  let isReady = false;
  let stderr = '';
  let gone: string | undefined;
  /** Wakes the job that waits for this child. */
  let wake = (): void => {};
  let said: { readonly id: number; readonly result: unknown } | undefined;

  const die = (how: string): void => {
    gone ??= how;
    wake();
  };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_CHARACTERS);
  });
  child.on('error', (error) => die(error.message));
  // Not `exit`: what the child wrote last says how it died, and is read to its end before `close`.
  const closed = new Promise<void>((resolve) => {
    child.on('close', (code, signal) => {
      die(signal ? `ended by ${signal}` : `ended with code ${code}`);
      resolve();
    });
  });
  child.on('message', (message) => {
    const read = saidSchema.safeParse(message);
    if (!read.success) child.kill('SIGKILL');
    else if (read.data.kind === 'ready') isReady = true;
    else said = { id: read.data.id, result: read.data.result };
    wake();
  });
  keepAlive(child, false);

  /** Resolves once `isTrue` is, by the clock, or with the child's death; whichever is first. */
  const until = (isTrue: () => boolean, ms: number, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        wake = () => {};
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', end, { once: true });
      wake = () => {
        if (gone !== undefined || isTrue()) end();
      };
      if (signal?.aborted) end();
      else wake();
    });
  const kill = async (): Promise<void> => {
    // Whoever waits for its end must not end before.
    keepAlive(child, true);
    child.kill('SIGKILL');
    await closed;
  };

  return {
    get isAlive() {
      return gone === undefined;
    },
    get jobs() {
      return jobs;
    },
    async run<Kind extends JobKind>(job: JobOf<Kind>, { deadlineMs, signal }: JobOptions): Promise<Ended<Kind>> {
      const id = ++jobs;
      keepAlive(child, true);
      try {
        await until(() => isReady, START_MS, signal);
        if (isReady && gone === undefined && !signal?.aborted) {
          child.send({ ...job, id, deadlineMs }, () => {});
          await until(() => said?.id === id, deadlineMs + GRACE_MS, signal);
        }
        if (said?.id === id) {
          const read = RESULTS[job.kind].safeParse(said.result);
          if (read.success) return read.data as ResultOf<Kind>;
          await kill();
          return { kind: 'crashed', message: 'it said something that is no reply' };
        }
        const death = gone;
        if (death === undefined) await kill();
        if (signal?.aborted) throw new ProofstillError('interrupted', 'interrupted', { cause: signal.reason });
        if (!isReady) throw notStarted(death, stderr);
        return death === undefined ? { kind: 'timed-out' } : diagnosis(death, stderr);
      } finally {
        keepAlive(child, false);
      }
    },
    close: kill,
  };
}

/** An idle child must not keep this process from ending; a busy one must. */
function keepAlive(child: ChildProcess, isBusy: boolean): void {
  for (const handle of [child, child.channel, child.stderr as unknown as { ref(): void; unref(): void } | null]) {
    if (isBusy) handle?.ref();
    else handle?.unref();
  }
}

function diagnosis(death: string, stderr: string): Stopped | Crashed {
  if (/heap out of memory|invalid (?:array|size|table size)/i.test(stderr)) return { kind: 'out-of-memory' };
  const fatal = /^.*(?:fatal|error).*$/im.exec(stderr)?.[0].trim();
  return { kind: 'crashed', message: (fatal ? `${death}: ${fatal}` : death).slice(0, 200) };
}

function notStarted(death: string | undefined, stderr: string): ProofstillError {
  const why = death === undefined ? `not ready after ${START_MS / 1000} s` : `${death}: ${stderr.trim().slice(-400)}`;
  return new ProofstillError('verifier', `expected a sandbox child to start, but it was ${why}`, {
    hint: 'Run the same Node with --experimental-permission by hand to see what it refuses.',
  });
}
