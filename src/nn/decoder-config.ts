/** Shape of a decoder of the Qwen2 and Llama family, and the names and shapes of its parameters. */

export interface DecoderConfig {
  readonly vocabularySize: number;
  /** Width of the residual stream (`hidden_size`). */
  readonly width: number;
  readonly layers: number;
  /** Query heads. */
  readonly heads: number;
  /** Key/value heads, each shared by `heads / keyValueHeads` query heads. */
  readonly keyValueHeads: number;
  readonly headWidth: number;
  readonly feedForwardWidth: number;
  readonly ropeTheta: number;
  readonly normEpsilon: number;
  /** Whether the output layer is the embedding table itself. */
  readonly tiedEmbeddings: boolean;
  /** Whether queries, keys and values have a bias: always in Qwen2, never in Llama. */
  readonly attentionBias: boolean;
  readonly maxPositions: number;
}

export type ParameterShape = readonly [name: string, shape: readonly number[]];

/** Every parameter under its Hugging Face name, in a fixed order; matrices are (out, in). */
export function parameterShapes(config: DecoderConfig): ParameterShape[] {
  const { width, headWidth, feedForwardWidth, vocabularySize } = config;
  const ofQueries = config.heads * headWidth;
  const ofKeys = config.keyValueHeads * headWidth;
  const projections = [
    ['q_proj', ofQueries],
    ['k_proj', ofKeys],
    ['v_proj', ofKeys],
  ] as const;
  const layers = Array.from({ length: config.layers }, (_, index): ParameterShape[] => {
    const layer = `model.layers.${index}`;
    return [
      [`${layer}.input_layernorm.weight`, [width]],
      ...projections.flatMap(([name, out]): ParameterShape[] => [
        [`${layer}.self_attn.${name}.weight`, [out, width]],
        ...(config.attentionBias ? [[`${layer}.self_attn.${name}.bias`, [out]] as const] : []),
      ]),
      [`${layer}.self_attn.o_proj.weight`, [width, ofQueries]],
      [`${layer}.post_attention_layernorm.weight`, [width]],
      [`${layer}.mlp.gate_proj.weight`, [feedForwardWidth, width]],
      [`${layer}.mlp.up_proj.weight`, [feedForwardWidth, width]],
      [`${layer}.mlp.down_proj.weight`, [width, feedForwardWidth]],
    ];
  });
  return [
    ['model.embed_tokens.weight', [vocabularySize, width]],
    ...layers.flat(),
    ['model.norm.weight', [width]],
    ...(config.tiedEmbeddings ? [] : [['lm_head.weight', [vocabularySize, width]] as const]),
  ];
}

export const elements = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Number of parameters. */
export function parameterCount(config: DecoderConfig): number {
  return parameterShapes(config).reduce((sum, [, shape]) => sum + elements(shape), 0);
}
