/** One request over the wire, within its time. */

import type OpenAI from 'openai';
import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { CallBody } from './call.ts';
import { TimedOut } from './faults.ts';
import { emptyReply, type Reply, readReply } from './stream.ts';

export interface Sending {
  readonly client: OpenAI;
  readonly deadlineSeconds: number;
  readonly stallSeconds: number;
  /** Ask for a count of tokens in every chunk. */
  readonly isCounting: boolean;
  /** Ends the request. */
  readonly signal: AbortSignal;
}

/** What a request came to: with an error, as much of a reply as there was. */
export interface Sent {
  readonly reply: Reply;
  readonly sentAt: number;
  readonly endedAt: number;
  readonly error?: unknown;
}

/**
 * Sends a call, and reads its answer as it comes. The deadline is for the whole of it; a stall is a stream that has begun
 * and brings no byte, for a server may well be silent while it queues a request.
 */
export async function send(body: CallBody, sending: Sending): Promise<Sent> {
  const { client, deadlineSeconds, stallSeconds, isCounting, signal } = sending;
  const reply = emptyReply();
  const controller = new AbortController();
  const interrupt = (): void => controller.abort(signal.reason);
  signal.addEventListener('abort', interrupt, { once: true });
  const timer = (seconds: number, what: string): NodeJS.Timeout =>
    setTimeout(() => controller.abort(new TimedOut(`${what} in ${seconds} s`)), seconds * 1000);
  const deadline = timer(deadlineSeconds, 'there was no whole answer');
  let stall: NodeJS.Timeout | undefined;
  const sentAt = performance.now();
  try {
    if (signal.aborted) throw signal.reason;
    const asked = {
      ...body,
      stream: true,
      stream_options: { include_usage: true, ...(isCounting ? { continuous_usage_stats: true } : {}) },
    } as ChatCompletionCreateParamsStreaming;
    const response = await client.chat.completions.create(asked, { signal: controller.signal }).asResponse();
    stall = timer(stallSeconds, 'the answer stalled: there was nothing');
    await readReply(reply, response, { client, controller, onBytes: () => stall?.refresh() });
    return { reply, sentAt, endedAt: performance.now() };
  } catch (error) {
    // An aborted stream ends, or breaks, in one way or another: why is what counts.
    const cause = isAborted(controller) ? controller.signal.reason : error;
    return { reply, sentAt, endedAt: performance.now(), error: cause };
  } finally {
    clearTimeout(deadline);
    clearTimeout(stall);
    signal.removeEventListener('abort', interrupt);
  }
}

/** Whether we aborted: the client aborts its own controller too, without a reason of ours. */
function isAborted({ signal }: AbortController): boolean {
  return signal.aborted && !(signal.reason instanceof DOMException);
}
