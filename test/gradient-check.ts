/** Holds the gradients that a graph computes against finite differences of what it computes. */

import { randomStream } from '../src/core/seed.ts';
import { gradients } from '../src/nn/autodiff.ts';
import { elements } from '../src/nn/decoder-config.ts';
import { Graph, type Tensor } from '../src/nn/graph.ts';
import { type RunGraph, withGraph } from './run-graph.ts';

/** h; a power of two, so that x + h and x − h lose nothing in 32 bits but the last places of x. */
const STEP = 2 ** -5;

/**
 * What {@link gradientError} may be. The estimate (8(f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h is off by f⁽⁵⁾h⁴/30, some
 * 1e-7 here, and by the rounding of 32-bit outputs over h, 1e-6 to 1e-5: an order of magnitude is left, and a wrong
 * gradient is wrong by about 1.
 */
export const GRADIENT_TOLERANCE = 1e-4;

/**
 * Differentiates r·y in every element of every input, where y is what `build` makes of them and r is random.
 * @param shapes of the inputs, which are drawn from [−1, 1)
 * @returns the largest distance of a gradient from its estimate, as a share of its input's largest estimate; NaN where an
 *   input has no influence.
 */
export async function gradientError<Name extends string>(
  shapes: Readonly<Record<Name, readonly number[]>>,
  build: (graph: Graph, inputs: Readonly<Record<Name, Tensor>>) => Tensor,
): Promise<number> {
  const names = Object.keys(shapes) as Name[];
  const graph = new Graph();
  const tensors = names.map((name) => graph.input(name, 'float', shapes[name]));
  const output = build(graph, Object.fromEntries(names.map((name, index) => [name, tensors[index]])) as never);
  const weights = draw('projection', output.shape as number[]);
  gradients(graph, projection(graph, output, weights), tensors).forEach((gradient, index) => {
    graph.output(`of ${names[index]}`, gradient);
  });
  graph.output('output', output);

  return withGraph(graph.build(), async (run) => {
    const values = new Map(names.map((name) => [name, draw(name, shapes[name])]));
    const feeds = Object.fromEntries(names.map((name) => [name, [values.get(name)!, shapes[name]] as const]));
    const computed = await run(feeds);
    const errors: number[] = [];
    for (const name of names) {
      const estimates = await estimate(values.get(name)!, () => projected(run, feeds, weights));
      const scale = Math.max(...estimates.map(Math.abs));
      const gradient = computed[`of ${name}`]!;
      errors.push(...estimates.map((value, index) => Math.abs(value - gradient[index]!) / scale));
    }
    return Math.max(...errors);
  });
}

/** The derivative of `f` in each element of `values`, which are put back. */
async function estimate(values: Float32Array, f: () => Promise<number>): Promise<number[]> {
  const derivatives: number[] = [];
  for (const [index, value] of values.entries()) {
    const at = async (offset: number): Promise<number> => {
      values[index] = value + offset;
      return await f();
    };
    const near = (await at(STEP)) - (await at(-STEP));
    const far = (await at(2 * STEP)) - (await at(-2 * STEP));
    derivatives.push((8 * near - far) / (12 * STEP));
    values[index] = value;
  }
  return derivatives;
}

/** r·y, summed in double precision. */
async function projected(run: RunGraph, feeds: Parameters<RunGraph>[0], weights: Float32Array): Promise<number> {
  const { output } = await run(feeds);
  return output!.reduce((sum, value, index) => sum + value * weights[index]!, 0);
}

/** r·y as a tensor. */
function projection(graph: Graph, output: Tensor, weights: Float32Array): Tensor {
  const constant = graph.constant(weights, output.shape as number[]);
  const product = graph.node('Mul', [output, constant], output);
  const sum = graph.node('ReduceSum', [product], { type: 'float', shape: [] }, { attributes: { keepdims: 0n } });
  return graph.differentiable([output], [sum], ([d]) => [graph.node('Mul', [constant, d], output)]);
}

function draw(name: string, shape: readonly number[]): Float32Array {
  const random = randomStream(1, name);
  return Float32Array.from({ length: elements(shape) }, () => 2 * random.next() - 1);
}
