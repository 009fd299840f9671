import { describe, expect, it } from 'vitest';
import { GRADIENT_TOLERANCE, gradientError } from '../../test/gradient-check.ts';
import type { Graph, Tensor } from './graph.ts';
import * as ops from './ops.ts';

const integers = (graph: Graph, values: readonly number[], shape: readonly number[] = [values.length]): Tensor =>
  graph.constant(BigInt64Array.from(values, BigInt), shape);

describe('the gradient agrees with finite differences', () => {
  const agrees = <Name extends string>(
    what: string,
    shapes: Record<Name, number[]>,
    build: (graph: Graph, inputs: Readonly<Record<Name, Tensor>>) => Tensor,
  ): void =>
    it(what, async () => {
      expect(await gradientError(shapes, build)).toBeLessThan(GRADIENT_TOLERANCE);
    });

  agrees('of a sum', { left: [2, 3], right: [2, 3] }, (graph, { left, right }) => ops.add(graph, left, right));

  agrees('of a sum with fewer axes on the right', { left: [2, 3], right: [3] }, (graph, { left, right }) =>
    ops.add(graph, left, right),
  );

  agrees('of a sum with lengths of 1 on both sides', { left: [1, 3], right: [4, 2, 1] }, (graph, { left, right }) =>
    ops.add(graph, left, right),
  );

  agrees('of a reshape', { input: [2, 6] }, (graph, { input }) => ops.reshape(graph, input, [3, 4]));

  agrees('of a linear layer', { input: [4, 3], weight: [5, 3] }, (graph, { input, weight }) =>
    ops.linear(graph, input, weight),
  );

  agrees(
    'of a linear layer with a bias',
    { input: [4, 3], weight: [5, 3], bias: [5] },
    (graph, { input, weight, bias }) => ops.linear(graph, input, weight, bias),
  );

  // The rows of a repeated id are added up, and those of an absent one are 0.
  agrees('of an embedding', { table: [5, 3] }, (graph, { table }) =>
    ops.embed(graph, table, integers(graph, [1, 4, 1, 0, 1])),
  );

  // With an epsilon that is not small against the mean square, its part in the gradient shows.
  agrees('of an RMS normalisation', { input: [4, 6], gain: [6] }, (graph, { input, gain }) =>
    ops.rmsNorm(graph, input, gain, 0.1),
  );

  agrees('of SwiGLU', { gate: [3, 4], up: [3, 4] }, (graph, { gate, up }) => ops.swiGlu(graph, gate, up));

  // Two heads of width 4 in two rows, whose positions begin again and jump.
  agrees('of a rotary embedding', { input: [2, 3, 8] }, (graph, { input }) => {
    const angles = Array.from({ length: 12 }, (_, index) => index);
    const table = (f: (angle: number) => number): Tensor => graph.constant(Float32Array.from(angles, f), [6, 2]);
    const positions = integers(graph, [0, 1, 2, 5, 0, 1], [2, 3]);
    const angleTable = { cos: table(Math.cos), sin: table(Math.sin), minusSin: table((angle) => -Math.sin(angle)) };
    return ops.rotary(graph, input, positions, angleTable, 2);
  });
});

describe('a length that is only known at run time', () => {
  it('is refused where a gradient needs it', () => {
    const ids: Tensor = { name: 'ids', type: 'int64', shape: ['tokens'] };
    expect(() => ops.length(ids, 0)).toThrow('axis 0 of ids has no fixed length');
  });
});
