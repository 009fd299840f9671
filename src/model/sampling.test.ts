import { describe, expect, it } from 'vitest';
import { randomStream } from '../core/seed.ts';
import { type Sampling, sampleToken } from './sampling.ts';

/** Probabilities out of order, and two of them equal. */
const PROBABILITIES = [0.125, 0.5, 0.125, 0.25];
const LOGITS = Float32Array.from(PROBABILITIES, (probability) => Math.log(probability) + 7);
const DRAWS = 4000;

/** How often each id is drawn. */
function frequencies(sampling: Sampling, logits = LOGITS): number[] {
  const random = randomStream(5, 'sampling');
  const counts = Array.from(logits, () => 0);
  for (let draw = 0; draw < DRAWS; draw++) counts[sampleToken(logits, sampling, random)]!++;
  return counts.map((count) => count / DRAWS);
}

describe('greedy sampling', () => {
  it('takes the highest logit, and the lowest id among equals', () => {
    const greedy = (...logits: number[]): number =>
      sampleToken(Float32Array.from(logits), { temperature: 0, topP: 1 }, randomStream(1));
    expect(greedy(-2, -1, -3)).toBe(1);
    expect(greedy(1, 3, 3, 2)).toBe(1);
    expect(greedy(0, 0, 0)).toBe(0);
    expect(greedy(-Infinity, -Infinity, -1e30)).toBe(2);
  });

  it('draws nothing', () => {
    const random = randomStream(1, 'greedy');
    sampleToken(LOGITS, { temperature: 0, topP: 0.5 }, random);
    expect(random.next()).toBe(randomStream(1, 'greedy').next());
  });
});

describe('sampling', () => {
  // Each expected share p comes with a deviation of √(p(1 − p)/n); four of them are allowed.
  it.each([
    ['at temperature 1 follows the probabilities', 1, 1, PROBABILITIES],
    // Squares 1/64, 16/64, 1/64, 4/64 over their sum 22/64.
    ['at temperature 1/2 follows their squares', 0.5, 1, [1 / 22, 16 / 22, 1 / 22, 4 / 22]],
    // Roots in units of √(1/8): 1, 2, 1, √2.
    ['at temperature 2 follows their roots', 2, 1, [1, 2, 1, Math.SQRT2].map((root) => root / (4 + Math.SQRT2))],
    ['within 0.7 keeps the two that reach it together', 1, 0.7, [0, 2 / 3, 0, 1 / 3]],
    ['within 0.8 needs a third, the lower id of the equal ones', 1, 0.8, [1 / 7, 4 / 7, 0, 2 / 7]],
    ['within 0.9 needs all', 1, 0.9, PROBABILITIES],
    // At temperature 1/2 the first has 16/22 > 0.7 alone.
    ['takes its nucleus after the temperature', 0.5, 0.7, [0, 1, 0, 0]],
    ['within less than the best one’s share keeps it alone', 1, 0.1, [0, 1, 0, 0]],
    ['within nothing keeps the best one', 1, 0, [0, 1, 0, 0]],
  ])('%s', (_, temperature, topP, expected) => {
    const drawn = frequencies({ temperature, topP });
    for (const [id, share] of expected.entries()) {
      const deviation = Math.sqrt((share * (1 - share)) / DRAWS);
      expect(Math.abs(drawn[id]! - share)).toBeLessThanOrEqual(4 * deviation);
    }
  });

  it('never draws what has no probability', () => {
    const [first, second, third] = frequencies({ temperature: 1, topP: 1 }, Float32Array.of(-Infinity, 1, -1000));
    expect([first, second, third]).toEqual([0, 1, 0]);
  });

  it('is the same for the same seed', () => {
    const sampling = { temperature: 1, topP: 1 };
    expect(frequencies(sampling)).toEqual(frequencies(sampling));
  });
});
