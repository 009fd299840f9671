import { expect, it } from 'vitest';
import { GRADIENT_TOLERANCE, gradientError } from '../../test/gradient-check.ts';
import { runGraph } from '../../test/run-graph.ts';
import { gradients } from './autodiff.ts';
import { Graph } from './graph.ts';
import { crossEntropy } from './loss.ts';

it('the gradient of a weighted cross-entropy agrees with finite differences', async () => {
  const error = await gradientError({ logits: [5, 4] }, (graph, { logits }) =>
    crossEntropy(
      graph,
      logits,
      graph.constant(BigInt64Array.of(3n, 0n, 1n, 1n, 2n), [5]),
      graph.constant(Float32Array.of(1, 0, 0.5, 2, 1), [5]),
    ),
  );
  expect(error).toBeLessThan(GRADIENT_TOLERANCE);
});

it('cross-entropy is the weighted mean of −ln p, and a token of weight 0 teaches nothing', async () => {
  const graph = new Graph();
  const logits = graph.input('logits', 'float', [3, 2]);
  const labels = graph.constant(BigInt64Array.of(1n, 0n, 0n), [3]);
  const weights = graph.constant(Float32Array.of(1, 3, 0), [3]);
  const loss = crossEntropy(graph, logits, labels, weights);
  graph.output('gradient', gradients(graph, loss, [logits])[0]!);
  graph.output('loss', loss);
  // Probabilities (1/4, 3/4), (1/2, 1/2), and one that does not count.
  const feed = Float32Array.of(0, Math.log(3), 5, 5, 9, -9);
  const outputs = await runGraph(graph.build(), { logits: [feed, [3, 2]] });
  // (1·ln 4/3 + 3·ln 2) / 4
  expect(outputs['loss']![0]).toBeCloseTo((Math.log(4 / 3) + 3 * Math.log(2)) / 4, 6);
  // (p − onehot)·w/4: 1/4·(1/4, −1/4) and 3/4·(−1/2, 1/2)
  const expected = [1 / 16, -1 / 16, -3 / 8, 3 / 8, 0, 0];
  expected.forEach((value, index) => {
    expect(outputs['gradient']![index]).toBeCloseTo(value, 6);
  });
});
