/**
 * The decoder of Qwen2 and Llama (Qwen2: https://arxiv.org/abs/2407.10671, section 2.2), written once. Training and
 * inference hand in their own parts: differentiable operations on packed rows, or fused ones with a cache.
 */

import type { DecoderConfig } from './decoder-config.ts';
import type { Tensor } from './graph.ts';

/** Residual stream and its normalised copy, which the next block reads. */
export interface Stream {
  readonly residual: Tensor;
  readonly normalised: Tensor;
}

export interface DecoderParts {
  /** Token embeddings, normalised by the named gain. */
  embed(table: string, norm: string): Stream;
  /** Adds a block's result to the residual stream and normalises it by the named gain. */
  advance(stream: Stream, change: Tensor, norm: string): Stream;
  linear(input: Tensor, name: string): Tensor;
  /** Projections to queries, keys and values, rotary embedding and causal attention: heads' results side by side. */
  attend(input: Tensor, layer: number, name: string): Tensor;
  /** silu(gate) · up. */
  gate(input: Tensor, name: string): Tensor;
}

/** Lays the decoder out of `parts` → logits over the vocabulary at each position. */
export function decoder(config: DecoderConfig, parts: DecoderParts): Tensor {
  const layerName = (index: number): string => `model.layers.${index}`;
  const normBefore = (index: number): string =>
    index < config.layers ? `${layerName(index)}.input_layernorm` : 'model.norm';
  let stream = parts.embed('model.embed_tokens', normBefore(0));
  for (let index = 0; index < config.layers; index++) {
    const layer = layerName(index);
    const heads = parts.attend(stream.normalised, index, `${layer}.self_attn`);
    stream = parts.advance(
      stream,
      parts.linear(heads, `${layer}.self_attn.o_proj`),
      `${layer}.post_attention_layernorm`,
    );
    const gated = parts.gate(stream.normalised, `${layer}.mlp`);
    stream = parts.advance(stream, parts.linear(gated, `${layer}.mlp.down_proj`), normBefore(index + 1));
  }
  return parts.linear(stream.normalised, config.tiedEmbeddings ? 'model.embed_tokens' : 'lm_head');
}

/** Rotary angles: cos and sin of position/θ^(2i/w), each (positions, w/2) row by row. */
export function rotaryTable(config: DecoderConfig): { cos: Float32Array; sin: Float32Array; shape: [number, number] } {
  const half = config.headWidth / 2;
  const cos = new Float32Array(config.maxPositions * half);
  const sin = new Float32Array(config.maxPositions * half);
  for (let position = 0; position < config.maxPositions; position++) {
    for (let pair = 0; pair < half; pair++) {
      const angle = position / config.ropeTheta ** ((2 * pair) / config.headWidth);
      cos[position * half + pair] = Math.cos(angle);
      sin[position * half + pair] = Math.sin(angle);
    }
  }
  return { cos, sin, shape: [config.maxPositions, half] };
}
