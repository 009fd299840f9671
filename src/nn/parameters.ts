/** A decoder's parameters as named matrices, as one flat vector, and fresh ones. */

import type { Random } from '../core/seed.ts';
import { type DecoderConfig, elements, parameterCount, parameterShapes } from './decoder-config.ts';

/** A parameter under its Hugging Face name, row by row. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type Weights = ReadonlyMap<string, Weight>;

/** All parameters end to end, in the order of `parameterShapes`. */
export function flatten(config: DecoderConfig, weights: Weights): Float32Array {
  const flat = new Float32Array(parameterCount(config));
  let offset = 0;
  for (const [name, shape] of parameterShapes(config)) {
    const weight = weights.get(name);
    if (!weight) throw new Error(`parameter ${name} is missing`);
    flat.set(weight.data, offset);
    offset += elements(shape);
  }
  return flat;
}

/** The inverse of {@link flatten}; the named matrices are views into `flat`. */
export function unflatten(config: DecoderConfig, flat: Float32Array): Weights {
  let offset = 0;
  return new Map(
    parameterShapes(config).map(([name, shape]) => {
      const data = flat.subarray(offset, offset + elements(shape));
      offset += elements(shape);
      return [name, { shape, data }];
    }),
  );
}

/**
 * Fresh parameters: matrices normal with variance 1/in, those that write to the residual stream smaller by √(2·layers)
 * (GPT-2, Radford et al. 2019, section 2.3), embeddings with variance 1/width, gains 1, biases 0.
 */
export function initialWeights(config: DecoderConfig, random: Random): Weights {
  const depth = 1 / Math.sqrt(2 * config.layers);
  return new Map(
    parameterShapes(config).map(([name, shape]) => {
      const count = elements(shape);
      if (shape.length === 1)
        return [name, { shape, data: new Float32Array(count).fill(name.includes('norm') ? 1 : 0) }];
      const writes = name.includes('o_proj') || name.includes('down_proj');
      const deviation = (writes ? depth : 1) / Math.sqrt(shape[1] as number);
      return [name, { shape, data: Float32Array.from({ length: count }, () => deviation * normal(random)) }];
    }),
  );
}

/** A standard normal number (Box & Muller 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
