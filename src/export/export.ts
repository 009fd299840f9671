/** Makes a checkpoint ready for devices: networks with a cache, in files that ONNX Runtime and transformers.js load. */

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, ProofstillError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import type { Precision } from '../core/records.ts';
import { readCheckpoint } from '../model/checkpoint.ts';
import { networkFile } from '../model/network-file.ts';
import { inferenceGraph } from '../nn/inference-graph.ts';

export interface ExportOptions {
  /** Checkpoint directory; the networks go into its `onnx/`. */
  readonly directory: string;
  readonly precisions: readonly Precision[];
}

export interface ExportedNetwork {
  readonly precision: Precision;
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256 of the file. */
  readonly hash: string;
}

/**
 * Writes one network for each precision; each file appears whole. The same weights give the same bytes.
 * @throws model error where the checkpoint is incomplete; export error where its widths do not fit the precision or the
 * directory cannot be written.
 */
export function exportCheckpoint({ directory, precisions }: ExportOptions): ExportedNetwork[] {
  const { config, weights } = readCheckpoint(directory);
  return precisions.map((precision) => {
    const path = networkFile(directory, precision);
    try {
      const bytes = inferenceGraph(config, weights, precision);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, bytes);
      renameSync(`${path}.new`, path);
      return { precision, path, sizeBytes: bytes.length, hash: sha256(bytes) };
    } catch (cause) {
      throw new ProofstillError('export', messageOf(cause), { place: `${path} (${precision})`, cause });
    }
  });
}
