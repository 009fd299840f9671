/** JSON lines that people and other tools write: one strict record a line, every fault with its file and line. */

import { z } from 'zod';
import { messageOf, ProofstillError } from './errors.ts';

/**
 * Reads every line of `text` that is not blank.
 * @param file named in errors, as `file:line`.
 * @throws record error at the first line that is not JSON or not what `schema` says.
 */
export function parseJsonLines<T>(text: string, schema: z.ZodType<T>, file: string): T[] {
  return text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [parseJson(line, schema, `${file}:${index + 1}`)]));
}

/** Reads one record. @throws record error at `place`, naming each fault. */
export function parseJson<T>(text: string, schema: z.ZodType<T>, place: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ProofstillError('record', `expected JSON: ${messageOf(cause)}`, { place, cause });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ProofstillError('record', z.prettifyError(result.error), { place });
}
