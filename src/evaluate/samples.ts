/** Reads a suite's committed samples. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { messageOf, ProofstillError } from '../core/errors.ts';
import { parseJsonLines } from '../core/json-lines.ts';
import { type Sample, SPLITS } from '../core/sample.ts';

const sampleSchema = z.strictObject({
  id: z.string().min(1),
  area: z.string().min(1),
  split: z.enum(SPLITS),
  prompt: z.string().min(1),
  expected: z
    .string()
    .refine(
      (expected) => expected.trim() !== '',
      'expected an answer, got none; leave the key out where a constraint decides',
    )
    .exactOptional(),
  key: z.string().min(1),
  meta: z.record(z.string(), z.unknown()).exactOptional(),
});

/**
 * Reads a JSONL file with one sample a line, in the file's order; blank lines are skipped.
 * @param file a path, or `new URL('samples.jsonl', import.meta.url)` beside the suite.
 * @param suite name of the suite that the samples belong to.
 * @throws suite error when the file cannot be read; record error naming file and line where a line is not a sample.
 */
export function readSamples(file: string | URL, suite: string): Sample[] {
  const path = typeof file === 'string' ? file : fileURLToPath(file);
  return parseJsonLines(textOf(path), sampleSchema, path).map((sample) => ({ ...sample, suite }));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const message = `the samples cannot be read: ${messageOf(cause)}`;
    throw new ProofstillError('suite', message, { place: path, hint: 'Name an existing samples.jsonl file.', cause });
  }
}
