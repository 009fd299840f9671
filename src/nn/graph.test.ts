import { expect, it } from 'vitest';
import { runGraph } from '../../test/run-graph.ts';
import { Graph } from './graph.ts';
import { add } from './ops.ts';

it('equal numbers and equal shapes are stored once', () => {
  const graph = new Graph();
  expect(graph.scalar(0.5)).toBe(graph.scalar(0.5));
  expect(graph.integers([2, 3])).toBe(graph.integers([2, 3]));
  graph.scalar(2);
  // A number is no shape: 2 as a float and [2] as a shape are two things.
  graph.integers([2]);
  expect(graph.describe().constants.map(({ type, shape }) => [type, shape])).toEqual([
    ['float', []],
    ['int64', [2]],
    ['float', []],
    ['int64', [1]],
  ]);
});

it('a tensor leaves under a name of its own, as a copy or written straight to it', async () => {
  const graph = new Graph();
  const x = graph.input('x', 'float', ['n']);
  const twice = add(graph, x, x);
  const thrice = add(graph, twice, x);
  graph.output('twice', twice);
  graph.rename(thrice, 'thrice');
  const outputs = await runGraph(graph.build(), { x: [Float32Array.of(1, -3), [2]] });
  expect(outputs).toEqual({ twice: Float32Array.of(2, -6), thrice: Float32Array.of(3, -9) });
  // Twice has a node of its own to copy it, thrice none.
  expect(graph.describe().nodes.map(({ op }) => op)).toEqual(['Add', 'Add', 'Identity']);
});
