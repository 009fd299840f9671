import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { openThread, type Thread } from './worker.ts';

/** A thread that dies when it is told to, and when it has ended: test/mortal-worker.ts. */
async function mortal(): Promise<{ thread: Thread<string, never, string>; ended: Promise<unknown> }> {
  const started = once(process, 'worker') as Promise<[Worker]>;
  const thread = openThread<string, never, string>('mortal-worker', new URL('../../test/any.ts', import.meta.url).href);
  const [worker] = await started;
  return { thread, ended: new Promise((resolve) => worker.once('exit', resolve)) };
}

describe('a worker', () => {
  it.each([
    ['dies', 'answer and die', 'out of something'],
    ['ends', 'answer and exit', 'the worker mortal-worker ended with code 3'],
  ])('that %s between two calls fails the next one, and the process lives on', async (_, order, message) => {
    const { thread, ended } = await mortal();
    expect(await thread.call(order)).toBe(order);
    await ended;
    await expect(thread.call('live')).rejects.toThrow(message);
    await expect(thread.call('live')).rejects.toThrow(message);
    await thread.close();
  });

  it('that ends in a call fails it, and those that wait', async () => {
    const { thread } = await mortal();
    const calls = await Promise.allSettled(['live', 'die', 'live'].map((order) => thread.call(order)));
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
