/** One training step of a decoder as one ONNX graph: forward, backward, clipping and AdamW. */

import { attentionPlan, causalAttention } from './attention.ts';
import { gradients } from './autodiff.ts';
import { type DecoderParts, decoder, rotaryTable } from './decoder.ts';
import { type DecoderConfig, elements, parameterCount, parameterShapes } from './decoder-config.ts';
import { Graph, type Tensor } from './graph.ts';
import { crossEntropy, sum } from './loss.ts';
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
  const decay = decayMask(config);
  const state = {
    parameters: graph.input('parameters', 'float', [count]),
    first: graph.input('first', 'float', [count]),
    second: graph.input('second', 'float', [count]),
  };
  const single = (name: string): Tensor => graph.input(name, 'float', []);
  const { loss, gradient } = differentiate(graph, config, shape, state.parameters);
  const next = adamW(
    graph,
    state,
    {
      gradient,
      decay: graph.constant(decay, [decay.length]),
      learningRate: single('learningRate'),
      correction1: single('correction1'),
      correction2: single('correction2'),
    },
    options,
  );
  graph.rename(next.parameters, 'parametersNext');
  graph.rename(next.first, 'firstNext');
  graph.rename(next.second, 'secondNext');
  graph.output('loss', loss);
  graph.output('norm', next.norm);
  return graph.build();
}

/** The same forward pass with its gradients as outputs (`gradients` (N), `logits`, `loss`), for checks against references. */
export function gradientGraph(config: DecoderConfig, shape: BatchShape): Uint8Array {
  const graph = new Graph();
  const parameters = graph.input('parameters', 'float', [parameterCount(config)]);
  const { logits, loss, gradient } = differentiate(graph, config, shape, parameters);
  graph.output('gradients', gradient);
  graph.output('logits', logits);
  graph.output('loss', loss);
  return graph.build();
}

/**
 * Forward and backward pass. Rows go through in groups, one group's gradients after another's, so that what a pass
 * leaves for its way back is still in the processor's cache.
 */
function differentiate(
  graph: Graph,
  config: DecoderConfig,
  shape: BatchShape,
  parameters: Tensor,
): { logits: Tensor; loss: Tensor; gradient: Tensor } {
  const { rows, rowLength } = shape;
  const weights = unpack(graph, config, parameters);
  const batch = batchInputs(graph, shape);
  const angles = rotaryAngles(graph, config);
  const total = sum(graph, batch.weights);
  const results = cut(graph, batch, rowGroups(shape)).map((part) => {
    const logits = forward(graph, config, weights, angles, part);
    const loss = crossEntropy(graph, logits, part.labels, part.weights, total);
    return { logits, loss, gradient: flatGradients(graph, loss, [...weights.values()]) };
  });
  const together = (tensors: readonly Tensor[]): Tensor => tensors.reduce((left, right) => ops.add(graph, left, right));
  const logits = graph.node(
    'Concat',
    results.map((result) => result.logits),
    { type: 'float', shape: [rows * rowLength, config.vocabularySize] },
    { attributes: { axis: 0n } },
  );
  return {
    logits,
    loss: together(results.map(({ loss }) => loss)),
    gradient: together(results.map(({ gradient }) => gradient)),
  };
}

interface BatchTensors {
  readonly ids: Tensor;
  readonly labels: Tensor;
  readonly weights: Tensor;
  readonly positions: Tensor;
  readonly segments: Tensor;
}

function batchInputs(graph: Graph, { rows, rowLength }: BatchShape): BatchTensors {
  const flat = [rows * rowLength];
  const square = [rows, rowLength];
  return {
    ids: graph.input('ids', 'int64', flat),
    labels: graph.input('labels', 'int64', flat),
    weights: graph.input('weights', 'float', flat),
    positions: graph.input('positions', 'int64', square),
    segments: graph.input('segments', 'int64', square),
  };
}

/** Cuts a batch into groups of so many rows. */
function cut(graph: Graph, batch: BatchTensors, groups: readonly number[]): BatchTensors[] {
  const rows = batch.positions.shape[0] as number;
  const pieces = (tensor: Tensor): Tensor[] => {
    const [length, ...rest] = tensor.shape as [number, ...number[]];
    const lengths = groups.map((count) => (count * length) / rows);
    return graph.nodes(
      'Split',
      [tensor, graph.integers(lengths)],
      lengths.map((part) => ({ type: tensor.type, shape: [part, ...rest] })),
      { attributes: { axis: 0n } },
    );
  };
  const columns = Object.entries(batch).map(([name, tensor]) => [name, pieces(tensor)] as const);
  return groups.map(
    (_, index) => Object.fromEntries(columns.map(([name, parts]) => [name, parts[index]])) as unknown as BatchTensors,
  );
}

/** Tokens of a group at most: with more its tensors leave the cache, with fewer the overhead of so many shows. */
const GROUP_TOKENS = 1024;

/** How many rows go through together: as few groups as {@link GROUP_TOKENS} allows, as equal as can be. */
function rowGroups({ rows, rowLength }: BatchShape): number[] {
  const count = Math.min(rows, Math.ceil((rows * rowLength) / GROUP_TOKENS));
  return Array.from(
    { length: count },
    (_, index) => Math.floor(((index + 1) * rows) / count) - Math.floor((index * rows) / count),
  );
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
  weights: ReadonlyMap<string, Tensor>,
  angles: ops.Angles,
  { ids, positions, segments }: BatchTensors,
): Tensor {
  const [rows, rowLength] = positions.shape as [number, number];
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
  const plan = attentionPlan(graph, segments, keyValueHeads, heads / keyValueHeads);
  const apart = (input: Tensor): Tensor => ops.reshape(graph, input, [rows, rowLength, ops.length(input, 1)]);
  const rotated = (input: Tensor, count: number): Tensor => ops.rotary(graph, apart(input), positions, angles, count);
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
      const q = rotated(project(input, `${name}.q_proj`), heads);
      const k = rotated(project(input, `${name}.k_proj`), keyValueHeads);
      const v = apart(project(input, `${name}.v_proj`));
      const mixed = causalAttention(graph, q, k, v, plan, headWidth);
      return ops.reshape(graph, mixed, [rows * rowLength, heads * headWidth]);
    },
    gate: (input, name) => ops.swiGlu(graph, project(input, `${name}.gate_proj`), project(input, `${name}.up_proj`)),
  };
  return decoder(config, parts);
}

function rotaryAngles(graph: Graph, config: DecoderConfig): ops.Angles {
  const { cos, sin, shape } = rotaryTable(config);
  const minusSin = sin.map((value) => -value);
  return {
    cos: graph.constant(cos, shape),
    sin: graph.constant(sin, shape),
    minusSin: graph.constant(minusSin, shape),
  };
}

/** Matrices decay; gains and biases do not: a flag for each run of as many parameters as divide all tensors. */
function decayMask(config: DecoderConfig): Float32Array {
  const shapes = parameterShapes(config).map(([, shape]) => shape);
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  const run = shapes.map(elements).reduce(divisor);
  return Float32Array.from(shapes.flatMap((shape) => new Array(elements(shape) / run).fill(shape.length > 1 ? 1 : 0)));
}
