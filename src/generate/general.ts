/** General rows that a teacher makes: answers to prompts of every kind, so that a student keeps what it could do. */

import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { z } from 'zod';
import { canonicalPrompt } from '../core/canonical.ts';
import { messageOf, ProofstillError, throwIfInterrupted } from '../core/errors.ts';
import { parseJsonLines } from '../core/json-lines.ts';
import type { GenerateOptions, Model, Output } from '../core/output.ts';
import { type DatasetRow, SCHEMA } from '../core/records.ts';
import type { Sample } from '../core/sample.ts';
import type { Verifier } from '../core/verdict.ts';
import { verifyOutput } from '../verify/verify.ts';

const AREA = 'general';
/** What general data is drawn with: no verifier judges it, and dull answers teach dullness. */
const SAMPLING = { temperature: 0.7, topP: 0.95 };
/** Prompts asked at once. */
const CHUNK = 256;

const lineSchema = z.object({ prompt: z.string().refine((prompt) => prompt.trim() !== '', 'expected a prompt') });

/**
 * Reads a file of prompts: of a `.jsonl` file each line's `prompt`, of any other each line that is not blank. A prompt that
 * is there twice is taken once.
 * @throws config error where the file cannot be read or holds none; record error with `file:line`.
 */
export function readPrompts(file: string): string[] {
  const content = contentOf(file);
  const isJson = extname(file).toLowerCase() === '.jsonl';
  const prompts = isJson
    ? parseJsonLines(content, lineSchema, file).map(({ prompt }) => prompt)
    : content.split('\n').map((line) => line.trim());
  const unique = new Map(prompts.filter(Boolean).map((prompt) => [canonicalPrompt(prompt), prompt]));
  if (unique.size > 0) return [...unique.values()];
  throw new ProofstillError('config', 'expected general prompts, got an empty file', {
    place: file,
    hint: 'Write one prompt a line, or leave mix.prompts out.',
  });
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (cause) {
    throw new ProofstillError('config', `cannot read the general prompts: ${messageOf(cause)}`, {
      place: file,
      hint: 'Name an existing file as mix.prompts.',
      cause,
    });
  }
}

export interface GeneralOptions {
  readonly prompts: readonly string[];
  /** Without a template: general answers have none. */
  readonly teacher: Model;
  /** Judges whether an answer can be read. */
  readonly readable: Verifier;
  readonly maxTokens: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface General {
  /** In the order of prompts. */
  readonly rows: readonly DatasetRow[];
  /** Answers that are empty or were cut off, and those that cannot be read. */
  readonly counts: { readonly incomplete: number; readonly unreadable: number };
}

/**
 * Has a teacher answer each prompt once, and keeps what is complete and readable. Its reasoning is left out: the student is
 * to answer such prompts at once.
 * @throws model error where the teacher gives fewer outputs than asked for; interrupted.
 */
export async function generalAnswers(options: GeneralOptions): Promise<General> {
  const { prompts, teacher, readable, maxTokens, seed, signal, onProgress } = options;
  const asked: GenerateOptions = { ...SAMPLING, attempts: 1, maxTokens, seed, ...(signal ? { signal } : {}) };
  const rows: DatasetRow[] = [];
  const counts = { incomplete: 0, unreadable: 0 };
  let done = 0;
  for (let start = 0; start < prompts.length; start += CHUNK) {
    const chunk = prompts.slice(start, start + CHUNK);
    const requests = chunk.map((prompt, index) => ({ id: `${AREA}-${start + index}`, prompt }));
    for await (const output of teacher.generate(requests, asked)) {
      throwIfInterrupted(signal);
      const id = `${AREA}-${done}`;
      const prompt = prompts[done] as string;
      const row = { schema: SCHEMA, key: canonicalPrompt(prompt), area: AREA, prompt, from: `${id}#0` } as const;
      const text = output.finishReason === 'stop' ? (output.text.split('</think>').at(-1) as string).trim() : '';
      if (text === '') counts.incomplete++;
      else if (await isReadable(readable, { ...row, id }, { ...output, text })) rows.push({ ...row, text });
      else counts.unreadable++;
      done++;
      onProgress?.(done, prompts.length);
    }
    if (done === start + chunk.length) continue;
    throw new ProofstillError('model', `expected ${prompts.length} outputs, got ${done}`, {
      place: teacher.fingerprint,
    });
  }
  return { rows, counts };
}

async function isReadable(
  verifier: Verifier,
  { id, area, prompt, key }: Pick<Sample, 'id' | 'area' | 'prompt' | 'key'>,
  { think: _, answer: __, ...reply }: Output,
): Promise<boolean> {
  const sample: Sample = { id, suite: AREA, area, split: 'train', prompt, key };
  return (await verifyOutput(verifier, sample, reply, { policy: 'select' })).status === 'pass';
}
