/**
 * Operations with their gradients. Each takes and returns graph tensors; shapes follow NumPy. ONNX Runtime's CPU build
 * has no gradient operators, so every backward pass is composed of ordinary ones.
 */

import type { Graph, Tensor } from './graph.ts';
import type { Dim, ElementType } from './onnx.ts';

const MICROSOFT = 'com.microsoft';
const like = (tensor: Tensor): { type: ElementType; shape: readonly Dim[] } => ({
  type: tensor.type,
  shape: tensor.shape,
});
const float = (shape: readonly Dim[]): { type: 'float'; shape: readonly Dim[] } => ({ type: 'float', shape });
const rank = (tensor: Tensor): number => tensor.shape.length;

/** Length of an axis that must be known when the graph is built. */
export function length(tensor: Tensor, axis: number): number {
  const dim = tensor.shape.at(axis);
  if (typeof dim !== 'number') throw new Error(`axis ${axis} of ${tensor.name} has no fixed length`);
  return dim;
}

export function add(graph: Graph, left: Tensor, right: Tensor): Tensor {
  const sum = graph.node('Add', [left, right], { type: left.type, shape: broadcast(left, right) });
  return graph.differentiable([left, right], [sum], ([d]) => [
    unbroadcast(graph, d!, left),
    unbroadcast(graph, d!, right),
  ]);
}

/** The same elements, row by row, in another shape. */
export function reshape(graph: Graph, input: Tensor, shape: readonly Dim[]): Tensor {
  return graph.differentiable([input], [rawReshape(graph, input, shape)], ([d]) => [
    rawReshape(graph, d!, input.shape),
  ]);
}

/** `input · weightᵀ (+ bias)`: input (T, in), weight (out, in), bias (out) → (T, out). */
export function linear(graph: Graph, input: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const gemm = (a: Tensor, b: Tensor, shape: readonly Dim[], attributes: Record<string, bigint>, c?: Tensor): Tensor =>
    graph.node('Gemm', c ? [a, b, c] : [a, b], float(shape), { attributes });
  const output = gemm(input, weight, [input.shape[0]!, weight.shape[0]!], { transB: 1n }, bias);
  return graph.differentiable(bias ? [input, weight, bias] : [input, weight], [output], ([d]) => [
    gemm(d!, weight, input.shape, {}),
    gemm(d!, input, weight.shape, { transA: 1n }),
    ...(bias ? [unbroadcast(graph, d!, bias)] : []),
  ]);
}

/** Rows of `table` (V, d) picked by `ids` (T) int64 → (T, d). */
export function embed(graph: Graph, table: Tensor, ids: Tensor): Tensor {
  const rows = graph.node('Gather', [table, ids], float([ids.shape[0]!, table.shape[1]!]));
  return graph.differentiable([table], [rows], ([d]) => {
    const hot = oneHot(graph, ids, length(table, 0));
    return [graph.node('Gemm', [hot, d], like(table), { attributes: { transA: 1n } })];
  });
}

/** ids (T) int64 → (T, depth) float, 1 where the column is the id. */
export function oneHot(graph: Graph, ids: Tensor, depth: number): Tensor {
  const column = rawReshape(graph, ids, [length(ids, 0), 1]);
  const columns = graph.integers(Array.from({ length: depth }, (_, index) => index));
  const shape = [length(ids, 0), depth];
  const equal = graph.node('Equal', [column, columns], { type: 'bool', shape });
  return graph.node('Cast', [equal], float(shape), { attributes: { to: 1n } });
}

/**
 * RMS normalisation over the last axis, times `gain` (Zhang & Sennrich 2019, https://arxiv.org/abs/1910.07467, eq. 4).
 * With n = x/rms, dx = (dy·g − n·mean(dy·g·n)) / rms.
 */
export function rmsNorm(graph: Graph, input: Tensor, gain: Tensor, epsilon: number): Tensor {
  const perRow = float([...input.shape.slice(0, -1), 1]);
  const [output, inverse] = graph.nodes('SimplifiedLayerNormalization', [input, gain], [like(input), perRow], {
    attributes: { axis: -1n, epsilon, stash_type: 1n },
  }) as [Tensor, Tensor];
  return graph.differentiable([input, gain], [output], ([d]) => {
    const times = (a: Tensor, b: Tensor): Tensor => graph.node('Mul', [a, b], like(input));
    const width = length(input, -1);
    const normalised = times(input, inverse);
    const share = times(d!, normalised);
    const column = rawReshape(graph, gain, [width, 1]);
    const minusMean = graph.node('FusedMatMul', [share, column], perRow, {
      attributes: { alpha: -1 / width },
      domain: MICROSOFT,
    });
    const centred = graph.node('GatedAdd', [times(d!, gain), normalised, minusMean], like(input), {
      domain: MICROSOFT,
    });
    return [times(centred, inverse), unbroadcast(graph, share, gain)];
  });
}

/**
 * `silu(gate) · up` (SwiGLU, Shazeer 2020, https://arxiv.org/abs/2002.05202). With s = σ(gate) and y the result,
 * dup = d·gate·s and dgate = d·(y + s(up − y)).
 */
export function swiGlu(graph: Graph, gate: Tensor, up: Tensor): Tensor {
  const binary = (op: string, a: Tensor, b: Tensor): Tensor => graph.node(op, [a, b], like(gate));
  const sigmoid = graph.node('Sigmoid', [gate], like(gate));
  const activated = binary('Mul', gate, sigmoid);
  const output = binary('Mul', activated, up);
  return graph.differentiable([gate, up], [output], ([d]) => {
    const slope = binary('Add', binary('Mul', binary('Sub', up, output), sigmoid), output);
    return [binary('Mul', slope, d!), binary('Mul', d!, activated)];
  });
}

/** Rotary angles by position: each (positions, w/2). */
export interface Angles {
  readonly cos: Tensor;
  readonly sin: Tensor;
  readonly minusSin: Tensor;
}

/**
 * Rotary position embedding in the half-split layout of Qwen2 and Llama (Su et al. 2021, https://arxiv.org/abs/2104.09864).
 * input (B, S, heads·w); positions (B, S) int64. Its inverse is the rotation by −sin.
 */
export function rotary(graph: Graph, input: Tensor, positions: Tensor, table: Angles, heads: number): Tensor {
  const rotate = (tensor: Tensor, sin: Tensor): Tensor =>
    graph.node('RotaryEmbedding', [tensor, positions, table.cos, sin], like(tensor), {
      attributes: { num_heads: BigInt(heads), rotary_embedding_dim: BigInt(2 * length(table.cos, 1)) },
      domain: MICROSOFT,
    });
  return graph.differentiable([input], [rotate(input, table.sin)], ([d]) => [rotate(d!, table.minusSin)]);
}

/** Elements `from` to before `to` along an axis. Not differentiated. */
export function slice(graph: Graph, input: Tensor, axis: number, from: number, to: number): Tensor {
  if (from === 0 && to === input.shape[axis]) return input;
  const shape = input.shape.map((dim, at) => (at === axis ? to - from : dim));
  const bounds = [from, to, axis].map((value) => graph.integers([value]));
  return graph.node('Slice', [input, ...bounds], { type: input.type, shape });
}

/** Zeros behind, up to a length along an axis. Not differentiated. */
export function pad(graph: Graph, input: Tensor, axis: number, to: number): Tensor {
  const behind = input.shape.map((_, at) => (at === axis ? to - length(input, axis) : 0));
  const shape = input.shape.map((dim, at) => (at === axis ? to : dim));
  return graph.node('Pad', [input, graph.integers([...behind.map(() => 0), ...behind])], float(shape));
}

/** {@link reshape} within a gradient. */
export function rawReshape(graph: Graph, input: Tensor, shape: readonly Dim[]): Tensor {
  return graph.node('Reshape', [input, graph.integers(shape as number[])], { type: input.type, shape });
}

function broadcast(left: Tensor, right: Tensor): Dim[] {
  const [long, short] = rank(left) >= rank(right) ? [left.shape, right.shape] : [right.shape, left.shape];
  const padded = [...new Array<Dim>(long.length - short.length).fill(1), ...short];
  return long.map((dim, axis) => (dim === 1 ? padded[axis]! : dim));
}

/** Sums a gradient over the axes along which `input` was broadcast. */
function unbroadcast(graph: Graph, gradient: Tensor, input: Tensor): Tensor {
  const extra = rank(gradient) - rank(input);
  const axes = gradient.shape.flatMap((dim, axis) => (axis < extra || input.shape[axis - extra] !== dim ? [axis] : []));
  if (axes.length === 0) return gradient;
  const keep = axes.some((axis) => axis >= extra);
  const shape = keep ? gradient.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)) : input.shape;
  const sum = graph.node('ReduceSum', [gradient, graph.integers(axes)], float(shape), {
    attributes: { keepdims: keep ? 1n : 0n },
  });
  return keep && extra > 0 ? rawReshape(graph, sum, input.shape) : sum;
}
