import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { openThread, type Thread } from './worker.ts';

/** A thread that dies when it is told to, and the worker behind it: test/mortal-worker.ts. */
async function mortal(): Promise<{ thread: Thread<string, never, string>; worker: Worker }> {
  const started = once(process, 'worker') as Promise<[Worker]>;
  const thread = openThread<string, never, string>('mortal-worker', new URL('../../test/any.ts', import.meta.url).href);
  const [worker] = await started;
  return { thread, worker };
}

describe('a worker', () => {
  it.each([
    ['dies', 'throw', 'out of something'],
    ['ends', 'exit', 'the worker mortal-worker ended with code 3'],
  ])('that %s between two calls fails the next one, and the process lives on', async (_, order, message) => {
    const { thread, worker } = await mortal();
    expect(await thread.call('live')).toBe('live');
    // Told past the thread: a death that follows an answer of its own may overtake it, for they come by two ports.
    worker.postMessage(order);
    // Not `once` of node:events, which an error before it rejects.
    await new Promise((resolve) => worker.once('exit', resolve));
    await expect(thread.call('live')).rejects.toThrow(message);
    await expect(thread.call('live')).rejects.toThrow(message);
    await thread.close();
  });

  it('that ends in a call fails it, and those that wait', async () => {
    const { thread } = await mortal();
    const calls = await Promise.allSettled(['live', 'exit', 'live'].map((order) => thread.call(order)));
    const reason = new Error('the worker mortal-worker ended with code 3');
    expect(calls).toEqual([
      { status: 'fulfilled', value: 'live' },
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ]);
  });

  it('that is closed takes no calls', async () => {
    const { thread } = await mortal();
    await thread.close();
    await expect(thread.call('live')).rejects.toThrow('the worker mortal-worker is closed');
  });
});
