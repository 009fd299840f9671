import { expect, it } from 'vitest';
import { GRADIENT_TOLERANCE, gradientError } from '../../test/gradient-check.ts';
import { runGraph } from '../../test/run-graph.ts';
import { attentionPlan, causalAttention } from './attention.ts';
import { Graph, type Tensor } from './graph.ts';

/** Two rows of five positions; the second row's last two see themselves and each other only. */
const segmentsOf = (graph: Graph): Tensor =>
  graph.constant(BigInt64Array.of(0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 1n, 1n), [2, 5]);

// Blocks of 3 and 2 positions, or one; two key/value heads with two query heads each.
it('the gradient agrees with finite differences, whatever the blocks', async () => {
  for (const blockLength of [2, 5]) {
    const error = await gradientError({ q: [2, 5, 16], k: [2, 5, 8], v: [2, 5, 8] }, (graph, { q, k, v }) =>
      causalAttention(graph, q, k, v, attentionPlan(graph, segmentsOf(graph), 2, 2, blockLength), 4),
    );
    expect(error).toBeLessThan(GRADIENT_TOLERANCE);
  }
});

it('a position gets the mean of what it may see where scores are equal', async () => {
  const graph = new Graph();
  const constant = (values: number[], shape: number[]): Tensor => graph.constant(Float32Array.from(values), shape);
  const zeros = new Array<number>(10).fill(0);
  const values = constant([1, 2, 3, 4, 5, 1, 2, 3, 4, 5], [2, 5, 1]);
  const plan = attentionPlan(graph, segmentsOf(graph), 1, 1, 2);
  const [q, k] = [constant(zeros, [2, 5, 1]), constant(zeros, [2, 5, 1])];
  graph.output('output', causalAttention(graph, q, k, values, plan, 1));
  const { output } = await runGraph(graph.build(), {});
  // (1), (1+2)/2, (1+2+3)/3, …; in the second row (4) and (4+5)/2 at the end.
  [1, 1.5, 2, 2.5, 3, 1, 1.5, 2, 4, 4.5].forEach((mean, index) => {
    expect(output![index]).toBeCloseTo(mean, 6);
  });
});
