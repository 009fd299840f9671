/** Many items worked on side by side, their results in the order of the items: so a slow answer idles nobody. */

import { isProofstillError } from '../core/errors.ts';

/** Items worked on together: enough for a model to fill a batch, few enough that a kill loses little. */
const CHUNK = 64;
/** Chunks worked on at once. */
const RUNNING = 4;
/** Chunks begun whose results are not all handed over: what waits for a slow one takes memory. */
const AHEAD = 32;

/**
 * Works on the items of a chunk, tells each result by the item's index in it, and ends when all are told. It ends early, by
 * throwing, once `signal` is aborted.
 */
export type Work<T, R> = (
  chunk: readonly T[],
  tell: (index: number, result: R) => void,
  signal: AbortSignal,
) => Promise<void>;

interface Begun<R> {
  readonly results: readonly Promise<R | undefined>[];
  fault?: unknown;
}

/**
 * Pairs of item and result, in the order of `items`, each as soon as it and all before it are there.
 * @throws what `work` throws, at the first item without a result; but a `budget` error only after every later result that
 * is there: what was paid for is kept. Nothing is begun after an error, and nothing runs on when this ends.
 */
export async function* inOrder<T, R extends object>(
  items: readonly T[],
  work: Work<T, R>,
  signal?: AbortSignal,
): AsyncGenerator<readonly [T, R], void> {
  const stop = new AbortController();
  const ended = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const running = new Set<Promise<void>>();
  const begun: Begun<R>[] = [];
  let handed = 0;
  let isOver = false;
  let spent: unknown;
  const begin = (): void => {
    while (!isOver && running.size < RUNNING && begun.length - handed < AHEAD && begun.length * CHUNK < items.length) {
      const chunk = items.slice(begun.length * CHUNK, (begun.length + 1) * CHUNK);
      const slots = chunk.map(() => slot<R>());
      const one: Begun<R> = { results: slots.map(({ result }) => result) };
      begun.push(one);
      const run = work(chunk, (index, result) => slots[index]!.resolve(result), ended)
        .catch((error: unknown) => {
          one.fault = error;
          isOver = true;
          if (isProofstillError(error, 'budget')) spent ??= error;
        })
        .finally(() => {
          for (const { resolve } of slots) resolve(undefined);
          running.delete(run);
          begin();
        });
      running.add(run);
    }
  };
  try {
    begin();
    for (const [index, item] of items.entries()) {
      const one = begun[Math.floor(index / CHUNK)];
      if (!one) break;
      const result = await one.results[index % CHUNK];
      if (result) yield [item, result];
      else if (!isProofstillError(one.fault, 'budget')) throw one.fault;
      if (index % CHUNK < CHUNK - 1) continue;
      begun[handed++] = { results: [] };
      begin();
    }
    await Promise.all(running);
    if (spent !== undefined) throw spent;
  } finally {
    isOver = true;
    stop.abort();
    await Promise.all(running);
  }
}

function slot<R>(): { result: Promise<R | undefined>; resolve: (result: R | undefined) => void } {
  let resolve = (_: R | undefined): void => {};
  const result = new Promise<R | undefined>((done) => {
    resolve = done;
  });
  return { result, resolve };
}
