/** A checkpoint: one directory in the Hugging Face layout that loads here, in transformers and in transformers.js. */

import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type ErrorCode, isProofstillError, messageOf, ProofstillError } from '../core/errors.ts';
import { contentHash } from '../core/hash.ts';
import { SCHEMA } from '../core/records.ts';
import { type DecoderConfig, parameterShapes } from '../nn/decoder-config.ts';
import type { Weight, Weights } from '../nn/parameters.ts';
import { readCheckpointJson } from './checkpoint-json.ts';
import { hubConfigSchema, toHubConfig } from './hub-config.ts';
import { readSafetensors, type StoredPrecision, writeSafetensors } from './safetensors.ts';
import { openTokenizer } from './tokenizer.ts';

const CONFIG = 'config.json';
const WEIGHTS = 'model.safetensors';
const MANIFEST = 'proofstill.json';
/** Files that say how text becomes ids and when to stop; all but the first two are optional. */
const TOKENIZER = [
  'tokenizer.json',
  'tokenizer_config.json',
  'chat_template.jinja',
  'generation_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
];

export interface Checkpoint {
  readonly directory: string;
  readonly config: DecoderConfig;
  /** Every tensor that `config` implies and no other, in the order of `parameterShapes`. */
  readonly weights: Weights;
  /** Of what decides its outputs: the contents of configuration, weights and tokenizer files. */
  readonly hash: string;
}

/**
 * Reads a checkpoint directory: Qwen2 or Llama, weights in fp32, fp16 or bf16.
 * @throws model error naming the file, and the tensor where one is missing, of the wrong shape, truncated or not finite
 */
export function readCheckpoint(directory: string): Checkpoint {
  const config = readConfig(directory);
  const path = join(directory, WEIGHTS);
  const weights = checkedWeights(config, readSafetensors(path), path, 'model');
  return { directory, config, weights, hash: checkpointHash(directory) };
}

/** {@link Checkpoint.config} of a directory, without reading its weights. @throws model error naming the file */
export function readConfig(directory: string): DecoderConfig {
  return readCheckpointJson(join(directory, CONFIG), hubConfigSchema);
}

/** {@link Checkpoint.hash} of a directory, without reading its weights into memory. */
export function checkpointHash(directory: string): string {
  return contentHash(fileHashes(directory));
}

export interface CheckpointContent {
  readonly config: DecoderConfig;
  readonly weights: Weights;
  readonly precision: StoredPrecision;
  /** The checkpoint directory whose tokenizer, template and stop tokens are copied. */
  readonly tokenizerFrom: string;
  /** What is known of its making: parent, dataset, recipe, versions, licences. Hashes of the files are added to it. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

/**
 * Writes a checkpoint directory whole: it appears complete or not at all. One that is there is replaced, unless it holds
 * anything but a checkpoint.
 * @returns its hash, as {@link readCheckpoint} gives it
 * @throws export error where weights or tokenizer do not fit the config, a weight is not finite, or the place cannot be
 *   written; model error where the tokenizer cannot be opened
 */
export function writeCheckpoint(directory: string, content: CheckpointContent): string {
  const target = resolve(directory);
  // Fixed names: what a killed process left behind is put right by the next.
  const temporary = `${target}.proofstill-new`;
  const former = `${target}.proofstill-old`;
  try {
    restore(target, former);
    remove(temporary);
    refuseForeign(target);
    refuseTokenizer(content, target);
    const weights = checkedWeights(content.config, content.weights, target, 'export');
    mkdirSync(dirname(target), { recursive: true });
    mkdirSync(temporary);
    const writeJson = (name: string, value: unknown): void =>
      writeFileSync(join(temporary, name), `${JSON.stringify(value, null, 2)}\n`);
    writeJson(CONFIG, toHubConfig(content.config, content.precision));
    writeSafetensors(join(temporary, WEIGHTS), weights, content.precision);
    for (const name of TOKENIZER) {
      const source = join(content.tokenizerFrom, name);
      if (existsSync(source)) copyFileSync(source, join(temporary, name));
    }
    const files = fileHashes(temporary);
    writeJson(MANIFEST, { schema: SCHEMA, ...content.manifest, files });
    if (existsSync(target)) renameSync(target, former);
    renameSync(temporary, target);
    remove(former);
    return contentHash(files);
  } catch (error) {
    restore(target, former);
    remove(temporary);
    if (isProofstillError(error)) throw error;
    throw new ProofstillError('export', `cannot write the checkpoint: ${messageOf(error)}`, {
      place: target,
      hint: 'Check the free space and the permissions of the directory above it.',
      cause: error,
    });
  }
}

/** Undoes a replacement that was cut short between its two renames. */
function restore(target: string, former: string): void {
  if (existsSync(target)) remove(former);
  else if (existsSync(former)) renameSync(former, target);
}

function remove(path: string): void {
  if (existsSync(path)) rmSync(path, { recursive: true });
}

/** The tensors that the config implies, in their fixed order, each of its shape and finite. */
function checkedWeights(config: DecoderConfig, weights: Weights, place: string, code: ErrorCode): Weights {
  const fault = (name: string, message: string, hint: string): ProofstillError =>
    new ProofstillError(code, message, { place: `${place}, tensor ${name}`, hint });
  const mismatch = `${CONFIG} and the weights do not belong together: fetch or export the checkpoint again.`;
  const checked = new Map<string, Weight>();
  for (const [name, shape] of parameterShapes(config)) {
    const weight = weights.get(name);
    if (!weight) throw fault(name, `expected shape [${shape.join(', ')}], found no such tensor`, mismatch);
    if (weight.shape.join() !== shape.join()) {
      throw fault(name, `expected shape [${shape.join(', ')}], got [${weight.shape.join(', ')}]`, mismatch);
    }
    if (!weight.data.every(Number.isFinite)) {
      throw fault(name, 'expected finite numbers, got NaN or infinity', 'Train again with a lower learning rate.');
    }
    checked.set(name, weight);
  }
  const unknown = [...weights.keys()].find((name) => !checked.has(name) && !isRedundant(name, config));
  if (unknown !== undefined) throw fault(unknown, `this tensor is not part of what ${CONFIG} describes`, mismatch);
  return checked;
}

/** What older exports also store although it follows from the rest. */
function isRedundant(name: string, config: DecoderConfig): boolean {
  return name.endsWith('.rotary_emb.inv_freq') || (config.tiedEmbeddings && name === 'lm_head.weight');
}

/** A mistyped path must not cost a directory of other things. */
function refuseForeign(target: string): void {
  if (!existsSync(target)) return;
  const own = new Set([CONFIG, WEIGHTS, MANIFEST, 'onnx', ...TOKENIZER]);
  const foreign = readdirSync(target).find((name) => !own.has(name));
  if (foreign === undefined) return;
  throw new ProofstillError('export', `expected a new directory or a checkpoint to replace, but it holds ${foreign}`, {
    place: target,
    hint: 'Choose another directory.',
  });
}

/** Ids beyond the embedding would be read from nowhere. */
function refuseTokenizer({ tokenizerFrom, config }: CheckpointContent, place: string): void {
  const { vocabularySize } = openTokenizer(tokenizerFrom);
  if (vocabularySize <= config.vocabularySize) return;
  throw new ProofstillError(
    'export',
    `expected a tokenizer of at most ${config.vocabularySize} tokens, got ${vocabularySize} in ${tokenizerFrom}`,
    { place, hint: 'Take the tokenizer with which these weights were trained.' },
  );
}

/** SHA-256 of each file that decides outputs, by name. */
function fileHashes(directory: string): Record<string, string> {
  const present = [CONFIG, WEIGHTS, ...TOKENIZER].filter((name) => existsSync(join(directory, name)));
  return Object.fromEntries(present.map((name) => [name, hashOfFile(join(directory, name))]));
}

function hashOfFile(path: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(2 ** 20);
  const file = openSync(path, 'r');
  try {
    for (let count = -1; count !== 0; ) {
      count = readSync(file, chunk);
      hash.update(chunk.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
