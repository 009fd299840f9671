/** JSON as Python writes it, where NaN and Infinity are values; read loosely, for foreign formats grow. */

import { z } from 'zod';
import { messageOf, ProofstillError } from '../../core/errors.ts';

/**
 * Parses JSON. A bare NaN or Infinity becomes the text of that name, which no reader takes for a number.
 * @throws record error at `place` where it is not JSON, or not what `schema` says.
 */
export function parseForeign<T>(text: string, schema: z.ZodType<T>, place: string): T {
  const result = schema.safeParse(jsonOf(text, place));
  if (result.success) return result.data;
  throw new ProofstillError('record', z.prettifyError(result.error), { place, hint: DAMAGED });
}

const DAMAGED = 'The log is damaged or of another tool. Copy it again from where it was made.';

function jsonOf(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    try {
      return JSON.parse(text.replaceAll(CONSTANTS, (match) => (match.startsWith('"') ? match : `"${match}"`)));
    } catch {
      throw new ProofstillError('record', `expected JSON: ${messageOf(cause)}`, { place, hint: DAMAGED, cause });
    }
  }
}

/** Whole strings first, so that nothing inside one is taken for a constant. */
const CONSTANTS = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs;
