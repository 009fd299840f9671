import { describe, expect, it } from 'vitest';
import { randomStream } from '../core/seed.ts';
import { quantise } from './quantise.ts';

const dequantised = ({ values, scales }: ReturnType<typeof quantise>): Float32Array =>
  Float32Array.from(values, (value, index) => (value - 128) * scales[Math.floor(index / 32)]!);

describe('eight-bit weights', () => {
  it('come back exactly where they are whole multiples of their block’s scale', () => {
    // Two outputs of two blocks: k/1024 for k from −127 to 127, each block with its ±127.
    const matrix = Float32Array.from({ length: 128 }, (_, index) => (((index * 9) % 32) * 8 - 121) / 1024);
    for (let block = 0; block < 4; block++) matrix[32 * block + 5 * block] = (block % 2 ? 127 : -127) / 1024;
    const quantised = quantise(matrix, 2, 64);
    expect(quantised.scales).toEqual(new Float32Array(4).fill(1 / 1024));
    expect(dequantised(quantised)).toEqual(matrix);
  });

  it('are off by half a scale at most', () => {
    const random = randomStream(1, 'quantise');
    const matrix = Float32Array.from({ length: 20 * 96 }, () => random.next() ** 3 - 0.3);
    const quantised = quantise(matrix, 20, 96);
    const near = dequantised(quantised);
    // One part in a million over a half, for the rounding of 32-bit products.
    const excess = matrix.findIndex(
      (weight, index) => Math.abs(weight - near[index]!) > 0.500001 * quantised.scales[Math.floor(index / 32)]!,
    );
    expect(excess).toBe(-1);
  });

  it('of a block of zeros are zeros', () => {
    const quantised = quantise(new Float32Array(32), 1, 32);
    expect(quantised).toEqual({ values: new Uint8Array(32).fill(128), scales: new Float32Array(1) });
  });

  it('need an inner length in whole blocks', () => {
    expect(() => quantise(new Float32Array(80), 2, 40)).toThrow('a matrix of inner length 40 has no blocks of 32');
  });
});
