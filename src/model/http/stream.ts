/**
 * Reads what a server answers, streamed or whole, and refuses what is not sound. A doubled or misplaced chunk can be told
 * only where the server counts tokens in every chunk (vLLM, SGLang), or the chunk comes after the end; from other servers
 * it would reach the text, and the verifier.
 */

import type OpenAI from 'openai';
import { Stream } from 'openai/core/streaming';
import type { TokenLogprob } from '../../core/output.ts';
import { type Fields, reasoningIn, type Usage } from './answer.ts';

/** What has come of an answer so far: kept by whoever asked, for a broken answer has cost something as well. */
export interface Reply {
  reasoning: string;
  content: string;
  /** `undefined` until the server says that it is done. */
  finishReason?: string;
  usage?: Usage;
  /** As the server names it. */
  model?: string;
  logprobs: TokenLogprob[];
  /** Of `performance.now()`. */
  firstTokenAt?: number;
}

export function emptyReply(): Reply {
  return { reasoning: '', content: '', logprobs: [] };
}

/** An answer that breaks the protocol: worth another try as a whole. */
export class BadReply extends Error {}

interface Choice {
  readonly delta?: Fields;
  readonly message?: Fields;
  readonly finish_reason?: unknown;
  readonly logprobs?: { readonly content?: readonly TokenLogprob[] | null } | null;
}

interface Chunk {
  readonly model?: unknown;
  readonly choices?: readonly Choice[];
  readonly usage?: Usage | null;
  readonly error?: unknown;
}

export interface Reading {
  readonly client: OpenAI;
  readonly controller: AbortController;
  /** Called for every piece of a stream, a comment that keeps the connection alive included. */
  readonly onBytes: () => void;
}

/** Reads a response to its end into `reply`. @throws BadReply; SyntaxError for bad JSON; what the connection throws */
export async function readReply(reply: Reply, response: Response, reading: Reading): Promise<void> {
  const type = response.headers.get('content-type') ?? 'text/event-stream';
  if (type.includes('json')) return takeWhole(reply, await response.json());
  if (!type.includes('text/event-stream')) throw new BadReply(`expected a stream of events, got ${type.slice(0, 60)}`);
  await readStream(reply, response, reading);
  requireEnd(reply);
}

/** Takes a completion that came as one document. @throws BadReply where it is none */
export function takeWhole(reply: Reply, body: unknown): void {
  takeChunk(reply, body as Chunk);
  requireEnd(reply);
}

function requireEnd(reply: Reply): void {
  if (reply.finishReason === undefined) throw new BadReply('the answer ended without a finish_reason');
  if (reply.finishReason === 'insufficient_system_resource' || reply.finishReason === 'error') {
    throw new BadReply(`the server gave up: ${reply.finishReason}`);
  }
}

async function readStream(reply: Reply, response: Response, { client, controller, onBytes }: Reading): Promise<void> {
  if (!response.body) throw new BadReply('the answer has no body');
  // The package reads a body of any async iterable.
  const watched = { headers: response.headers, body: watchedBytes(response.body, onBytes) } as unknown as Response;
  const order = { counted: 0, text: '' };
  for await (const chunk of Stream.fromSSEResponse<Chunk>(watched, controller, client)) {
    const text = takeChunk(reply, chunk);
    if (text !== '') checkOrder(order, text, chunk.usage?.completion_tokens);
  }
}

async function* watchedBytes(body: AsyncIterable<Uint8Array>, onBytes: () => void): AsyncGenerator<Uint8Array> {
  for await (const bytes of body) {
    onBytes();
    yield bytes;
  }
}

/** @returns the text that the chunk brought. */
function takeChunk(reply: Reply, chunk: Chunk | null): string {
  if (chunk === null || typeof chunk !== 'object') throw new BadReply('expected an object, got other JSON');
  const { model, choices, usage, error } = chunk;
  if (error) throw new BadReply(`the server gave up: ${JSON.stringify(error)}`);
  if (typeof model === 'string') reply.model = model;
  if (usage) reply.usage = usage;
  const choice = choices?.[0];
  if (!choice) return '';
  const fields = choice.delta ?? choice.message ?? {};
  const reasoning = reasoningIn(fields);
  const content = fields.content ?? '';
  if (typeof content !== 'string') throw new BadReply('expected text as content, got something else');
  const text = reasoning + content;
  if (text !== '') {
    if (reply.finishReason !== undefined) throw new BadReply('there was text after the end of the answer');
    reply.firstTokenAt ??= performance.now();
    reply.reasoning += reasoning;
    reply.content += content;
  }
  for (const { token, logprob } of choice.logprobs?.content ?? []) reply.logprobs.push({ token, logprob });
  if (typeof choice.finish_reason === 'string') reply.finishReason = choice.finish_reason;
  return text;
}

/** Where the server counts as it goes, the count never falls, and no two chunks have one count and one text. */
function checkOrder(order: { counted: number; text: string }, text: string, counted: unknown): void {
  if (typeof counted !== 'number') return;
  if (counted < order.counted) throw new BadReply('chunks came out of order');
  if (counted === order.counted && text === order.text) throw new BadReply('a chunk came twice');
  order.counted = counted;
  order.text = text;
}
