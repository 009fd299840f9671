/** AdamW with global-norm clipping on one flat vector of parameters, and the learning-rate schedule. */

import type { Graph, Tensor } from './graph.ts';
import type { Dim } from './onnx.ts';
import { length, rawReshape } from './ops.ts';

const float = (shape: readonly Dim[]): { type: 'float'; shape: readonly Dim[] } => ({ type: 'float', shape });

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
  /** (R) float: 1 for each run of N/R parameters that decays, else 0. */
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
  const on = (op: string, left: Tensor, right: Tensor): Tensor =>
    graph.node(op, [left, right], float(left.shape.length > 0 ? left.shape : right.shape));
  const times = (tensor: Tensor, factor: number): Tensor => on('Mul', tensor, graph.scalar(factor));
  const root = (tensor: Tensor): Tensor => graph.node('Sqrt', [tensor], float(tensor.shape));

  const squares = graph.node('ReduceSumSquare', [step.gradient], float([]), { attributes: { keepdims: 0n } });
  const norm = root(squares);
  const ratio = on('Div', graph.scalar(clipNorm), on('Add', norm, graph.scalar(1e-6)));
  const clip = on('Min', ratio, graph.scalar(1));

  // What is one number is worked out before it meets a vector: the time goes into passes over N numbers.
  const first = on('Add', times(state.first, beta1), on('Mul', step.gradient, times(clip, 1 - beta1)));
  const scaled = on('Mul', step.gradient, times(clip, Math.sqrt(1 - beta2)));
  const second = on('Add', times(state.second, beta2), on('Mul', scaled, scaled));
  // lr·c₁·m / (√(c₂·v) + ε) = lr·c₁/√c₂ · m / (√v + ε/√c₂)
  const bias = root(step.correction2);
  const direction = on('Div', first, on('Add', root(second), on('Div', graph.scalar(epsilon), bias)));
  const change = on('Mul', direction, on('Div', on('Mul', step.learningRate, step.correction1), bias));
  const kept = on('Sub', graph.scalar(1), on('Mul', step.decay, times(step.learningRate, weightDecay)));
  return { parameters: on('Sub', shrunk(graph, state.parameters, kept), change), first, second, norm };
}

/** Each run of N/R numbers times its factor: vector (N), factors (R). */
function shrunk(graph: Graph, vector: Tensor, factors: Tensor): Tensor {
  const [count, runs] = [length(vector, 0), length(factors, 0)];
  const rows = rawReshape(graph, vector, [runs, count / runs]);
  const products = graph.node('Mul', [rows, rawReshape(graph, factors, [runs, 1])], rows);
  return rawReshape(graph, products, [count]);
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
