/** Outputs made elsewhere, behind the model contract: whatever wrote `outputs.jsonl` can be scored and compared. */

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, ProofstillError, throwIfInterrupted } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { parseJsonLines } from '../core/json-lines.ts';
import { type Model, type Output, partsOf } from '../core/output.ts';
import { countPieces } from './pieces.ts';

const count = z.int().nonnegative();

/** A line of `outputs.jsonl`. Without `tokens`, the text's pieces are counted instead. */
export const outputLineSchema = z.strictObject({
  id: z.string().min(1),
  text: z.string(),
  finishReason: z.enum(['stop', 'length', 'cancelled']),
  tokens: z.strictObject({ in: count, out: count }).exactOptional(),
});

/** A line as an output that cost no time. */
export function outputOfLine({ text, finishReason, tokens }: Omit<z.infer<typeof outputLineSchema>, 'id'>): Output {
  const counted = tokens ?? { in: 0, out: countPieces(text) };
  return { text, ...partsOf(text), finishReason, tokens: counted, timings: { firstTokenMs: 0, totalMs: 0 } };
}

/**
 * Reads `outputs.jsonl`; the k-th line of one id is its attempt k. Replayed outputs cost no time: their timings are 0.
 * @throws model error where the file cannot be read; record error with `file:line` where a line is not what it should
 * be; while generating, model error where an id or an attempt is missing.
 */
export async function replayModel(file: string): Promise<Model> {
  const content = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ProofstillError('model', `cannot read recorded outputs: ${messageOf(cause)}`, { place: file, cause });
  });
  const recorded = new Map<string, Output[]>();
  for (const line of parseJsonLines(content, outputLineSchema, file)) {
    const output = outputOfLine(line);
    const attempts = recorded.get(line.id);
    if (attempts) attempts.push(output);
    else recorded.set(line.id, [output]);
  }
  return {
    fingerprint: `replay:${sha256(content)}`,
    async *generate(requests, options) {
      for (const { id } of requests) {
        for (let index = 0; index < (options.attempts ?? 1); index++) {
          throwIfInterrupted(options.signal);
          const attempt = (options.firstAttempt ?? 0) + index;
          const output = recorded.get(id)?.[attempt];
          if (!output) throw missing(file, id, attempt, recorded.get(id)?.length ?? 0);
          yield output;
        }
      }
    },
    async close() {},
  };
}

function missing(file: string, id: string, attempt: number, found: number): ProofstillError {
  return new ProofstillError('model', `expected attempt ${attempt} of sample ${id}, the file has ${found} of it`, {
    place: file,
    hint: `Add a line {"id":${JSON.stringify(id)},"text":"…","finishReason":"stop"} for each missing attempt.`,
  });
}
