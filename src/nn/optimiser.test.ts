import { describe, expect, it } from 'vitest';
import { runGraph } from '../../test/run-graph.ts';
import { Graph } from './graph.ts';
import { adamW, learningRateAt, type Schedule } from './optimiser.ts';

describe('the learning rate', () => {
  // Steps 0..3 warm up, steps 4..12 are nine points of half a cosine.
  const schedule: Schedule = { peak: 2, warmupSteps: 4, totalSteps: 13, finalShare: 0.1 };

  it.each([
    ['a quarter of the peak at the first of four steps of warm-up', 0, 0.5],
    ['the peak at the end of the warm-up', 3, 2],
    ['still the peak where the cosine begins', 4, 2],
    // 2·(0.1 + 0.9·(1 + cos 45°)/2)
    ['down by the cosine of 45° a quarter of the way', 6, 0.2 + 0.9 * (1 + Math.SQRT1_2)],
    // 2·(0.1 + 0.9/2)
    ['halfway between its ends in the middle', 8, 1.1],
    ['its final share at the last step', 12, 0.2],
    ['its final share ever after', 100, 0.2],
  ])('is %s', (_, step, expected) => {
    expect(learningRateAt(step, schedule)).toBeCloseTo(expected, 12);
  });

  it('begins at the peak without a warm-up, and is no NaN where there is one step', () => {
    expect(learningRateAt(0, { ...schedule, warmupSteps: 0 })).toBe(2);
    expect(learningRateAt(0, { ...schedule, warmupSteps: 0, totalSteps: 1 })).toBe(2);
  });

  it('is still warming up where training ends before the warm-up', () => {
    expect(learningRateAt(1, { ...schedule, totalSteps: 2 })).toBe(1);
  });
});

describe('a first step of AdamW', () => {
  // Gradient (0.3, −0.4) of norm 0.5; only the first parameter decays.
  async function step(clipNorm: number): Promise<Record<string, number[]>> {
    const graph = new Graph();
    const vector = (...values: number[]) => graph.constant(Float32Array.from(values), [values.length]);
    const next = adamW(
      graph,
      { parameters: vector(1, -2), first: vector(0, 0), second: vector(0, 0) },
      {
        gradient: vector(0.3, -0.4),
        decay: vector(1, 0),
        learningRate: graph.scalar(0.1),
        correction1: graph.scalar(1 / (1 - 0.9)),
        correction2: graph.scalar(1 / (1 - 0.99)),
      },
      { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.2, clipNorm },
    );
    for (const name of ['parameters', 'first', 'second', 'norm'] as const) graph.output(name, next[name]);
    const outputs = await runGraph(graph.build(), {});
    return Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, Array.from(data, rounded)]));
  }
  const rounded = (value: number): number => Number(value.toFixed(6));

  it('leaves a gradient within the norm as it is', async () => {
    expect(await step(1)).toEqual({
      norm: [0.5],
      first: [0.03, -0.04], // 0.1·g
      second: [0.0009, 0.0016], // 0.01·g²
      // m̂/√v̂ is the sign: 1 − 0.1·(1 + 0.2·1) and −2 − 0.1·(−1)
      parameters: [0.88, -1.9],
    });
  });

  it('scales a longer gradient down to the norm, and reports the norm before', async () => {
    expect(await step(0.25)).toEqual({
      norm: [0.5],
      first: [0.015, -0.02],
      second: [0.000225, 0.0004],
      parameters: [0.88, -1.9],
    });
  });
});
