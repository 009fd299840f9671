/**
 * Files of named tensors: an 8-byte header length, a JSON header, then the numbers end to end, little-endian. Every
 * length and offset of a file is checked before any of it is used.
 * @see https://huggingface.co/docs/safetensors
 */

import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { z } from 'zod';
import { messageOf, ProofstillError } from '../core/errors.ts';
import type { Weight, Weights } from '../nn/parameters.ts';

/** How numbers are stored; in memory they are 32-bit floats. */
export type StoredPrecision = 'fp32' | 'bf16';

const BYTES = { F32: 4, F16: 2, BF16: 2 } as const;
type Dtype = keyof typeof BYTES;

/** The format's own limit, so that a damaged length is not taken for a header of exabytes. */
const MAX_HEADER_BYTES = 100_000_000;
/** One call reads and writes at most 2 GiB. */
const CHUNK_BYTES = 2 ** 30;

const offset = z.int().nonnegative();
const headerSchema = z.record(
  z.string(),
  z.strictObject({ dtype: z.string(), shape: z.array(offset), data_offsets: z.tuple([offset, offset]) }),
);

interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads all tensors of a file as 32-bit floats, in the order in which they lie in it.
 * @throws model error naming file and tensor where the file is missing, truncated or contradicts itself
 */
export function readSafetensors(path: string): Map<string, Weight> {
  const file = openFile(path);
  try {
    const size = fstatSync(file).size;
    if (size < 8) throw damaged(path, `expected at least 8 bytes, got ${size}`);
    const headerBytes = Number(new DataView(readBytes(file, 0, 8).buffer).getBigUint64(0, true));
    if (headerBytes > Math.min(size - 8, MAX_HEADER_BYTES)) {
      throw damaged(path, `expected a header of ${headerBytes} bytes, but the file has only ${size}`);
    }
    const dataStart = 8 + headerBytes;
    const entries = parseHeader(path, readBytes(file, 8, headerBytes));
    checkLayout(path, entries, size - dataStart);
    return new Map(
      entries.map(({ name, dtype, shape, begin, end }) => [
        name,
        { shape, data: toFloats(dtype, readBytes(file, dataStart + begin, end - begin)) },
      ]),
    );
  } finally {
    closeSync(file);
  }
}

/** Writes tensors sorted by name: the same tensors give the same bytes. A failure leaves an older file as it was. */
export function writeSafetensors(path: string, weights: Weights, precision: StoredPrecision): void {
  const dtype = precision === 'fp32' ? 'F32' : 'BF16';
  const sorted = [...weights].sort(([left], [right]) => (left < right ? -1 : 1));
  let end = 0;
  const entries = sorted.map(([name, { shape, data }]) => {
    const begin = end;
    end += data.length * BYTES[dtype];
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  const json = JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) });
  // Blanks after the header let the numbers begin at a multiple of 8.
  const text = Buffer.from(json);
  const header = Buffer.alloc(8 + Math.ceil(text.length / 8) * 8, ' ');
  header.writeBigUInt64LE(BigInt(header.length - 8));
  text.copy(header, 8);

  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'w');
    try {
      writeBytes(file, header);
      for (const [, { data }] of sorted) writeBytes(file, precision === 'fp32' ? bytesOf(data) : bytesOf(toBf16(data)));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary);
    throw new ProofstillError('export', `cannot write the file: ${messageOf(error)}`, {
      place: path,
      hint: 'Check the free space and the permissions of its directory.',
      cause: error,
    });
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new ProofstillError('model', `cannot read the file: ${messageOf(error)}`, {
      place: path,
      hint: 'A checkpoint directory needs its weights in one file, model.safetensors.',
      cause: error,
    });
  }
}

function parseHeader(path: string, bytes: Uint8Array): Entry[] {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw damaged(path, `expected a header of JSON: ${messageOf(error)}`);
  }
  if (typeof header !== 'object' || header === null) throw damaged(path, 'expected a header with one entry per tensor');
  const { __metadata__: _, ...tensors } = header as Record<string, unknown>;
  const result = headerSchema.safeParse(tensors);
  if (!result.success) throw damaged(path, z.prettifyError(result.error));
  return Object.entries(result.data)
    .map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [begin, end],
        },
      ]) => {
        if (!Object.hasOwn(BYTES, dtype)) {
          throw new ProofstillError('model', `expected F32, F16 or BF16 numbers, got ${dtype}`, {
            place: `${path}, tensor ${name}`,
            hint: 'Take a checkpoint whose weights are not quantised.',
          });
        }
        return { name, dtype: dtype as Dtype, shape, begin, end };
      },
    )
    .sort((left, right) => left.begin - right.begin || left.end - right.end);
}

/** Tensors lie end to end: each has the bytes that its shape needs, none overlaps another, and nothing is left over. */
function checkLayout(path: string, entries: readonly Entry[], available: number): void {
  let cursor = 0;
  for (const { name, dtype, shape, begin, end } of entries) {
    const needed = shape.reduce((product, length) => product * length, BYTES[dtype]);
    if (end - begin !== needed) {
      throw damaged(path, `[${shape}] of ${dtype} takes ${needed} bytes, but offsets span ${end - begin}`, name);
    }
    if (begin !== cursor) {
      const fault = begin < cursor ? 'overlaps the tensor before it' : 'leaves a hole before it';
      throw damaged(path, `it begins at byte ${begin} and ${fault}, which ends at ${cursor}`, name);
    }
    if (end > available) {
      throw damaged(
        path,
        `the file is truncated: it ends at byte ${end} of the data, of which ${available} are there`,
        name,
      );
    }
    cursor = end;
  }
  if (cursor !== available) throw damaged(path, `${available - cursor} bytes follow the last tensor`);
}

function damaged(path: string, message: string, tensor?: string): ProofstillError {
  return new ProofstillError('model', message, {
    place: tensor === undefined ? path : `${path}, tensor ${tensor}`,
    hint: 'The file is damaged or not in safetensors format: fetch or export the checkpoint again.',
  });
}

/** Bytes in a buffer of their own, so that wider numbers may lie over them. */
function readBytes(file: number, position: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const count = readSync(file, bytes, done, Math.min(length - done, CHUNK_BYTES), position + done);
    if (count === 0) throw new Error('the file became shorter while it was read');
    done += count;
  }
  return bytes;
}

function writeBytes(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, Math.min(bytes.length - done, CHUNK_BYTES));
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function toFloats(dtype: Dtype, { buffer }: Uint8Array<ArrayBuffer>): Float32Array {
  if (dtype === 'F32') return new Float32Array(buffer);
  const stored = new Uint16Array(buffer);
  const bits = new Uint32Array(stored.length);
  // A bfloat16 is the upper half of a float.
  for (let i = 0; i < stored.length; i++) {
    bits[i] = dtype === 'BF16' ? (stored[i] as number) << 16 : halfToFloatBits(stored[i] as number);
  }
  return new Float32Array(bits.buffer);
}

/** IEEE 754 binary16 to the bits of the binary32 of the same value. */
function halfToFloatBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (mantissa << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (mantissa << 13);
  if (mantissa === 0) return sign;
  // Subnormal: mantissa × 2⁻²⁴, whose leading bit becomes the implicit one.
  const leading = 31 - Math.clz32(mantissa);
  return sign | ((leading + 103) << 23) | ((mantissa << (23 - leading)) & 0x7fffff);
}

/** Rounded to the nearest, ties to even. */
function toBf16(data: Float32Array): Uint16Array {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  return Uint16Array.from(bits, (value) => (value + 0x7fff + ((value >>> 16) & 1)) >>> 16);
}
