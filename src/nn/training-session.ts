/** Runs training steps of a decoder on ONNX Runtime: parameters in, batches through, parameters out. */

import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import type { DecoderConfig } from './decoder-config.ts';
import type { AdamW } from './optimiser.ts';
import { type BatchShape, trainingGraph } from './training-graph.ts';

/** Tokens of one step, row by row: each array has rows·rowLength entries. */
export interface Batch {
  readonly ids: BigInt64Array;
  /** The token that each position is to predict. */
  readonly labels: BigInt64Array;
  /** Weight of each prediction in the loss; 0 where nothing is learnt. */
  readonly weights: Float32Array;
  /** Position of each token in its own segment, from 0. */
  readonly positions: BigInt64Array;
  /** Which example of the row a token belongs to: tokens see only their own. */
  readonly segments: BigInt64Array;
}

/** Everything that the next step depends on besides its batch: three vectors of N numbers and the steps done. */
export interface TrainingState {
  readonly parameters: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly steps: number;
}

type Vectors = { readonly parameters: RuntimeTensor; readonly first: RuntimeTensor; readonly second: RuntimeTensor };

/** Not safe for concurrent steps. `session.run` blocks its thread: use it in a worker. */
export class TrainingSession {
  readonly #session: InferenceSession;
  readonly #shape: BatchShape;
  readonly #options: AdamW;
  #current: Vectors;
  #steps: number;

  private constructor(session: InferenceSession, shape: BatchShape, options: AdamW, state: TrainingState) {
    const vector = (values: Float32Array): RuntimeTensor =>
      new RuntimeTensor('float32', values.slice(), [values.length]);
    this.#session = session;
    this.#shape = shape;
    this.#options = options;
    this.#current = {
      parameters: vector(state.parameters),
      first: vector(state.first),
      second: vector(state.second),
    };
    this.#steps = state.steps;
  }

  /** @param threads processor threads of one step */
  static async create(
    config: DecoderConfig,
    shape: BatchShape,
    options: AdamW,
    state: TrainingState,
    threads: number,
  ): Promise<TrainingSession> {
    const session = await InferenceSession.create(trainingGraph(config, shape, options), {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // There is nothing to fuse, and rewritten nodes would run in another order: gradients of weights after all others.
      graphOptimizationLevel: 'disabled',
      // Enough to bridge the gap between two nodes; a thread that spins for longer takes a core from whoever needs it.
      extra: { 'session.intra_op.spin_duration_us': '50' },
    });
    return new TrainingSession(session, shape, options, state);
  }

  /** One step. Returns the mean loss in nats a token before it, and the gradient's norm before clipping. */
  async step(batch: Batch, learningRate: number): Promise<{ loss: number; norm: number }> {
    const { rows, rowLength } = this.#shape;
    const integers = (values: BigInt64Array, shape: number[]): RuntimeTensor =>
      new RuntimeTensor('int64', values, shape);
    const single = (value: number): RuntimeTensor => new RuntimeTensor('float32', Float32Array.of(value), []);
    const flat = [rows * rowLength];
    const square = [rows, rowLength];
    this.#steps++;
    // Without buffers of ours to write to: the runtime would copy from them what it returns.
    const next = await this.#session.run({
      ...this.#current,
      ids: integers(batch.ids, flat),
      labels: integers(batch.labels, flat),
      weights: new RuntimeTensor('float32', batch.weights, flat),
      positions: integers(batch.positions, square),
      segments: integers(batch.segments, square),
      learningRate: single(learningRate),
      correction1: single(1 / (1 - this.#options.beta1 ** this.#steps)),
      correction2: single(1 / (1 - this.#options.beta2 ** this.#steps)),
    });
    const output = (name: string): RuntimeTensor => next[name] as RuntimeTensor;
    this.#current = { parameters: output('parametersNext'), first: output('firstNext'), second: output('secondNext') };
    return { loss: output('loss').data[0] as number, norm: output('norm').data[0] as number };
  }

  /** A copy of the state, from which a session of the same config goes on as this one would. */
  state(): TrainingState {
    const copy = (tensor: RuntimeTensor): Float32Array => (tensor.data as Float32Array).slice();
    const { parameters, first, second } = this.#current;
    return { parameters: copy(parameters), first: copy(first), second: copy(second), steps: this.#steps };
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}
