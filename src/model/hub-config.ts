/** config.json of a checkpoint directory, as transformers writes and reads it. */

import { z } from 'zod';
import type { DecoderConfig } from '../nn/decoder-config.ts';
import type { StoredPrecision } from './safetensors.ts';

/** ONNX Runtime's attention takes no other head widths with rotary embedding. */
const HEAD_STEP = 16;

const count = z.int().positive();
const rope = z
  .looseObject({
    rope_type: z.literal('default').optional(),
    type: z.literal('default').optional(),
    rope_theta: z.number().positive().optional(),
  })
  .nullish();

/**
 * Reads Qwen2 and Llama; refuses what would change the network and is not built here, such as scaled rotary embedding or
 * sliding windows. Defaults are those of transformers. Other keys are left alone.
 * @see https://github.com/huggingface/transformers/tree/main/src/transformers/models/qwen2
 */
export const hubConfigSchema = z
  .looseObject({
    model_type: z.enum(['qwen2', 'llama']),
    hidden_size: count,
    intermediate_size: count,
    num_hidden_layers: count.max(1000),
    num_attention_heads: count,
    num_key_value_heads: count.nullish(),
    head_dim: count.nullish(),
    vocab_size: count,
    max_position_embeddings: count,
    rms_norm_eps: z.number().positive().default(1e-6),
    rope_theta: z.number().positive().optional(),
    /** Where transformers 5 keeps the rotary embedding's settings; before, the next key held all but the base. */
    rope_parameters: rope,
    rope_scaling: rope,
    tie_word_embeddings: z.boolean().default(false),
    hidden_act: z.literal('silu').default('silu'),
    use_sliding_window: z.literal(false).default(false),
    attention_bias: z.boolean().nullish(),
    mlp_bias: z.literal(false).nullish(),
  })
  .transform((config, context): DecoderConfig => {
    const heads = config.num_attention_heads;
    const keyValueHeads = config.num_key_value_heads ?? heads;
    const headWidth = config.head_dim ?? config.hidden_size / heads;
    const refuse = (key: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [key], message });
    };
    if (!Number.isInteger(headWidth)) refuse('hidden_size', `expected a multiple of ${heads} heads`);
    else if (headWidth % HEAD_STEP !== 0) {
      refuse('head_dim', `expected a head width that is a multiple of ${HEAD_STEP}, got ${headWidth}`);
    }
    if (heads % keyValueHeads !== 0) refuse('num_key_value_heads', `expected a divisor of ${heads} heads`);
    if (config.model_type === 'llama' && config.attention_bias) {
      refuse('attention_bias', 'expected false: Llama would have a bias on the output projection too');
    }
    return {
      vocabularySize: config.vocab_size,
      width: config.hidden_size,
      layers: config.num_hidden_layers,
      heads,
      keyValueHeads,
      headWidth,
      feedForwardWidth: config.intermediate_size,
      ropeTheta: config.rope_parameters?.rope_theta ?? config.rope_theta ?? 10_000,
      normEpsilon: config.rms_norm_eps,
      tiedEmbeddings: config.tie_word_embeddings,
      attentionBias: config.model_type === 'qwen2',
      maxPositions: config.max_position_embeddings,
    };
  });

/** What config.json says of a decoder: Qwen2 where attention has biases, else Llama. */
export function toHubConfig(config: DecoderConfig, precision: StoredPrecision): Record<string, unknown> {
  const family = config.attentionBias
    ? { architectures: ['Qwen2ForCausalLM'], model_type: 'qwen2', use_sliding_window: false }
    : { architectures: ['LlamaForCausalLM'], model_type: 'llama', attention_bias: false, mlp_bias: false };
  return {
    ...family,
    vocab_size: config.vocabularySize,
    hidden_size: config.width,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.headWidth,
    intermediate_size: config.feedForwardWidth,
    hidden_act: 'silu',
    rope_theta: config.ropeTheta,
    rms_norm_eps: config.normEpsilon,
    tie_word_embeddings: config.tiedEmbeddings,
    max_position_embeddings: config.maxPositions,
    torch_dtype: precision === 'fp32' ? 'float32' : 'bfloat16',
  };
}
