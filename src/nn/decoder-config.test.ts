import { expect, it } from 'vitest';
import { type DecoderConfig, parameterCount } from './decoder-config.ts';

const QWEN2_5_HALF: DecoderConfig = {
  vocabularySize: 151_936,
  width: 896,
  layers: 24,
  heads: 14,
  keyValueHeads: 2,
  headWidth: 64,
  feedForwardWidth: 4864,
  ropeTheta: 1e6,
  normEpsilon: 1e-6,
  tiedEmbeddings: true,
  attentionBias: true,
  maxPositions: 32_768,
};
const SMOLLM2_135M: DecoderConfig = {
  ...QWEN2_5_HALF,
  vocabularySize: 49_152,
  width: 576,
  layers: 30,
  heads: 9,
  keyValueHeads: 3,
  feedForwardWidth: 1536,
  attentionBias: false,
};

// The "Parameters" that the Hugging Face hub reads from the published safetensors.
it.each([
  ['Qwen2.5-0.5B', QWEN2_5_HALF, 494_032_768],
  ['SmolLM2-135M', SMOLLM2_135M, 134_515_008],
])('%s has as many parameters as were published', (_, config, published) => {
  expect(parameterCount(config)).toBe(published);
});

it('an output layer of its own costs another table', () => {
  const apart = parameterCount({ ...SMOLLM2_135M, tiedEmbeddings: false });
  expect(apart - parameterCount(SMOLLM2_135M)).toBe(49_152 * 576);
});
