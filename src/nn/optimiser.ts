/** AdamW with global-norm clipping on one flat vector of parameters, and the learning-rate schedule. */

import type { Graph, Tensor } from './graph.ts';

export interface AdamW {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled decay per step, times the learning rate; applies where `decay` is 1. */
  readonly weightDecay: number;
  /** Gradients with a larger Euclidean norm are scaled down to it. */
  readonly clipNorm: number;
}

export const ADAMW: AdamW = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 };

export interface AdamWState {
  /** All (N) float: parameters and the running first and second moments of their gradients. */
  readonly parameters: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
}

export interface AdamWStep {
  readonly gradient: Tensor;
  /** (N) float, 1 for parameters that decay, else 0. */
  readonly decay: Tensor;
  /** () float. */
  readonly learningRate: Tensor;
  /** () float: 1/(1 − β₁ᵗ) and 1/(1 − β₂ᵗ) for the t-th step, t from 1. */
  readonly correction1: Tensor;
  readonly correction2: Tensor;
}

/**
 * One AdamW step (Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101, algorithm 2), after clipping as PyTorch's
 * `clip_grad_norm_` does. Returns the next state and the gradient's norm before clipping, () float.
 */
export function adamW(graph: Graph, state: AdamWState, step: AdamWStep, options: AdamW): AdamWState & { norm: Tensor } {
  const { beta1, beta2, epsilon, weightDecay, clipNorm } = options;
  const vector = { type: 'float' as const, shape: state.parameters.shape };
  const single = { type: 'float' as const, shape: [] };
  const binary = (op: string, left: Tensor, right: Tensor, shape: typeof vector | typeof single = vector): Tensor =>
    graph.node(op, [left, right], shape);
  const scaled = (tensor: Tensor, factor: number): Tensor => binary('Mul', tensor, graph.scalar(factor));

  const squares = graph.node('ReduceSumSquare', [step.gradient], single, { attributes: { keepdims: 0n } });
  const norm = graph.node('Sqrt', [squares], single);
  const ratio = binary('Div', graph.scalar(clipNorm), binary('Add', norm, graph.scalar(1e-6), single), single);
  const gradient = binary('Mul', step.gradient, binary('Min', ratio, graph.scalar(1), single));

  const first = binary('Add', scaled(state.first, beta1), scaled(gradient, 1 - beta1));
  const second = binary('Add', scaled(state.second, beta2), scaled(binary('Mul', gradient, gradient), 1 - beta2));
  const root = graph.node('Sqrt', [binary('Mul', second, step.correction2)], vector);
  const direction = binary('Div', binary('Mul', first, step.correction1), binary('Add', root, graph.scalar(epsilon)));
  const decayed = binary('Mul', state.parameters, binary('Mul', step.decay, graph.scalar(weightDecay)));
  const change = binary('Mul', binary('Add', direction, decayed), step.learningRate);
  return { parameters: binary('Sub', state.parameters, change), first, second, norm };
}

export interface Schedule {
  /** Learning rate at the end of the warm-up. */
  readonly peak: number;
  readonly warmupSteps: number;
  readonly totalSteps: number;
  /** Learning rate at the last step, as a share of the peak. */
  readonly finalShare: number;
}

/** Linear warm-up, then half a cosine down to `finalShare` of the peak; `step` counts from 0. */
export function learningRateAt(step: number, { peak, warmupSteps, totalSteps, finalShare }: Schedule): number {
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - 1 - warmupSteps));
  return peak * (finalShare + (1 - finalShare) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
