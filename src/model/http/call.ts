/** What is asked of an endpoint in one call, and the name under which its answer is kept. */

import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type { Endpoint } from '../../core/endpoint.ts';
import { contentHash } from '../../core/hash.ts';
import type { GenerateOptions, ModelRequest } from '../../core/output.ts';
import { derivedSeed } from '../../core/seed.ts';
import { hostOf } from './keys.ts';

/** What decides an answer, besides the endpoint and the request. */
export type CallOptions = Pick<GenerateOptions, 'maxTokens' | 'temperature' | 'topP' | 'seed'> & {
  readonly logprobs?: boolean;
};

/** The body without how it is to be sent: the same in a batch file. */
export type CallBody = Omit<ChatCompletionCreateParamsStreaming, 'stream' | 'stream_options'>;

export interface Call {
  /** Hash of all that the answer depends on. */
  readonly key: string;
  readonly body: CallBody;
  /** Hash of the messages. */
  readonly promptHash: string;
}

/**
 * One attempt at a request, as it is sent. The seed sent depends on the options' seed, the request's id and the attempt
 * only; it fits the 31 bits that every server takes. Temperature and topP are always sent, as servers' own defaults differ.
 */
export function callOf(endpoint: Endpoint, request: ModelRequest, attempt: number, options: CallOptions): Call {
  const { maxTokens, temperature, topP, logprobs = false } = options;
  const { model } = endpoint;
  const messages: ChatCompletionMessageParam[] = [
    ...(request.system === undefined ? [] : [{ role: 'system' as const, content: request.system }]),
    { role: 'user', content: request.prompt },
  ];
  const seed = derivedSeed(options.seed, request.id, attempt) & 0x7fffffff;
  const baseURL = endpoint.baseURL.replace(/\/+$/, '');
  return {
    key: contentHash({ model, baseURL, messages, maxTokens, temperature, topP, seed, logprobs }),
    promptHash: contentHash(messages),
    body: {
      model,
      messages,
      // OpenAI's reasoning models refuse the older name, and other servers do not know the newer one.
      [hostOf(endpoint) === 'api.openai.com' ? 'max_completion_tokens' : 'max_tokens']: maxTokens,
      temperature,
      top_p: topP,
      seed,
      ...(logprobs ? { logprobs } : {}),
    },
  };
}

/** The name under which the answer to {@link callOf} is kept. */
export function callKey(endpoint: Endpoint, request: ModelRequest, attempt: number, options: CallOptions): string {
  return callOf(endpoint, request, attempt, options).key;
}

/** More tokens than the messages can have: a token has a byte at least, and a template adds a few to each message. */
export function promptTokensAtMost({ messages }: CallBody): number {
  return messages.reduce((sum, { content }) => sum + Buffer.byteLength(String(content)) + 16, 0);
}
