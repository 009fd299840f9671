import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ProofstillError } from '../core/errors.ts';
import { inOrder, type Work } from './in-order.ts';

const CHUNK = 64;
const items = (chunks: number): number[] => Array.from({ length: CHUNK * chunks }, (_, index) => index);

/** Doubles each number; `before` runs at the start of a chunk, by its index. */
const doubling =
  (before: (chunk: number, signal: AbortSignal) => Promise<void> | void): Work<number, { doubled: number }> =>
  async (chunk, tell, signal) => {
    await before(chunk[0]! / CHUNK, signal);
    for (const [index, number] of chunk.entries()) tell(index, { doubled: 2 * number });
  };

async function results(work: Work<number, { doubled: number }>, chunks: number): Promise<number[]> {
  const found: number[] = [];
  for await (const [, { doubled }] of inOrder(items(chunks), work)) found.push(doubled);
  return found;
}

/** A promise and what resolves it. */
function gate(): { open: () => void; opened: Promise<void> } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('work in order', () => {
  it('goes on with later chunks while the first one is slow, and still gives its results first', async () => {
    const sixth = gate();
    const work = doubling(async (chunk) => {
      // The first one ends only after the sixth was begun: waiting for it would never end.
      if (chunk === 0) await sixth.opened;
      if (chunk === 5) sixth.open();
    });
    expect(await results(work, 8)).toEqual(items(8).map((number) => 2 * number));
  });

  it('runs no more than 32 chunks ahead of a slow one', async () => {
    const first = gate();
    let begun = 0;
    const work = doubling(async (chunk) => {
      begun++;
      if (chunk === 0) await first.opened;
    });
    const all = results(work, 40);
    for (let turn = 0; turn < 200; turn++) await setImmediate();
    expect(begun).toBe(32);
    first.open();
    expect(await all).toHaveLength(40 * CHUNK);
    expect(begun).toBe(40);
  });

  it('gives a result as soon as it and all before it are there, not only when its chunk ends', async () => {
    const rest = gate();
    const work: Work<number, { doubled: number }> = async (chunk, tell) => {
      tell(0, { doubled: 0 });
      await rest.opened;
      for (const index of chunk.keys()) if (index > 0) tell(index, { doubled: 1 });
    };
    const running = inOrder(items(1), work);
    expect((await running.next()).value).toEqual([0, { doubled: 0 }]);
    rest.open();
    expect((await running.next()).value).toEqual([1, { doubled: 1 }]);
    await running.return();
  });

  it('throws at the first item without a result, begins nothing after it, and leaves nothing running', async () => {
    const ended: number[] = [];
    const work: Work<number, { doubled: number }> = async (chunk, tell, signal) => {
      const number = chunk[0]! / CHUNK;
      if (number === 1) throw new ProofstillError('model', 'gone');
      if (number > 1) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      for (const index of chunk.keys()) tell(index, { doubled: 0 });
      ended.push(number);
    };
    const found: number[] = [];
    const run = async (): Promise<void> => {
      for await (const [item] of inOrder(items(9), work)) found.push(item);
    };
    await expect(run()).rejects.toMatchObject({ code: 'model' });
    expect(found).toEqual(items(1));
    expect(ended).toEqual([0, 2, 3]);
  });

  it('ends its work where the consumer wants no more', async () => {
    let aborted = 0;
    const work = doubling(async (chunk, signal) => {
      if (chunk === 0) return;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      aborted++;
    });
    for await (const [item] of inOrder(items(9), work)) if (item === 3) break;
    // Of the eight others, no more than four were ever running.
    expect(aborted).toBeGreaterThanOrEqual(3);
    expect(aborted).toBeLessThanOrEqual(4);
  });

  it('gives nothing of nothing', async () => {
    expect(
      await results(
        doubling(() => {}),
        0,
      ),
    ).toEqual([]);
  });
});
