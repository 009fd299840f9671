/**
 * Work in a thread of its own: ONNX Runtime blocks the thread that runs it, and progress, Ctrl-C and servers must stay
 * alive. One call at a time; events come back while it runs; a flag in shared memory cancels it between two steps.
 */

import { MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';
import { type ErrorCode, isProofstillError, messageOf, ProofstillError } from '../core/errors.ts';

type Reply<Event, Result> =
  | { readonly kind: 'event'; readonly event: Event }
  | { readonly kind: 'result'; readonly result: Result }
  | {
      readonly kind: 'error';
      readonly message: string;
      readonly code?: ErrorCode;
      readonly hint?: string;
      readonly place?: string;
    };

/** A worker that serves calls of one shape. */
export interface Thread<Call, Event, Result> {
  /** Sends a call; a second one waits for the first. Aborting `signal` asks the worker to end early; it still answers. */
  call(call: Call, options?: { signal?: AbortSignal | undefined; onEvent?: (event: Event) => void }): Promise<Result>;
  close(): Promise<void>;
}

interface Pending<Event, Result> {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
  readonly onEvent: ((event: Event) => void) | undefined;
}

/**
 * Starts the worker module `name` beside the caller.
 * @param base the caller's `import.meta.url`: run from TypeScript source, the worker is too
 */
export function openThread<Call, Event, Result>(name: string, base: string): Thread<Call, Event, Result> {
  const fromSource = base.endsWith('.ts');
  const cancel = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(`${name}.${fromSource ? 'ts' : 'js'}`, base), {
    workerData: cancel,
    ...(fromSource ? { execArgv: ['--import', 'jiti/register'] } : {}),
  });
  let pending: Pending<Event, Result> | undefined;
  let death: Error | undefined;
  // Listened to for the worker's whole life: a death between two calls must not bring this process down.
  const die = (cause: Error): void => {
    death ??= cause;
    pending?.reject(death);
    pending = undefined;
  };
  worker.on('error', die);
  worker.on('exit', (code) => die(new Error(`the worker ${name} ended with code ${code}`)));
  worker.on('message', (reply: Reply<Event, Result>) => {
    if (reply.kind === 'event') {
      pending?.onEvent?.(reply.event);
      return;
    }
    if (reply.kind === 'result') pending?.resolve(reply.result);
    else pending?.reject(revived(reply));
    pending = undefined;
  });
  let last: Promise<unknown> = Promise.resolve();
  const send = (call: Call, onEvent?: (event: Event) => void): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (death) {
        reject(death);
        return;
      }
      pending = { resolve, reject, onEvent };
      worker.postMessage(call);
    });
  return {
    call(call, { signal, onEvent } = {}) {
      const begin = async (): Promise<Result> => {
        Atomics.store(cancel, 0, signal?.aborted ? 1 : 0);
        const raise = (): void => void Atomics.store(cancel, 0, 1);
        signal?.addEventListener('abort', raise, { once: true });
        try {
          return await send(call, onEvent);
        } finally {
          signal?.removeEventListener('abort', raise);
        }
      };
      const result = last.then(begin, begin);
      last = result.catch(() => undefined);
      return result;
    },
    async close() {
      die(new Error(`the worker ${name} is closed`));
      await worker.terminate();
    },
  };
}

/**
 * Serves calls in a worker module, in order. `emit` sends an event; `cancelled` tells whether the caller wants the call
 * to end early. Errors of ours keep their code, place and hint on the way.
 */
export function serve<Call, Event, Result>(
  answer: (call: Call, context: { emit: (event: Event) => void; cancelled: () => boolean }) => Promise<Result>,
): void {
  const cancel = workerData as Int32Array;
  if (!(parentPort instanceof MessagePort)) throw new Error('this module runs in a worker only');
  const port = parentPort;
  const post = (reply: Reply<Event, Result>): void => port.postMessage(reply);
  const context = {
    emit: (event: Event) => post({ kind: 'event', event }),
    cancelled: () => Atomics.load(cancel, 0) === 1,
  };
  port.on('message', async (call: Call) => {
    try {
      post({ kind: 'result', result: await answer(call, context) });
    } catch (error) {
      const { code, hint, place } = isProofstillError(error) ? error : {};
      post({
        kind: 'error',
        message: messageOf(error),
        ...(code ? { code } : {}),
        ...(hint ? { hint } : {}),
        ...(place ? { place } : {}),
      });
    }
  });
}

function revived(reply: Extract<Reply<never, never>, { kind: 'error' }>): Error {
  const { code, message, hint, place } = reply;
  if (!code) return new Error(message);
  return new ProofstillError(code, message, { ...(hint ? { hint } : {}), ...(place ? { place } : {}) });
}
