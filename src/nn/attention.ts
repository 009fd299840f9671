/**
 * Causal attention with its gradient. Queries go through in blocks, each with the keys up to its own end: behind it all is
 * masked and need not be computed.
 */

import { elements } from './decoder-config.ts';
import type { Graph, Tensor } from './graph.ts';
import type { Dim } from './onnx.ts';
import { length, pad, rawReshape, slice } from './ops.ts';

/** Positions of a block at least: with more, more is computed in vain; with fewer, the overhead of many nodes shows. */
const BLOCK_LENGTH = 64;
/** Softmax turns it into 0. */
const HIDDEN = -1e9;

/** Rows of B·S·K·G vectors, one for each position and head, in which G heads share each of K keys and values. */
export interface AttentionPlan {
  readonly blocks: readonly Block[];
  /** Where queries and keys of all blocks, end to end, go back to: (B, S, K·G) and (B, S, K). */
  readonly queriesBack: Tensor;
  readonly keysBack: Tensor;
}

/** Queries of positions `from` to before `to`, with the keys of all before `to`. */
interface Block {
  /** Where they stand: (B, K, G·(to − from)) and (B, K, to). */
  readonly queries: Tensor;
  readonly keys: Tensor;
  /** (B, 1, G·(to − from), to), added to scores: 0 where a query may look, else {@link HIDDEN}. */
  readonly mask: Tensor;
}

const float = (shape: readonly Dim[]): { type: 'float'; shape: readonly Dim[] } => ({ type: 'float', shape });

/**
 * What attention in all layers has in common.
 * @param segments (B, S) int64: a position sees itself and earlier ones of its own segment
 * @param groups key/value heads
 * @param heads query heads that share each of them
 */
export function attentionPlan(
  graph: Graph,
  segments: Tensor,
  groups: number,
  heads: number,
  blockLength: number = BLOCK_LENGTH,
): AttentionPlan {
  const [batch, positions] = segments.shape as [number, number];
  const count = Math.max(1, Math.floor(positions / blockLength));
  const end = (block: number): number => Math.round((block * positions) / count);
  const spans = Array.from({ length: count }, (_, block) => ({ from: end(block), to: end(block + 1) }));
  /** Places of positions `from` to before `to` by row, key head, query head and position. */
  const places = (shared: number, { from, to }: { from: number; to: number }): number[] => {
    const all = groups * shared;
    return Array.from({ length: batch * all * (to - from) }, (_, index) => {
      const [head, row] = [Math.floor(index / (to - from)) % all, Math.floor(index / (to - from) / all)];
      return (row * positions + from + (index % (to - from))) * all + head;
    });
  };
  const constant = (values: readonly number[], shape: readonly number[]): Tensor =>
    graph.constant(Int32Array.from(values), shape);
  const back = (places: readonly number[], shared: number): Tensor => {
    const sources: number[] = [];
    for (const [source, place] of places.entries()) sources[place] = source;
    return constant(sources, [batch, positions, groups * shared]);
  };
  const blocks = spans.map(({ from, to }) => {
    const rows = heads * (to - from);
    const own = slice(graph, segments, 1, from, to);
    const queries = graph.node(
      'Concat',
      new Array(heads).fill(own),
      { type: 'int64', shape: [batch, rows] },
      {
        attributes: { axis: 1n },
      },
    );
    const shape = [batch, 1, rows, to];
    const sides = [
      rawReshape(graph, queries, [batch, 1, rows, 1]),
      rawReshape(graph, slice(graph, segments, 1, 0, to), [batch, 1, 1, to]),
    ];
    const same = graph.node('Equal', sides, { type: 'bool', shape });
    const causal = Float32Array.from({ length: rows * to }, (_, index) =>
      index % to <= from + (Math.floor(index / to) % (to - from)) ? 0 : HIDDEN,
    );
    return {
      queries: constant(places(heads, { from, to }), [batch, groups, rows]),
      keys: constant(places(1, { from: 0, to }), [batch, groups, to]),
      mask: graph.node('Where', [same, graph.constant(causal, [rows, to]), graph.scalar(HIDDEN)], float(shape)),
    };
  });
  const all = spans.flatMap((span) => places(heads, span));
  return { blocks, queriesBack: back(all, heads), keysBack: back(places(1, { from: 0, to: positions }), 1) };
}

/**
 * `softmax(q·kᵀ/√w + mask)·v` for each query head: q (B, S, K·G·w), k and v (B, S, K·w) → of q's shape.
 * Backward as in FlashAttention (Dao et al. 2022, https://arxiv.org/abs/2205.14135, B.4): rowsum(dP∘P) = rowsum(dO∘O).
 */
export function causalAttention(
  graph: Graph,
  q: Tensor,
  k: Tensor,
  v: Tensor,
  plan: AttentionPlan,
  width: number,
): Tensor {
  const scale = 1 / Math.sqrt(width);
  const binary = (op: string, left: Tensor, right: Tensor): Tensor => graph.node(op, [left, right], left);
  const product = (a: Tensor, b: Tensor, shape: readonly Dim[], attributes: Record<string, bigint | number>): Tensor =>
    graph.node('FusedMatMul', [a, b], float(shape), { attributes, domain: 'com.microsoft' });
  const vectors = (tensor: Tensor): Tensor =>
    rawReshape(graph, tensor, [elements(tensor.shape as number[]) / width, width]);
  // ONNX Runtime would transpose on one thread, but gathers on all of them.
  const gather = (from: Tensor, places: Tensor): Tensor =>
    graph.node('Gather', [from, places], float([...places.shape, width]));
  const put = (parts: readonly Tensor[], back: Tensor, shape: readonly Dim[]): Tensor => {
    const flat = parts.map(vectors);
    const joined =
      flat.length === 1
        ? flat[0]!
        : graph.node('Concat', flat, float([elements(back.shape as number[]), width]), { attributes: { axis: 0n } });
    return rawReshape(graph, gather(joined, back), shape);
  };

  const [ofQueries, ofKeys, ofValues] = [vectors(q), vectors(k), vectors(v)];
  const passes = plan.blocks.map(({ queries, keys, mask }) => {
    const [query, key, value] = [gather(ofQueries, queries), gather(ofKeys, keys), gather(ofValues, keys)];
    const square = [...query.shape.slice(0, 3), key.shape[2]!];
    const scores = binary('Add', product(query, key, square, { transB: 1n, alpha: scale }), mask);
    const weights = graph.node('Softmax', [scores], scores, { attributes: { axis: -1n } });
    return { query, key, value, weights, output: product(weights, value, query.shape, {}) };
  });
  const outputs = passes.map((pass) => pass.output);

  return graph.differentiable([q, k, v], [put(outputs, plan.queriesBack, q.shape)], ([d]) => {
    const ofChanges = vectors(d!);
    const results = passes.map(({ query, key, value, weights, output }, block) => {
      const change = gather(ofChanges, plan.blocks[block]!.queries);
      const shares = binary('Mul', change, output);
      const sums = graph.node('ReduceSum', [shares, graph.integers([-1])], float([...query.shape.slice(0, -1), 1]));
      const ofWeights = product(change, value, weights.shape, { transB: 1n });
      const ofScores = binary('Mul', binary('Sub', ofWeights, sums), weights);
      return {
        query: product(ofScores, key, query.shape, { alpha: scale }),
        key: product(ofScores, query, key.shape, { transA: 1n, alpha: scale }),
        value: product(weights, change, value.shape, { transA: 1n }),
      };
    });
    const sum = (parts: readonly Tensor[]): Tensor =>
      parts.reduce((left, right) => binary('Add', right, pad(graph, left, 2, length(right, 2))));
    const queries = results.map((result) => result.query);
    const [keys, values] = [sum(results.map((result) => result.key)), sum(results.map((result) => result.value))];
    return [
      put(queries, plan.queriesBack, q.shape),
      put([keys], plan.keysBack, k.shape),
      put([values], plan.keysBack, v.shape),
    ];
  });
}
