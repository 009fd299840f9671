import { describe, expect, it } from 'vitest';
import { randomStream } from '../core/seed.ts';
import type { DecoderConfig } from './decoder-config.ts';
import { flatten, initialWeights, unflatten } from './parameters.ts';

const config: DecoderConfig = {
  vocabularySize: 100,
  width: 64,
  layers: 2,
  heads: 4,
  keyValueHeads: 2,
  headWidth: 16,
  feedForwardWidth: 96,
  ropeTheta: 10_000,
  normEpsilon: 1e-6,
  tiedEmbeddings: true,
  attentionBias: true,
  maxPositions: 32,
};

describe('parameters', () => {
  it('come back from the flat vector as they went in', () => {
    const weights = initialWeights(config, randomStream(1, 'weights'));
    expect(unflatten(config, flatten(config, weights))).toEqual(weights);
  });

  it('cannot be flattened with one missing', () => {
    const weights = new Map(initialWeights(config, randomStream(1, 'weights')));
    weights.delete('model.norm.weight');
    expect(() => flatten(config, weights)).toThrow('parameter model.norm.weight is missing');
  });
});

describe('fresh parameters', () => {
  const weights = initialWeights(config, randomStream(2, 'weights'));

  it('are the same for the same seed and others for another', () => {
    const again = flatten(config, initialWeights(config, randomStream(2, 'weights')));
    expect(flatten(config, weights)).toEqual(again);
    expect(flatten(config, weights)).not.toEqual(flatten(config, initialWeights(config, randomStream(3, 'weights'))));
  });

  it.each([
    ['model.embed_tokens', 1 / 64],
    ['model.layers.0.mlp.gate_proj', 1 / 64],
    // Those that write to the residual stream: 1/in, over 2·layers.
    ['model.layers.0.self_attn.o_proj', 1 / 64 / 4],
    ['model.layers.1.mlp.down_proj', 1 / 96 / 4],
  ])('of %s have mean 0 and variance %d', (name, variance) => {
    const { data } = weights.get(`${name}.weight`)!;
    // Of n normal numbers, the mean has deviation σ/√n and the mean square σ²·√(2/n): four of each, n = 4096 at least.
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    const square = data.reduce((sum, value) => sum + value * value, 0) / data.length;
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(variance / data.length));
    expect(Math.abs(square / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / data.length));
  });

  it('have gains of 1 and biases of 0', () => {
    const only = (name: string): Set<number> => new Set(weights.get(name)!.data);
    expect(only('model.norm.weight')).toEqual(new Set([1]));
    expect(only('model.layers.1.post_attention_layernorm.weight')).toEqual(new Set([1]));
    expect(only('model.layers.0.self_attn.k_proj.bias')).toEqual(new Set([0]));
  });
});
