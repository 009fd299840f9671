import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isProofstillError } from '../core/errors.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

/** Made by scripts/python/reference_safetensors.py with the format's own library. */
const reference = (name: string) => `test/fixtures/reference-${name}.safetensors`;
const EXACT = [0, -0, 1, -2.5, 0.15625, 2 ** -14, 2 ** -24, -(2 ** -17), 3 * 2 ** -20, 65024, Infinity, -1.984375];

const directory = mkdtempSync(join(tmpdir(), 'proofstill-safetensors-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A file with this header and this many bytes of numbers. */
function fileOf(header: unknown, dataBytes: number): string {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const path = join(directory, 'made.safetensors');
  writeFileSync(path, Buffer.concat([length, text, Buffer.alloc(dataBytes)]));
  return path;
}

function faultOf(path: string): string {
  try {
    readSafetensors(path);
  } catch (error) {
    if (isProofstillError(error, 'model') && error.hint) return `${error.place}: ${error.message}`;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('reading', () => {
  it.each(['fp32', 'fp16', 'bf16'])('gives the numbers that the reference library wrote as %s', (name) => {
    const tensors = readSafetensors(reference(name));
    expect(tensors.get('b.exact')).toEqual({ shape: [3, 4], data: Float32Array.from(EXACT) });
    expect(tensors.get('a.scalar')).toEqual({ shape: [], data: Float32Array.of(7) });
    expect(tensors.get('d.empty')).toEqual({ shape: [0, 3], data: new Float32Array(0) });
  });

  it('gives every half-precision number its value', () => {
    const path = fileOf({ all: { dtype: 'F16', shape: [65536], data_offsets: [0, 131072] } }, 0);
    writeFileSync(path, Buffer.from(Uint16Array.from({ length: 65536 }, (_, i) => i).buffer), { flag: 'a' });
    const { data } = readSafetensors(path).get('all') as { data: Float32Array };
    // The definition in IEEE 754-2019, 3.4: 10 bits of mantissa, bias 15.
    const value = (bits: number): number => {
      const sign = bits >> 15 ? -1 : 1;
      const exponent = (bits >> 10) & 31;
      const fraction = (bits & 1023) / 1024;
      if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
      return exponent === 0 ? sign * 2 ** -14 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction);
    };
    expect(data.findIndex((number, bits) => !Object.is(number, value(bits)))).toBe(-1);
  });
});

describe('writing', () => {
  it.each(['fp32', 'bf16'] as const)('gives the very bytes of the reference library as %s', (precision) => {
    const path = join(directory, `${precision}.safetensors`);
    const reversed = new Map([...readSafetensors(reference('fp32'))].reverse());
    writeSafetensors(path, reversed, precision);
    expect(readFileSync(path).equals(readFileSync(reference(precision)))).toBe(true);
  });

  it('replaces a file whole, or leaves it and says why', () => {
    const weights = new Map([['a', { shape: [1], data: Float32Array.of(1) }]]);
    const place = join(directory, 'no', 'such', 'directory.safetensors');
    expect(() => writeSafetensors(place, weights, 'fp32')).toThrowError(
      expect.objectContaining({ code: 'export', place }),
    );
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('a damaged file', () => {
  const f32 = (shape: number[], begin: number, end: number) => ({ dtype: 'F32', shape, data_offsets: [begin, end] });

  it('is named where it is missing', () => {
    expect(faultOf(join(directory, 'none'))).toMatch(/none: cannot read the file/);
  });

  it.each([
    ['', /expected at least 8 bytes, got 0/],
    [readFileSync(reference('fp32')).subarray(0, 100), /a header of 280 bytes, but the file has only 100/],
    [Buffer.alloc(64, 0xff), /a header of 18446744073709552000 bytes/],
  ])('is named where its header is cut off', (content, message) => {
    const path = join(directory, 'cut.safetensors');
    writeFileSync(path, content);
    expect(faultOf(path)).toMatch(message);
  });

  it('names the tensor at which it is truncated', () => {
    const path = join(directory, 'truncated.safetensors');
    writeFileSync(path, readFileSync(reference('fp32')).subarray(0, -1));
    // 4 bytes of a.scalar, 48 of b.exact, 32 of c.rounded: 84, of which 83 are left.
    expect(faultOf(path)).toMatch(/tensor c.rounded: the file is truncated: it ends at byte 84 .* 83 are there/);
  });

  it.each([
    ['not JSON', '{"a":', 0, /header of JSON/],
    ['not an object', 'null', 0, /one entry per tensor/],
    ['an entry that is none', { a: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }, 4, /shape/],
    ['numbers of another kind', { a: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, 8, /tensor a: .* got I64/],
    ['a shape that needs more', { a: f32([2, 3], 0, 20) }, 20, /tensor a: \[2,3\] of F32 takes 24 bytes, .* span 20/],
    ['an overlap', { a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12, /tensor b: .* overlaps/],
    ['a hole', { a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12, /tensor b: .* leaves a hole/],
    ['bytes left over', { a: f32([1], 0, 4) }, 5, /1 bytes follow the last tensor/],
  ])('may have %s', (_, header, dataBytes, message) => {
    expect(faultOf(fileOf(header, dataBytes))).toMatch(message);
  });
});
