/** Eight-bit weights in blocks, as ONNX Runtime's MatMulNBits reads them. */

/** Consecutive weights of one output that share a scale. */
export const BLOCK_SIZE = 32;
/** What stands for zero in MatMulNBits where no zero points are given. */
const ZERO = 128;

/**
 * Symmetric round-to-nearest: weight ≈ (value − 128)·scale, with scale = max|w|/127 in each block.
 * @param matrix (out, inner) row by row; inner must be a multiple of {@link BLOCK_SIZE}
 * @returns values (out, inner/32, 32), scales (out·inner/32)
 */
export function quantise(
  matrix: Float32Array,
  out: number,
  inner: number,
): { values: Uint8Array; scales: Float32Array } {
  if (inner % BLOCK_SIZE !== 0)
    throw new RangeError(`a matrix of inner length ${inner} has no blocks of ${BLOCK_SIZE}`);
  const values = new Uint8Array(out * inner);
  const scales = new Float32Array((out * inner) / BLOCK_SIZE);
  for (let block = 0; block < scales.length; block++) {
    const start = block * BLOCK_SIZE;
    let largest = 0;
    for (let index = start; index < start + BLOCK_SIZE; index++) largest = Math.max(largest, Math.abs(matrix[index]!));
    const scale = largest / 127;
    scales[block] = scale;
    for (let index = start; index < start + BLOCK_SIZE; index++) {
      values[index] = scale === 0 ? ZERO : Math.round(matrix[index]! / scale) + ZERO;
    }
  }
  return { values, scales };
}
