/** One training step of a decoder as one ONNX graph: forward, backward, clipping and AdamW. */

import { gradients } from './autodiff.ts';
import { type DecoderParts, decoder, rotaryTable } from './decoder.ts';
import { type DecoderConfig, elements, parameterCount, parameterShapes } from './decoder-config.ts';
import { Graph, type Tensor } from './graph.ts';
import { crossEntropy } from './loss.ts';
import * as ops from './ops.ts';
import { type AdamW, adamW } from './optimiser.ts';

export interface BatchShape {
  readonly rows: number;
  /** Tokens a row. */
  readonly rowLength: number;
}

/**
 * Builds the step. Inputs: `parameters`, `first`, `second` (N); `ids`, `labels` (rows·rowLength) int64 and `weights` float;
 * `positions`, `segments` (rows, rowLength) int64: a token sees earlier ones of its own segment; `learningRate`,
 * `correction1`, `correction2` (). Outputs: `parametersNext`, `firstNext`, `secondNext` (N); `loss`, `norm` ().
 */
export function trainingGraph(config: DecoderConfig, shape: BatchShape, options: AdamW): Uint8Array {
  const graph = new Graph();
  const count = parameterCount(config);
  const state = {
    parameters: graph.input('parameters', 'float', [count]),
    first: graph.input('first', 'float', [count]),
    second: graph.input('second', 'float', [count]),
  };
  const single = (name: string): Tensor => graph.input(name, 'float', []);
  const weights = unpack(graph, config, state.parameters);
  const { logits, labelWeights, labels } = forward(graph, config, shape, weights);
  const loss = crossEntropy(graph, logits, labels, labelWeights);
  const next = adamW(
    graph,
    state,
    {
      gradient: flatGradients(graph, loss, [...weights.values()]),
      decay: graph.constant(decayMask(config), [count]),
      learningRate: single('learningRate'),
      correction1: single('correction1'),
      correction2: single('correction2'),
    },
    options,
  );
  graph.output('parametersNext', next.parameters);
  graph.output('firstNext', next.first);
  graph.output('secondNext', next.second);
  graph.output('loss', loss);
  graph.output('norm', next.norm);
  return graph.build();
}

/** The same forward pass with its gradients as outputs (`gradients` (N), `logits`, `loss`), for checks against references. */
export function gradientGraph(config: DecoderConfig, shape: BatchShape): Uint8Array {
  const graph = new Graph();
  const count = parameterCount(config);
  const weights = unpack(graph, config, graph.input('parameters', 'float', [count]));
  const { logits, labelWeights, labels } = forward(graph, config, shape, weights);
  const loss = crossEntropy(graph, logits, labels, labelWeights);
  graph.output('gradients', flatGradients(graph, loss, [...weights.values()]));
  graph.output('logits', logits);
  graph.output('loss', loss);
  return graph.build();
}

/** Gradients of the loss in all parameters, end to end: (N). */
function flatGradients(graph: Graph, loss: Tensor, parameters: readonly Tensor[]): Tensor {
  const flat = gradients(graph, loss, parameters).map((gradient) =>
    graph.node('Reshape', [gradient, graph.integers([-1])], {
      type: 'float',
      shape: [elements(gradient.shape as number[])],
    }),
  );
  const count = parameters.reduce((sum, { shape }) => sum + elements(shape as number[]), 0);
  return graph.node('Concat', flat, { type: 'float', shape: [count] }, { attributes: { axis: 0n } });
}

/** Cuts the flat vector into named tensors, in the order of {@link parameterShapes}. */
function unpack(graph: Graph, config: DecoderConfig, flat: Tensor): Map<string, Tensor> {
  const shapes = parameterShapes(config);
  const lengths = shapes.map(([, shape]) => elements(shape));
  const pieces = graph.nodes(
    'Split',
    [flat, graph.integers(lengths)],
    lengths.map((length) => ({ type: 'float', shape: [length] })),
    {
      attributes: { axis: 0n },
    },
  );
  return new Map(
    shapes.map(([name, shape], index) => [
      name,
      graph.node('Reshape', [pieces[index], graph.integers(shape)], { type: 'float', shape }),
    ]),
  );
}

function forward(
  graph: Graph,
  config: DecoderConfig,
  { rows, rowLength }: BatchShape,
  weights: ReadonlyMap<string, Tensor>,
): { logits: Tensor; labels: Tensor; labelWeights: Tensor } {
  const tokens = rows * rowLength;
  const ids = graph.input('ids', 'int64', [tokens]);
  const labels = graph.input('labels', 'int64', [tokens]);
  const labelWeights = graph.input('weights', 'float', [tokens]);
  const positions = graph.input('positions', 'int64', [rows, rowLength]);
  const segments = graph.input('segments', 'int64', [rows, rowLength]);
  const mask = segmentMask(graph, segments, rows, rowLength);
  const table = rotaryTable(config);
  const angles = {
    cos: graph.constant(table.cos, table.shape),
    sin: graph.constant(table.sin, table.shape),
    minusSin: graph.constant(
      table.sin.map((value) => -value),
      table.shape,
    ),
  };
  const weight = (name: string): Tensor => {
    const tensor = weights.get(name);
    if (!tensor) throw new Error(`the decoder has no parameter ${name}`);
    return tensor;
  };
  const project = (input: Tensor, name: string): Tensor =>
    ops.linear(graph, input, weight(`${name}.weight`), weights.get(`${name}.bias`));
  const normalise = (input: Tensor, name: string): Tensor =>
    ops.rmsNorm(graph, input, weight(`${name}.weight`), config.normEpsilon);
  const { heads, keyValueHeads, headWidth } = config;
  /** (T, n·w) → (rows, n, rowLength, w), rotated where `rotate` is set. */
  const split = (input: Tensor, count: number, rotate: boolean): Tensor => {
    const flat = ops.reshape(graph, input, [rows, rowLength, count * headWidth]);
    const turned = rotate ? ops.rotary(graph, flat, positions, angles, count) : flat;
    return ops.transpose(graph, ops.reshape(graph, turned, [rows, rowLength, count, headWidth]), [0, 2, 1, 3]);
  };
  const parts: DecoderParts = {
    embed(name, norm) {
      const residual = ops.embed(graph, weight(`${name}.weight`), ids);
      return { residual, normalised: normalise(residual, norm) };
    },
    advance(stream, change, norm) {
      const residual = ops.add(graph, stream.residual, change);
      return { residual, normalised: normalise(residual, norm) };
    },
    linear: project,
    attend(input, _layer, name) {
      const grouped = [rows, keyValueHeads, (heads / keyValueHeads) * rowLength, headWidth];
      const q = ops.reshape(graph, split(project(input, `${name}.q_proj`), heads, true), grouped);
      const k = split(project(input, `${name}.k_proj`), keyValueHeads, true);
      const v = split(project(input, `${name}.v_proj`), keyValueHeads, false);
      const mixed = ops.attention(graph, q, k, v, mask, 1 / Math.sqrt(headWidth));
      const apart = ops.reshape(graph, mixed, [rows, heads, rowLength, headWidth]);
      return ops.reshape(graph, ops.transpose(graph, apart, [0, 2, 1, 3]), [tokens, heads * headWidth]);
    },
    gate: (input, name) => ops.swiGlu(graph, project(input, `${name}.gate_proj`), project(input, `${name}.up_proj`)),
  };
  return { logits: decoder(config, parts), labels, labelWeights };
}

/** (rows, 1, 1, S, S): 0 where a position may look, else a number that softmax turns into 0. */
function segmentMask(graph: Graph, segments: Tensor, rows: number, length: number): Tensor {
  const cube = [rows, length, length];
  const view = (shape: number[]): Tensor =>
    graph.node('Reshape', [segments, graph.integers(shape)], { type: 'int64', shape });
  const same = graph.node('Equal', [view([rows, length, 1]), view([rows, 1, length])], { type: 'bool', shape: cube });
  const causal = Float32Array.from({ length: length * length }, (_, index) =>
    index % length <= Math.floor(index / length) ? 0 : -1e9,
  );
  const allowed = graph.constant(causal, [1, length, length]);
  const mask = graph.node('Where', [same, allowed, graph.scalar(-1e9)], { type: 'float', shape: cube });
  const shape = [rows, 1, 1, length, length];
  return graph.node('Reshape', [mask, graph.integers(shape)], { type: 'float', shape });
}

/** Matrices decay; gains and biases do not. */
function decayMask(config: DecoderConfig): Float32Array {
  const mask = new Float32Array(parameterCount(config));
  let offset = 0;
  for (const [, shape] of parameterShapes(config)) {
    const end = offset + elements(shape);
    if (shape.length > 1) mask.fill(1, offset, end);
    offset = end;
  }
  return mask;
}
