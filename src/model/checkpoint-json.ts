/** JSON files of a checkpoint directory. */

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf, ProofstillError } from '../core/errors.ts';

/** Reads a JSON file and holds it against its schema. @throws model error naming the file and each fault */
export function readCheckpointJson<T extends z.ZodType>(path: string, schema: T): z.infer<T> {
  const hint = 'A checkpoint directory needs config.json, model.safetensors, tokenizer.json and tokenizer_config.json.';
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const message = error instanceof SyntaxError ? 'expected JSON' : 'cannot read the file';
    throw new ProofstillError('model', `${message}: ${messageOf(error)}`, { place: path, hint, cause: error });
  }
  const result = schema.safeParse(content);
  if (!result.success) {
    throw new ProofstillError('model', z.prettifyError(result.error), { place: path, hint, cause: result.error });
  }
  return result.data;
}
