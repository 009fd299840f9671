/** Reverse-mode differentiation over a graph's tape. */

import type { Graph, Tensor } from './graph.ts';
import { add } from './ops.ts';

/**
 * Extends `graph` by the gradients of a scalar `loss`.
 * @returns one tensor for each of `parameters`, of its shape.
 * @throws when the loss does not depend on a parameter: its gradient would be a silent zero.
 */
export function gradients(graph: Graph, loss: Tensor, parameters: readonly Tensor[]): Tensor[] {
  const gradientOf = new Map<string, Tensor>([[loss.name, graph.scalar(1)]]);
  for (const { inputs, outputs, backward } of [...graph.tape].reverse()) {
    const ofOutputs = outputs.map((output) => gradientOf.get(output.name));
    if (ofOutputs.every((gradient) => gradient === undefined)) continue;
    backward(ofOutputs).forEach((gradient, index) => {
      const input = inputs[index];
      if (!gradient || !input) return;
      const sum = gradientOf.get(input.name);
      gradientOf.set(input.name, sum ? add(graph, sum, gradient) : gradient);
    });
  }
  return parameters.map((parameter) => {
    const gradient = gradientOf.get(parameter.name);
    if (!gradient) throw new Error(`the loss does not depend on ${parameter.name}`);
    return gradient;
  });
}
