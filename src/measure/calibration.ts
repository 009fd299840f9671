/**
 * A fixed piece of work in the manner of a decoder: one prompt through a chain of matrix products, then token after token.
 * Its time says how fast this machine is just now, and is the unit in which latencies of two machines are compared.
 */

import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import { randomStream } from '../core/seed.ts';
import { Graph, type Tensor } from '../nn/graph.ts';
import type { Dim } from '../nn/onnx.ts';

/** Name and version: any change of what is computed needs another, for milliseconds of two are not comparable. */
export const WORKLOAD = 'decode-1';

const WIDTH = 256;
const INNER = 512;
/** 8.4 MB of weights, more than a core's own cache holds. */
const BLOCKS = 8;
/** Rows of the prompt. */
export const PROMPT = 24;
/** Enough that other processes get their turn within it, as they do within an answer. */
export const TOKENS = 48;

export interface Calibration {
  /** Does the work once. @returns milliseconds */
  time(): Promise<number>;
  close(): Promise<void>;
}

/** @param threads of the student that it stands beside */
export async function openCalibration(threads: number): Promise<Calibration> {
  const session = await InferenceSession.create(calibrationNetwork(), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
  });
  const rows = (count: number): RuntimeTensor =>
    new RuntimeTensor('float32', new Float32Array(count * WIDTH).fill(1), [count, WIDTH]);
  const [prompt, token] = [rows(PROMPT), rows(1)];
  return {
    async time() {
      const began = performance.now();
      await session.run({ input: prompt });
      for (let step = 0; step < TOKENS; step++) await session.run({ input: token });
      return performance.now() - began;
    },
    close: () => session.release(),
  };
}

/** Input and output (rows, 256): eight blocks of norm, two products with a sigmoid in between, and the sum with what came in. */
export function calibrationNetwork(): Uint8Array {
  const graph = new Graph();
  const random = randomStream(1, WORKLOAD);
  const rows = (width: number): { type: 'float'; shape: readonly Dim[] } => ({ type: 'float', shape: ['rows', width] });
  const product = (input: Tensor, inner: number, out: number): Tensor => {
    const weights = Float32Array.from({ length: inner * out }, () => (random.next() - 0.5) / Math.sqrt(inner));
    return graph.node('MatMul', [input, graph.constant(weights, [inner, out])], rows(out));
  };
  const gain = graph.constant(new Float32Array(WIDTH).fill(1), [WIDTH]);
  let stream = graph.input('input', 'float', ['rows', WIDTH]);
  for (let block = 0; block < BLOCKS; block++) {
    const normalised = graph.node('SimplifiedLayerNormalization', [stream, gain], rows(WIDTH), {
      attributes: { axis: -1n, epsilon: 1e-6, stash_type: 1n },
    });
    const activated = graph.node('Sigmoid', [product(normalised, WIDTH, INNER)], rows(INNER));
    stream = graph.node('Add', [stream, product(activated, INNER, WIDTH)], rows(WIDTH));
  }
  graph.output('output', stream);
  return graph.build();
}
