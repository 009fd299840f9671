/**
 * The OpenAI Batch file format: one chat completion a line, answered at half the price within a day. The same file runs on
 * one's own GPUs with `vllm run-batch`. A line's `custom_id` is the key of its call, so answers go where any call's go.
 * @see https://platform.openai.com/docs/guides/batch
 * @see https://docs.vllm.ai/en/stable/examples/offline_inference/openai_batch
 */

import { z } from 'zod';
import { messageOf, ProofstillError } from '../core/errors.ts';
import type { Calls } from '../core/journal.ts';
import type { Output } from '../core/output.ts';

export interface BatchRequest {
  /** The call's key. */
  readonly customId: string;
  /** Of `POST /v1/chat/completions`. Batches do not stream. */
  readonly body: Readonly<Record<string, unknown>> & { readonly stream?: false };
}

/** One request as a line, without its end. */
export function batchLine({ customId, body }: BatchRequest): string {
  return JSON.stringify({ custom_id: customId, method: 'POST', url: '/v1/chat/completions', body });
}

export interface BatchLimits {
  /** Of one file. */
  readonly maxRequests: number;
  readonly maxBytes: number;
}

/** OpenAI's, of one batch. Other servers allow more. */
export const BATCH_LIMITS: BatchLimits = { maxRequests: 50_000, maxBytes: 200e6 };

/**
 * Says of each line, one after another, which file it goes into: 0, 1, 2 … Files are filled in order, none beyond a limit.
 * @throws config error at a line that no file can hold
 */
export function splitBatch({ maxRequests, maxBytes }: BatchLimits = BATCH_LIMITS): (line: string) => number {
  let part = 0;
  let requests = 0;
  let bytes = 0;
  return (line) => {
    const size = Buffer.byteLength(line) + 1;
    if (size > maxBytes) {
      throw new ProofstillError('config', `one request has ${size} bytes, and a batch file at most ${maxBytes}`, {
        hint: 'Shorten its prompt.',
      });
    }
    if (requests + 1 > maxRequests || bytes + size > maxBytes) [part, requests, bytes] = [part + 1, 0, 0];
    requests++;
    bytes += size;
    return part;
  };
}

/** A line of a file, as whoever reads files gives it. */
export interface BatchLine {
  readonly text: string;
  /** `file:line` */
  readonly place: string;
  /** The file ends before the line does; it may be whole nevertheless. */
  readonly isTorn: boolean;
}

/** A request without an answer, or a line that is none. `reason` is the server's own text: untrusted. */
export interface BatchFault {
  readonly place: string;
  /** `null` where the line does not say. */
  readonly customId: string | null;
  readonly reason: string;
}

/** `body` is the chat completion, unchecked. */
export type BatchResult =
  | { readonly kind: 'answered'; readonly place: string; readonly customId: string; readonly body: unknown }
  | ({ readonly kind: 'failed' } & BatchFault);

/** The keys of a file of requests. @throws record error with `file:line` at a line that is no request */
export function* batchKeys(lines: Iterable<BatchLine>): Generator<string, void> {
  for (const { text, place } of lines) {
    const read = requestSchema.safeParse(jsonOf(text));
    if (!read.success) throw new ProofstillError('record', 'expected a request of a batch', { place });
    yield read.data.custom_id;
  }
}

/**
 * The results in an output or error file of OpenAI's, or in what `vllm run-batch` writes, whose documentation also shows
 * the completion without an envelope. Every line comes out, as one kind or the other; blank ones are none.
 */
export function* readBatchResults(lines: Iterable<BatchLine>): Generator<BatchResult, void> {
  for (const { text, place, isTorn } of lines) {
    if (text.trim() !== '') yield resultOf(text, place, isTorn);
  }
}

export interface TakeOptions {
  readonly calls: Calls;
  /** The keys of the calls that were asked for. */
  readonly asked: ReadonlySet<string>;
  /** A completion's output. @throws where the body is none */
  readonly outputOf: (body: unknown, key: string) => Output;
}

/** What became of a batch. Every line of its results is in exactly one of the first four. */
export interface BatchTaken {
  readonly taken: number;
  /** Answers to calls that were answered already, by this batch or otherwise: the first stays. */
  readonly repeated: number;
  readonly failed: readonly BatchFault[];
  /** Answers to what nobody asked here. */
  readonly unknown: readonly BatchFault[];
  /** Of the calls asked for, those that have no answer still. */
  readonly missing: number;
}

/** Keeps the answers of a batch. @throws record error where they cannot be kept; those before it are */
export function takeBatch(lines: Iterable<BatchLine>, { calls, asked, outputOf }: TakeOptions): BatchTaken {
  const failed: BatchFault[] = [];
  const unknown: BatchFault[] = [];
  let [taken, repeated] = [0, 0];
  for (const result of readBatchResults(lines)) {
    const { place, customId } = result;
    if (customId !== null && !asked.has(customId)) {
      unknown.push({ place, customId, reason: 'no call of this name was asked for' });
    } else if (result.kind === 'failed') {
      failed.push({ place, customId, reason: result.reason });
    } else if (calls.get(result.customId)) {
      repeated++;
    } else {
      const output = attempted(() => outputOf(result.body, result.customId));
      if (typeof output === 'string') failed.push({ place, customId, reason: output });
      else {
        calls.record(result.customId, output);
        taken++;
      }
    }
  }
  const missing = [...asked].filter((key) => !calls.get(key)).length;
  return { taken, repeated, failed, unknown, missing };
}

const requestSchema = z.object({ custom_id: z.string().min(1) });
const resultSchema = requestSchema.extend({ response: z.unknown().optional(), error: z.unknown().optional() });
const envelopeSchema = z.object({ status_code: z.int(), body: z.unknown().optional() });
const bareSchema = z.object({ object: z.literal('chat.completion') });
/** As OpenAI writes errors, and as vLLM wraps them once more. */
const errorSchema = z.object({ code: z.unknown().optional(), message: z.string() });
const wrappedSchema = z.object({ error: errorSchema });

/** Longest reason of a server that is passed on. */
const LONGEST = 500;

function resultOf(text: string, place: string, isTorn: boolean): BatchResult {
  const read = resultSchema.safeParse(jsonOf(text));
  if (!read.success) {
    const reason = isTorn ? 'the line is cut off: fetch the file again' : 'expected the result of a batch';
    return { kind: 'failed', place, customId: null, reason };
  }
  const { custom_id: customId, response, error } = read.data;
  const failed = (reason: string): BatchResult => ({
    kind: 'failed',
    place,
    customId,
    reason: reason.slice(0, LONGEST),
  });
  const answered = (body: unknown): BatchResult => ({ kind: 'answered', place, customId, body });
  const envelope = envelopeSchema.safeParse(response);
  const status =
    envelope.success && envelope.data.status_code !== 200 ? `HTTP ${envelope.data.status_code}` : undefined;
  const reasons = [status, reasonIn(error), status && reasonIn(envelope.data?.body)].filter((reason) => reason);
  if (reasons.length > 0) return failed(reasons.join(': '));
  if (envelope.success) return answered(envelope.data.body);
  return bareSchema.safeParse(response).success ? answered(response) : failed('there is neither response nor error');
}

/** What an error says, `undefined` where there is none. */
function reasonIn(error: unknown): string | undefined {
  if (error === null || error === undefined) return undefined;
  const wrapped = wrappedSchema.safeParse(error);
  const read = errorSchema.safeParse(wrapped.success ? wrapped.data.error : error);
  if (!read.success) return typeof error === 'string' ? error : JSON.stringify(error);
  const { code, message } = read.data;
  return typeof code === 'string' && code !== '' ? `${code}: ${message}` : message;
}

/** `undefined` where the text is no JSON, which no schema here takes. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/** An output, or why there is none. */
function attempted(make: () => Output): Output | string {
  try {
    return make();
  } catch (error) {
    return messageOf(error);
  }
}
