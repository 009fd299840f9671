/**
 * A decoder with a key/value cache as an ONNX graph of ONNX Runtime's fused operators: what a checkpoint's
 * `onnx/model*.onnx` holds, with inputs and outputs named as transformers.js expects.
 */

import type { Precision } from '../core/records.ts';
import { type DecoderParts, decoder, rotaryTable, type Stream } from './decoder.ts';
import type { DecoderConfig } from './decoder-config.ts';
import { Graph, type Tensor } from './graph.ts';
import type { Dim } from './onnx.ts';
import type { Weights } from './parameters.ts';
import { BLOCK_SIZE, quantise } from './quantise.ts';

const MICROSOFT = 'com.microsoft';
const float = (shape: readonly Dim[]): { type: 'float'; shape: readonly Dim[] } => ({ type: 'float', shape });

/**
 * Inputs: `input_ids` (batch, sequence) int64; `attention_mask` (batch, total) int64, whose row sums are the rows' lengths
 * with the new tokens; `past_key_values.N.key|value` (batch, keyValueHeads, past, headWidth). Outputs: `logits`
 * (batch, 1, vocabulary) after each row's last token; `present.N.key|value`, which may be the very buffers of the past:
 * then the cache is updated in place. Rows of a prompt are padded on the right.
 * @throws for `int8` when a matrix's inner length is no multiple of the quantisation block.
 */
export function inferenceGraph(config: DecoderConfig, weights: Weights, precision: Precision): Uint8Array {
  const graph = new Graph();
  const { width, heads, keyValueHeads, headWidth, feedForwardWidth } = config;
  const stream = (length: number): { type: 'float'; shape: readonly Dim[] } => float(['batch', 'sequence', length]);
  const ids = graph.input('input_ids', 'int64', ['batch', 'sequence']);
  const mask = graph.input('attention_mask', 'int64', ['batch', 'total']);
  const lengths = cacheLengths(graph, mask);
  const last = lastPositions(graph, ids, lengths.sums);
  const table = rotaryTable(config);
  const cos = graph.constant(table.cos, table.shape, 'rotary.cos');
  const sin = graph.constant(table.sin, table.shape, 'rotary.sin');

  const data = (name: string): { data: Float32Array; shape: readonly number[] } => {
    const weight = weights.get(name);
    if (!weight) throw new Error(`parameter ${name} is missing`);
    return weight;
  };
  const constants = new Map<string, Tensor>();
  const constant = (name: string): Tensor => {
    const tensor = constants.get(name) ?? graph.constant(data(name).data, [...data(name).shape], name);
    constants.set(name, tensor);
    return tensor;
  };
  /** Rows of several matrices or vectors under each other, as one. */
  const stacked = (names: readonly string[]): { data: Float32Array; shape: readonly number[] } => {
    const parts = names.map(data);
    const rows = parts.reduce((sum, part) => sum + part.shape[0]!, 0);
    const joined = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
    let offset = 0;
    for (const part of parts) {
      joined.set(part.data, offset);
      offset += part.data.length;
    }
    return { data: joined, shape: [rows, ...parts[0]!.shape.slice(1)] };
  };
  /** input (batch, sequence, in) · (out, in)ᵀ. */
  const project = (input: Tensor, names: readonly string[]): Tensor => {
    const { data: matrix, shape } = stacked(names);
    const [out, inner] = shape as [number, number];
    const output = float([...input.shape.slice(0, -1), out]);
    // The output layer stays in float: it is small here, and the first to suffer.
    if (precision === 'int8' && names[0] !== head) {
      const blocks = quantise(matrix, out, inner);
      return graph.node(
        'MatMulNBits',
        [
          input,
          graph.constant(blocks.values, [out, inner / BLOCK_SIZE, BLOCK_SIZE]),
          graph.constant(blocks.scales, [blocks.scales.length]),
        ],
        output,
        {
          attributes: {
            K: BigInt(inner),
            N: BigInt(out),
            bits: 8n,
            block_size: BigInt(BLOCK_SIZE),
            accuracy_level: 4n,
          },
          domain: MICROSOFT,
        },
      );
    }
    const stored = names.length === 1 ? constant(names[0]!) : graph.constant(matrix, [out, inner]);
    const turned = graph.node('Transpose', [stored], float([inner, out]), { attributes: { perm: [1n, 0n] } });
    return graph.node('MatMul', [input, turned], output);
  };
  const head = config.tiedEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';
  const gain = (name: string): Tensor => constant(`${name}.weight`);

  const parts: DecoderParts = {
    embed(name, norm): Stream {
      const residual = graph.node('Gather', [constant(`${name}.weight`), ids], stream(width));
      const normalised = graph.node('SimplifiedLayerNormalization', [residual, gain(norm)], stream(width), {
        attributes: { axis: -1n, epsilon: config.normEpsilon, stash_type: 1n },
      });
      return { residual, normalised };
    },
    advance(before, change, norm): Stream {
      const [normalised, , , residual] = graph.nodes(
        'SkipSimplifiedLayerNormalization',
        [before.residual, change, gain(norm)],
        [stream(width), float([]), float([]), stream(width)],
        { attributes: { epsilon: config.normEpsilon }, domain: MICROSOFT },
      ) as [Tensor, Tensor, Tensor, Tensor];
      return { residual, normalised };
    },
    linear(input, name) {
      const weight = `${name}.weight`;
      if (weight !== head) return project(input, [weight]);
      // With a large vocabulary, logits of a whole prompt would cost most of its time and memory.
      const final = graph.node('GatherND', [input, last], float(['batch', 1, width]), {
        attributes: { batch_dims: 1n },
      });
      return project(final, [weight]);
    },
    attend(input, layer, name) {
      const each = (suffix: string): string[] =>
        ['q_proj', 'k_proj', 'v_proj'].map((part) => `${name}.${part}.${suffix}`);
      const packed = project(input, each('weight'));
      const biases = config.attentionBias ? stacked(each('bias')) : undefined;
      const ready = biases
        ? graph.node('Add', [packed, graph.constant(biases.data, [...biases.shape])], packed)
        : packed;
      const cache = (kind: string): Tensor =>
        graph.input(`past_key_values.${layer}.${kind}`, 'float', ['batch', keyValueHeads, 'past', headWidth]);
      const present = float(['batch', keyValueHeads, 'present', headWidth]);
      const [output, key, value] = graph.nodes(
        'GroupQueryAttention',
        [ready, undefined, undefined, cache('key'), cache('value'), lengths.before, lengths.total, cos, sin],
        [stream(heads * headWidth), present, present],
        {
          attributes: {
            num_heads: BigInt(heads),
            kv_num_heads: BigInt(keyValueHeads),
            do_rotary: 1n,
            scale: 1 / Math.sqrt(headWidth),
          },
          domain: MICROSOFT,
        },
      ) as [Tensor, Tensor, Tensor];
      graph.rename(key, `present.${layer}.key`);
      graph.rename(value, `present.${layer}.value`);
      return output;
    },
    gate(input, name) {
      const both = project(input, [`${name}.gate_proj.weight`, `${name}.up_proj.weight`]);
      const half = stream(feedForwardWidth);
      const [gate, up] = graph.nodes(
        'Split',
        [both, graph.integers([feedForwardWidth, feedForwardWidth])],
        [half, half],
        {
          attributes: { axis: -1n },
        },
      ) as [Tensor, Tensor];
      const activated = graph.node('QuickGelu', [gate], half, { attributes: { alpha: 1 }, domain: MICROSOFT });
      return graph.node('Mul', [activated, up], half);
    },
  };
  graph.output('logits', decoder(config, parts));
  return graph.build();
}

/**
 * Each row's length, (batch) int64, and what GroupQueryAttention wants to know: each row's last index, (batch) int32, and
 * the longest length, (1) int32.
 */
function cacheLengths(graph: Graph, mask: Tensor): { sums: Tensor; before: Tensor; total: Tensor } {
  const sums = graph.node(
    'ReduceSum',
    [mask, graph.integers([1])],
    { type: 'int64', shape: ['batch'] },
    {
      attributes: { keepdims: 0n },
    },
  );
  const last = graph.node('Sub', [sums, graph.integers([1])], { type: 'int64', shape: ['batch'] });
  const asInt32 = (tensor: Tensor): Tensor =>
    graph.node('Cast', [tensor], { type: 'int32', shape: tensor.shape }, { attributes: { to: 6n } });
  return { sums, before: asInt32(last), total: asInt32(secondLength(graph, mask)) };
}

/**
 * Where each row's last token is among the new ones, (batch, 1, 1) int64: a row of a prompt may end before the longest,
 * later every row brings as many new tokens as the others.
 */
function lastPositions(graph: Graph, ids: Tensor, sums: Tensor): Tensor {
  const perRow = { type: 'int64', shape: ['batch'] } as const;
  const count = graph.node('Min', [sums, secondLength(graph, ids)], perRow);
  const last = graph.node('Sub', [count, graph.integers([1])], perRow);
  return graph.node('Unsqueeze', [last, graph.integers([1, 2])], { type: 'int64', shape: ['batch', 1, 1] });
}

/** The length of a matrix's second axis, (1) int64. */
function secondLength(graph: Graph, matrix: Tensor): Tensor {
  return graph.node('Shape', [matrix], { type: 'int64', shape: [1] }, { attributes: { start: 1n, end: 2n } });
}
