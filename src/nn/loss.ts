/** What training minimises. */

import type { Graph, Tensor } from './graph.ts';
import { length, oneHot } from './ops.ts';

/**
 * Mean cross-entropy over weighted tokens: −Σ w·log p(label) / Σ w, in nats.
 * logits (T, V); labels (T) int64; weights (T) float, 0 where nothing is to be learnt; at least one must be positive.
 * Its gradient in the logits is (softmax − onehot)·w / Σ w.
 */
export function crossEntropy(
  graph: Graph,
  logits: Tensor,
  labels: Tensor,
  weights: Tensor,
  total: Tensor = sum(graph, weights),
): Tensor {
  const tokens = length(logits, 0);
  const full = { type: 'float' as const, shape: logits.shape };
  const column = { type: 'float' as const, shape: [tokens, 1] };
  const single = { type: 'float' as const, shape: [] };
  const logShares = graph.node('LogSoftmax', [logits], full, { attributes: { axis: -1n } });
  const labelColumn = graph.node('Reshape', [labels, graph.integers([tokens, 1])], {
    type: 'int64',
    shape: [tokens, 1],
  });
  const weightColumn = graph.node('Reshape', [weights, graph.integers([tokens, 1])], column);
  const picked = graph.node('GatherElements', [logShares, labelColumn], column, { attributes: { axis: 1n } });
  const weighted = graph.node('Mul', [picked, weightColumn], column);
  const loss = graph.node('Neg', [graph.node('Div', [sum(graph, weighted), total], single)], single);
  return graph.differentiable([logits], [loss], ([d]) => {
    const shares = graph.node('Exp', [logShares], full);
    const excess = graph.node('Sub', [shares, oneHot(graph, labels, length(logits, 1))], full);
    const scale = graph.node('Mul', [graph.node('Div', [weightColumn, total], column), d], column);
    return [graph.node('Mul', [excess, scale], full)];
  });
}

/** All elements added up: (). */
export function sum(graph: Graph, tensor: Tensor): Tensor {
  return graph.node('ReduceSum', [tensor], { type: 'float', shape: [] }, { attributes: { keepdims: 0n } });
}
