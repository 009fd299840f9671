/** Picks the next token from logits. */

import type { Random } from '../core/seed.ts';

export interface Sampling {
  /** 0 is greedy. */
  readonly temperature: number;
  /** Nucleus sampling: only the most probable tokens that together reach this probability; 1 is off. */
  readonly topP: number;
}

/**
 * Draws a token id from `logits` (V). Greedy takes the lowest id among equals; nucleus sampling is that of Holtzman et
 * al. 2019, https://arxiv.org/abs/1904.09751, section 3.1.
 */
export function sampleToken(logits: Float32Array, { temperature, topP }: Sampling, random: Random): number {
  const best = argmax(logits);
  if (temperature === 0) return best;
  const highest = logits[best] as number;
  const weights = Array.from(logits, (logit, id) => ({ id, weight: Math.exp((logit - highest) / temperature) }));
  weights.sort((left, right) => right.weight - left.weight || left.id - right.id);
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  let mass = 0;
  const nucleus = weights.filter(({ weight }) => {
    const inside = mass < topP * total;
    if (inside) mass += weight;
    return inside;
  });
  let rest = random.next() * mass;
  for (const { id, weight } of nucleus) {
    rest -= weight;
    if (rest < 0) return id;
  }
  return nucleus.at(-1)?.id ?? best;
}

function argmax(values: Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}
