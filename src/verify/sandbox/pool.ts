/**
 * A pool of warm sandbox children: hostile work (candidate code, SQL, regular expressions) runs in one of them, behind a
 * deadline and SIGKILL. A child that was killed is replaced when the next job needs one, and each is retired after some
 * hundred jobs. Idle children do not keep the process alive.
 *
 * What it protects from: endless and explosive work, results that are written on or made up, one candidate meeting another,
 * and, where the system has network namespaces, talk to any other machine.
 * What it does not protect from: an attacker who breaks out of V8. Native code in the child could read what the user may
 * read, open a Unix socket by its path, and forge the replies to its own and to later jobs of that child. Nor from a machine
 * so busy that right code misses its deadline, nor from about a gigabyte of memory for each child while it is being stopped.
 * For code by people who mean harm, run the whole harness in a container or a virtual machine without network.
 */

import { availableParallelism } from 'node:os';
import { ProofstillError } from '../../core/errors.ts';
import type { JobKind, JobOf } from './protocol.ts';
import { type Ended, type JobOptions, openWarmChild, type WarmChild } from './warm-child.ts';

export interface SandboxOptions {
  /** Children at one time. @default one for each core */
  readonly size?: number;
  /** Jobs after which a child is retired. @default 500 */
  readonly jobsPerChild?: number;
}

export interface Sandbox extends AsyncDisposable {
  /**
   * Runs a job in the next free child. However it ends is a value; see {@link Ended}.
   * @throws ProofstillError `interrupted` once the signal is aborted; `verifier` where no child can be started, or the
   * sandbox is closed.
   */
  run<Kind extends JobKind>(job: JobOf<Kind>, options: JobOptions): Promise<Ended<Kind>>;
  /** Kills every child, and with it the jobs that run or wait. */
  close(): Promise<void>;
}

export function openSandbox({ size = availableParallelism(), jobsPerChild = 500 }: SandboxOptions = {}): Sandbox {
  const idle: WarmChild[] = [];
  const all = new Set<WarmChild>();
  /** Jobs that wait for a child, in their order; each is woken to look for one. */
  const waiting: (() => void)[] = [];
  let isClosed = false;

  const take = async (signal: AbortSignal | undefined): Promise<WarmChild> => {
    for (;;) {
      if (isClosed) throw new ProofstillError('verifier', 'expected an open sandbox, but it is closed');
      if (signal?.aborted) {
        // Who was woken and leaves must not take the turn along.
        waiting.shift()?.();
        throw new ProofstillError('interrupted', 'interrupted', { cause: signal.reason });
      }
      const child = idle.pop() ?? (all.size < size ? openWarmChild() : undefined);
      if (child) all.add(child);
      if (child?.isAlive) return child;
      if (child) all.delete(child);
      else await turn(waiting, signal);
    }
  };
  const giveBack = (child: WarmChild): void => {
    if (child.isAlive && child.jobs < jobsPerChild && !isClosed) idle.push(child);
    else {
      all.delete(child);
      void child.close();
    }
    waiting.shift()?.();
  };

  const close = async (): Promise<void> => {
    isClosed = true;
    for (const wake of waiting.splice(0)) wake();
    await Promise.all([...all].map((child) => child.close()));
  };
  return {
    async run(job, options) {
      const child = await take(options.signal);
      try {
        return await child.run(job, options);
      } finally {
        giveBack(child);
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

let shared: Sandbox | undefined;

/** The sandbox that verifiers share, opened at its first use. It needs no closing: it ends with the process. */
export function sharedSandbox(): Sandbox {
  shared ??= openSandbox();
  return shared;
}

/** Waits in line until woken, or until the signal aborts. */
function turn(waiting: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const leave = (): void => {
      const at = waiting.indexOf(wake);
      if (at >= 0) waiting.splice(at, 1);
      wake();
    };
    const wake = (): void => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    signal?.addEventListener('abort', leave, { once: true });
    waiting.push(wake);
  });
}
