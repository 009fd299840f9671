/** The state of an unfinished training beside the checkpoint that it will become: a resumed one ends in the same bytes. */

import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { sha256 } from '../core/hash.ts';
import { type Step, stepSchema } from '../core/records.ts';
import type { TrainingState } from '../nn/training-session.ts';

export interface Progress {
  /** Hash of what is trained on what and how: progress of another training is none. */
  readonly key: string;
  readonly state: TrainingState;
  /** One entry for each step done. */
  readonly curve: readonly Step[];
}

const headerSchema = z.strictObject({ key: z.string(), sum: z.string(), curve: z.array(stepSchema) });

/** A line of JSON with the SHA-256 of what follows it: parameters, first and second moments, float32 each. */
export function writeProgress(into: string, { key, state, curve }: Progress): void {
  const numbers = Buffer.concat([state.parameters, state.first, state.second].map(bytesOf));
  const header = Buffer.from(`${JSON.stringify({ key, sum: sha256(numbers), curve })}\n`);
  const path = progressFile(into);
  writeFileSync(`${path}.new`, Buffer.concat([header, numbers]));
  renameSync(`${path}.new`, path);
}

/** The progress of the training `key`, or `undefined` where there is none or it is torn: then training starts over. */
export function readProgress(into: string, key: string, parameterCount: number): Progress | undefined {
  const path = progressFile(into);
  if (!existsSync(path)) return undefined;
  const content = readFileSync(path);
  const end = content.indexOf('\n');
  const numbers = content.subarray(end + 1);
  if (end < 0 || numbers.length !== 3 * 4 * parameterCount) return undefined;
  const header = headerSchema.safeParse(JSON.parse(content.toString('utf8', 0, end)));
  if (!header.success || header.data.key !== key || header.data.sum !== sha256(numbers)) return undefined;
  const vector = (index: number): Float32Array =>
    new Float32Array(
      new Uint8Array(numbers.subarray(index * 4 * parameterCount, (index + 1) * 4 * parameterCount)).buffer,
    );
  const { curve } = header.data;
  return { key, state: { parameters: vector(0), first: vector(1), second: vector(2), steps: curve.length }, curve };
}

export function discardProgress(into: string): void {
  rmSync(progressFile(into), { force: true });
}

const progressFile = (into: string): string => `${into}.progress`;

const bytesOf = (numbers: Float32Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
