/** Runs a network once, for tests that look at its numbers. */

import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';

/** Numbers with their shape; BigInt64Array for int64. */
export type Feed = readonly [data: Float32Array | BigInt64Array, shape: readonly number[]];
export type RunGraph = (feeds: Readonly<Record<string, Feed>>) => Promise<Record<string, Float32Array>>;

/** Opens `network` on one thread, lets `work` run it as often as it likes, and closes it. */
export async function withGraph<T>(network: Uint8Array, work: (run: RunGraph) => Promise<T>): Promise<T> {
  const session = await InferenceSession.create(network, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  try {
    return await work(async (feeds) => {
      const tensors = Object.entries(feeds).map(([name, [data, shape]]) => [name, tensorOf(data, shape)] as const);
      const outputs = await session.run(Object.fromEntries(tensors));
      return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
    });
  } finally {
    await session.release();
  }
}

/** Runs `network` once. */
export function runGraph(
  network: Uint8Array,
  feeds: Readonly<Record<string, Feed>>,
): Promise<Record<string, Float32Array>> {
  return withGraph(network, (run) => run(feeds));
}

/** The largest distance between two numbers at the same place. */
export function largestDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  if (left.length !== right.length) throw new Error(`${left.length} numbers cannot be compared with ${right.length}`);
  return Array.from(left, (value, index) => Math.abs(value - right[index]!)).reduce((a, b) => Math.max(a, b), 0);
}

function tensorOf(data: Float32Array | BigInt64Array, shape: readonly number[]): RuntimeTensor {
  return data instanceof BigInt64Array
    ? new RuntimeTensor('int64', data, shape)
    : new RuntimeTensor('float32', data, shape);
}
