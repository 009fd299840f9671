import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isProofstillError, type ProofstillError } from '../core/errors.ts';
import { contentHash, sha256 } from '../core/hash.ts';
import { type DecoderConfig, parameterShapes } from '../nn/decoder-config.ts';
import type { Weight, Weights } from '../nn/parameters.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

/** Saved by transformers: scripts/python/reference_checkpoint.py. */
const QWEN2 = 'test/fixtures/tiny-qwen2';
const LLAMA = 'test/fixtures/tiny-llama';

const scratch = mkdtempSync(join(tmpdir(), 'proofstill-checkpoint-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let made = 0;
const fresh = (): string => join(scratch, `${made++}`);

function copyOf(fixture: string): string {
  const directory = fresh();
  cpSync(fixture, directory, { recursive: true });
  return directory;
}

function withConfig(changes: Record<string, unknown>, fixture = QWEN2): string {
  const directory = copyOf(fixture);
  const path = join(directory, 'config.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }));
  return directory;
}

function withWeights(change: (weights: Map<string, Weight>) => unknown): string {
  const directory = copyOf(QWEN2);
  const path = join(directory, 'model.safetensors');
  const weights = readSafetensors(path);
  change(weights);
  writeSafetensors(path, weights, 'fp32');
  return directory;
}

function errorOf(work: () => unknown): ProofstillError {
  try {
    work();
  } catch (error) {
    if (isProofstillError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function rewritten(checkpoint: Checkpoint, precision: 'fp32' | 'bf16', directory = fresh()): string {
  writeCheckpoint(directory, {
    ...checkpoint,
    precision,
    tokenizerFrom: checkpoint.directory,
    manifest: { parent: 'x' },
  });
  return directory;
}

describe('a checkpoint that transformers saved', () => {
  it('reads as Qwen2: biases, tied embeddings, the width shared out among the heads', () => {
    const { config, weights } = readCheckpoint(QWEN2);
    const expected: DecoderConfig = {
      vocabularySize: 128,
      width: 64,
      layers: 2,
      heads: 4,
      keyValueHeads: 2,
      headWidth: 16,
      feedForwardWidth: 32,
      ropeTheta: 10_000,
      normEpsilon: 1e-6,
      tiedEmbeddings: true,
      attentionBias: true,
      maxPositions: 64,
    };
    expect(config).toEqual(expected);
    expect([...weights.keys()]).toEqual(parameterShapes(config).map(([name]) => name));
  });

  it('reads as Llama: no biases, an output layer, its own head width and wavelengths', () => {
    const { config, weights } = readCheckpoint(LLAMA);
    expect(config).toMatchObject({ headWidth: 16, keyValueHeads: 1, ropeTheta: 500, normEpsilon: 1e-5 });
    expect(config).toMatchObject({ tiedEmbeddings: false, attentionBias: false });
    expect(weights.get('model.layers.1.self_attn.q_proj.weight')?.shape).toEqual([64, 16]);
    expect(weights.has('model.layers.1.self_attn.q_proj.bias')).toBe(false);
    expect(weights.get('lm_head.weight')?.shape).toEqual([128, 16]);
  });

  it('may be of an older release, with the wavelengths at the top, and store what follows from the rest', () => {
    const directory = withWeights((weights) => {
      weights.set('lm_head.weight', weights.get('model.embed_tokens.weight') as Weight);
      weights.set('model.layers.0.self_attn.rotary_emb.inv_freq', { shape: [2], data: Float32Array.of(1, 0.01) });
    });
    const path = join(directory, 'config.json');
    const { rope_parameters: _, ...older } = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...older, rope_theta: 1_000_000, rope_scaling: null }));
    const { config, weights } = readCheckpoint(directory);
    expect(config.ropeTheta).toBe(1_000_000);
    expect(weights.has('lm_head.weight')).toBe(false);
  });
});

describe('writing', () => {
  it.each([QWEN2, LLAMA])('gives back what was read: %s', (fixture) => {
    const original = readCheckpoint(fixture);
    const copy = readCheckpoint(rewritten(original, 'fp32'));
    expect(copy.config).toEqual(original.config);
    expect(copy.weights).toEqual(original.weights);
  });

  it('gives the same bytes and the same hash for the same content, and another hash for another', () => {
    const checkpoint = readCheckpoint(QWEN2);
    const [first, second, rounded] = [
      rewritten(checkpoint, 'fp32'),
      rewritten(checkpoint, 'fp32'),
      rewritten(checkpoint, 'bf16'),
    ];
    for (const name of readdirSync(first))
      expect(readFileSync(join(first, name))).toEqual(readFileSync(join(second, name)));
    expect(readCheckpoint(first).hash).toBe(readCheckpoint(second).hash);
    expect(readCheckpoint(first).hash).not.toBe(readCheckpoint(rounded).hash);
  });

  it('copies the tokenizer and says in the manifest what it was made of', () => {
    const directory = rewritten(readCheckpoint(QWEN2), 'bf16');
    for (const name of ['tokenizer.json', 'tokenizer_config.json', 'generation_config.json']) {
      expect(readFileSync(join(directory, name))).toEqual(readFileSync(join(QWEN2, name)));
    }
    const { schema, parent, files } = JSON.parse(readFileSync(join(directory, 'proofstill.json'), 'utf8'));
    expect({ schema, parent }).toEqual({ schema: 1, parent: 'x' });
    expect(files['model.safetensors']).toBe(sha256(readFileSync(join(directory, 'model.safetensors'))));
    expect(readCheckpoint(directory).hash).toBe(contentHash(files));
  });

  it('replaces a checkpoint whole, its own directory included', () => {
    const directory = copyOf(LLAMA);
    rmSync(join(directory, 'expected.json'));
    mkdirSync(join(directory, 'onnx'));
    rewritten({ ...readCheckpoint(QWEN2), directory }, 'fp32', directory);
    expect(readCheckpoint(directory).config).toEqual(readCheckpoint(QWEN2).config);
    expect(existsSync(join(directory, 'onnx'))).toBe(false);
    expect(readdirSync(scratch).filter((name) => name.includes('proofstill-'))).toEqual([]);
  });

  it('brings back what an interrupted replacement had put aside, even where it fails itself', () => {
    const directory = fresh();
    cpSync(LLAMA, `${directory}.proofstill-old`, { recursive: true });
    rmSync(join(`${directory}.proofstill-old`, 'expected.json'));
    mkdirSync(`${directory}.proofstill-new`);
    const withoutTokenizer = { ...readCheckpoint(QWEN2), directory: join(scratch, 'none') };
    const error = errorOf(() => rewritten(withoutTokenizer, 'fp32', directory));
    expect(error.place).toBe(join(scratch, 'none', 'tokenizer_config.json'));
    expect(readCheckpoint(directory).config).toEqual(readCheckpoint(LLAMA).config);
    expect(readdirSync(scratch).filter((name) => name.includes('proofstill-'))).toEqual([]);
  });

  it('refuses a tokenizer with more tokens than the embedding has rows', () => {
    const checkpoint = readCheckpoint(QWEN2);
    const config = { ...checkpoint.config, vocabularySize: 119 };
    const error = errorOf(() => rewritten({ ...checkpoint, config }, 'fp32'));
    expect(error.message).toMatch('at most 119 tokens, got 120');
  });

  it('does not replace a directory that holds anything else', () => {
    const directory = copyOf(QWEN2);
    const error = errorOf(() => rewritten(readCheckpoint(QWEN2), 'fp32', directory));
    expect(error).toMatchObject({ code: 'export', place: directory });
    expect(error.message).toMatch('it holds expected.json');
  });

  it('refuses weights that training spoilt, and leaves nothing behind', () => {
    const checkpoint = readCheckpoint(QWEN2);
    const weights: Weights = new Map(checkpoint.weights).set('model.norm.weight', {
      shape: [64],
      data: new Float32Array(64).fill(Number.NaN),
    });
    const directory = fresh();
    const error = errorOf(() => rewritten({ ...checkpoint, weights }, 'fp32', directory));
    expect(error.message).toMatch('expected finite numbers');
    expect(existsSync(directory)).toBe(false);
  });

  it('says where it cannot write', () => {
    const file = fresh();
    writeFileSync(file, '');
    const error = errorOf(() => rewritten(readCheckpoint(QWEN2), 'fp32', join(file, 'below')));
    expect(error).toMatchObject({ code: 'export', place: join(file, 'below') });
  });
});

describe('a bad checkpoint', () => {
  const name = 'model.layers.1.mlp.up_proj.weight';

  it.each<[string, (weights: Map<string, Weight>) => unknown, string]>([
    ['lacks a tensor', (weights) => weights.delete(name), 'expected shape [32, 64], found no such tensor'],
    [
      'has a tensor of another shape',
      (weights) => weights.set(name, { shape: [64, 32], data: new Float32Array(2048) }),
      'expected shape [32, 64], got [64, 32]',
    ],
    [
      'has a number that is none',
      (weights) => weights.set(name, { shape: [32, 64], data: new Float32Array(2048).fill(Infinity) }),
      'expected finite numbers, got NaN or infinity',
    ],
  ])('that %s is named with its tensor', (_, change, message) => {
    const directory = withWeights(change);
    const error = errorOf(() => readCheckpoint(directory));
    expect(error).toMatchObject({ code: 'model', message });
    expect(error.place).toBe(`${join(directory, 'model.safetensors')}, tensor ${name}`);
    expect(error.hint).toBeTruthy();
  });

  it('that has a tensor too many is named with it', () => {
    const q = 'model.layers.0.self_attn.q_norm.weight';
    const directory = withWeights((weights) => weights.set(q, { shape: [4], data: new Float32Array(4) }));
    expect(errorOf(() => readCheckpoint(directory)).place).toMatch(q);
  });

  it('that is truncated is named with file and tensor', () => {
    const directory = copyOf(QWEN2);
    const path = join(directory, 'model.safetensors');
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    const error = errorOf(() => readCheckpoint(directory));
    expect(error.message).toMatch('truncated');
    // The last tensor by name, as the file has them.
    expect(error.place).toBe(`${path}, tensor model.norm.weight`);
  });

  it('that lacks a file is named with it', () => {
    const directory = copyOf(QWEN2);
    rmSync(join(directory, 'model.safetensors'));
    expect(errorOf(() => readCheckpoint(directory)).place).toBe(join(directory, 'model.safetensors'));
    rmSync(join(directory, 'config.json'));
    expect(errorOf(() => readCheckpoint(directory)).place).toBe(join(directory, 'config.json'));
  });

  it.each([
    [{ model_type: 'gpt2' }, /model_type/],
    [{ hidden_size: 'x' }, /hidden_size/],
    [{ hidden_size: 18 }, /expected a multiple of 4 heads/],
    [{ hidden_size: 32 }, /expected a head width that is a multiple of 16, got 8/],
    [{ num_key_value_heads: 3 }, /expected a divisor of 4 heads/],
    [{ rope_scaling: { rope_type: 'llama3', factor: 8 } }, /rope_scaling/],
    [{ use_sliding_window: true }, /use_sliding_window/],
    [{ hidden_act: 'gelu' }, /hidden_act/],
    [{ model_type: 'llama', attention_bias: true }, /attention_bias/],
    [{ model_type: 'llama', mlp_bias: true }, /mlp_bias/],
  ])('whose config has %j is refused by that key', (changes, message) => {
    const directory = withConfig(changes);
    const error = errorOf(() => readCheckpoint(directory));
    expect(error.message).toMatch(message);
    expect(error.place).toBe(join(directory, 'config.json'));
  });
});
