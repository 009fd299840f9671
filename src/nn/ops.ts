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

export function transpose(graph: Graph, input: Tensor, order: readonly number[]): Tensor {
  const permute = (tensor: Tensor, by: readonly number[]): Tensor =>
    graph.node(
      'Transpose',
      [tensor],
      { type: tensor.type, shape: by.map((axis) => tensor.shape[axis]!) },
      {
        attributes: { perm: by.map(BigInt) },
      },
    );
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return graph.differentiable([input], [permute(input, order)], ([d]) => [permute(d!, inverse)]);
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
  const values = graph.constant(Float32Array.of(0, 1), [2]);
  return graph.node('OneHot', [ids, graph.integers([depth]), values], float([...ids.shape, depth]));
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
    const normalised = times(input, inverse);
    const scaled = times(d!, gain);
    const mean = graph.node('ReduceMean', [times(scaled, normalised)], perRow, {
      attributes: { axes: [-1n], keepdims: 1n },
    });
    const centred = graph.node('Sub', [scaled, times(normalised, mean)], like(input));
    return [times(centred, inverse), unbroadcast(graph, times(d!, normalised), gain)];
  });
}

/** `silu(gate) · up` (SwiGLU, Shazeer 2020, https://arxiv.org/abs/2002.05202): with s = σ(gate), h = gate·s, dgate = (d·up)(h + s(1 − h)). */
export function swiGlu(graph: Graph, gate: Tensor, up: Tensor): Tensor {
  const shape = like(gate);
  const times = (a: Tensor, b: Tensor): Tensor => graph.node('Mul', [a, b], shape);
  const sigmoid = graph.node('Sigmoid', [gate], shape);
  const activated = times(gate, sigmoid);
  return graph.differentiable([gate, up], [times(activated, up)], ([d]) => {
    const rest = graph.node('Sub', [graph.scalar(1), activated], shape);
    const slope = graph.node('Add', [activated, times(sigmoid, rest)], shape);
    return [times(times(d!, up), slope), times(d!, activated)];
  });
}

/**
 * Rotary position embedding in the half-split layout of Qwen2 and Llama (Su et al. 2021, https://arxiv.org/abs/2104.09864).
 * input (B, S, heads·w); positions (B, S) int64; cos, sin (positions, w/2). Its inverse is the rotation by −sin.
 */
export function rotary(
  graph: Graph,
  input: Tensor,
  positions: Tensor,
  table: { cos: Tensor; sin: Tensor; minusSin: Tensor },
  heads: number,
): Tensor {
  const rotate = (tensor: Tensor, sin: Tensor): Tensor =>
    graph.node('RotaryEmbedding', [tensor, positions, table.cos, sin], like(tensor), {
      attributes: { num_heads: BigInt(heads), rotary_embedding_dim: BigInt(2 * length(table.cos, 1)) },
      domain: MICROSOFT,
    });
  return graph.differentiable([input], [rotate(input, table.sin)], ([d]) => [rotate(d!, table.minusSin)]);
}

/**
 * Softmax attention: `softmax(scale·q·kᵀ + mask)·v`, q (B, K, G·S, w), k and v (B, K, S, w), where G query heads share each
 * of the K key/value heads; mask (B, 1, 1, S, S) is added, −∞ where a position may not look. → (B, K, G·S, w).
 * Backward as in FlashAttention (Dao et al. 2022, https://arxiv.org/abs/2205.14135, B.4): rowsum(dP∘P) = rowsum(dO∘O).
 */
export function attention(graph: Graph, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, scale: number): Tensor {
  const [batch, groups, rows] = q.shape as [number, number, number];
  const columns = length(k, 2);
  const square = [batch, groups, rows, columns];
  const product = (a: Tensor, b: Tensor, shape: readonly Dim[], attributes: Record<string, bigint | number>): Tensor =>
    graph.node('FusedMatMul', [a, b], float(shape), { attributes, domain: MICROSOFT });
  const grouped = [batch, groups, rows / columns, columns, columns];
  const scores = rawReshape(graph, product(q, k, square, { transB: 1n, alpha: scale }), grouped);
  const masked = graph.node('Add', [scores, mask], float(grouped));
  const weights = rawReshape(
    graph,
    graph.node('Softmax', [masked], float(grouped), { attributes: { axis: -1n } }),
    square,
  );
  const output = product(weights, v, q.shape, {});
  return graph.differentiable([q, k, v], [output], ([d]) => {
    const shape = float(square);
    const ofWeights = product(d!, v, square, { transB: 1n });
    const rowSum = graph.node(
      'ReduceSum',
      [graph.node('Mul', [d, output], like(output)), graph.integers([-1])],
      float([batch, groups, rows, 1]),
    );
    const centred = graph.node('Sub', [ofWeights, rowSum], shape);
    const ofScores = graph.node('Mul', [centred, weights], shape);
    return [
      product(ofScores, k, q.shape, { alpha: scale }),
      product(ofScores, q, k.shape, { transA: 1n, alpha: scale }),
      product(weights, d!, v.shape, { transA: 1n }),
    ];
  });
}

function rawReshape(graph: Graph, input: Tensor, shape: readonly Dim[]): Tensor {
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
  const shape = gradient.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const sum = graph.node('ReduceSum', [gradient, graph.integers(axes)], float(shape), { attributes: { keepdims: 1n } });
  return extra === 0 ? sum : rawReshape(graph, sum, input.shape);
}
