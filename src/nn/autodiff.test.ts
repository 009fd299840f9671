import { expect, it } from 'vitest';
import { GRADIENT_TOLERANCE, gradientError } from '../../test/gradient-check.ts';
import { gradients } from './autodiff.ts';
import { Graph } from './graph.ts';
import { add, linear, reshape } from './ops.ts';

it('a tensor that is used in several places gets the sum of their gradients', async () => {
  // x·xᵀ + x + 2·x
  const error = await gradientError({ x: [3, 3] }, (graph, { x }) =>
    add(graph, linear(graph, x, x), add(graph, x, add(graph, x, x))),
  );
  expect(error).toBeLessThan(GRADIENT_TOLERANCE);
});

it('a branch that the loss does not reach changes nothing', async () => {
  const error = await gradientError({ x: [2, 2] }, (graph, { x }) => {
    linear(graph, x, x);
    return reshape(graph, x, [4]);
  });
  expect(error).toBeLessThan(GRADIENT_TOLERANCE);
});

it('a parameter on which the loss does not depend is an error', () => {
  const graph = new Graph();
  const [used, unused] = [graph.input('used', 'float', [2]), graph.input('unused', 'float', [2])];
  const loss = add(graph, used, used);
  expect(() => gradients(graph, loss, [used, unused])).toThrow('the loss does not depend on unused');
});
