/** The contract of whatever turns a checkpoint and a dataset into a better checkpoint. */

import type { DatasetRow, Step } from '../core/records.ts';

export interface Recipe {
  /** Passes over the dataset. */
  readonly epochs: number;
  /** Peak, after warm-up. */
  readonly learningRate: number;
  /** Tokens in one step of the optimiser, padding included. */
  readonly batchTokens: number;
  /** Longest prompt and answer together, in tokens. */
  readonly rowLength: number;
  readonly seed: number;
}

export interface TrainOptions {
  /** Directory of the checkpoint to start from. */
  readonly checkpoint: string;
  readonly dataset: readonly DatasetRow[];
  readonly recipe: Recipe;
  /** Directory of the checkpoint to write; it appears whole or not at all. */
  readonly into: string;
  /** What goes into its manifest besides its parent: dataset hash, round. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  /** Called after every step with its figures and how many there will be. */
  readonly onStep?: (step: Step, total: number) => void;
}

export interface Trained {
  /** Hash of the checkpoint, as `readCheckpoint` gives it. */
  readonly hash: string;
  readonly steps: number;
  /** Tokens that went through the network, padding left out. */
  readonly tokens: number;
  readonly curve: readonly Step[];
}

export interface Trainer {
  /** @throws trainer error where an example does not fit or the loss is no number; `interrupted` once aborted. */
  train(options: TrainOptions): Promise<Trained>;
  close(): Promise<void>;
}
