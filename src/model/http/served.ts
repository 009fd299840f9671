/** From a reply to the output that is kept: what was said, and what it cost. */

import type { Endpoint } from '../../core/endpoint.ts';
import { type FinishReason, type Output, partsOf } from '../../core/output.ts';
import { type Prices, pricesOf, usdOf } from '../prices.ts';
import { type Tokens, textOf, tokensOf } from './answer.ts';
import { type Call, promptTokensAtMost } from './call.ts';
import { hostOf } from './keys.ts';
import { emptyReply, type Reply, takeWhole } from './stream.ts';

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  eos: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  content_filter: 'filtered',
};

/** OpenAI asks half of its list prices for a batch; other servers do not say. */
const BATCH_DISCOUNT: Readonly<Record<string, number>> = { 'api.openai.com': 0.5 };

export interface Serving {
  readonly endpoint: Endpoint;
  readonly call: Call;
  readonly tokens: Tokens;
  /** US dollars; `null` where no price is known. */
  readonly usd: number | null;
  readonly requests: number;
  readonly timings: Output['timings'];
  /** Takes what must not be kept out of a text. */
  readonly clean: (text: string) => string;
}

/** The output that a whole reply is. */
export function outputOf(reply: Reply, serving: Serving): Output {
  const { endpoint, call, tokens, usd, requests, timings, clean } = serving;
  const finishReason = FINISH[reply.finishReason ?? ''] ?? 'cancelled';
  const text = clean(textOf(reply.reasoning, reply.content, finishReason === 'length'));
  const { cached, reasoning } = tokens;
  return {
    text,
    ...partsOf(text),
    finishReason,
    tokens: { in: tokens.in, out: tokens.out },
    timings,
    ...(reply.logprobs.length > 0 ? { logprobs: reply.logprobs } : {}),
    served: {
      provider: hostOf(endpoint),
      model: clean(reply.model ?? endpoint.model),
      promptHash: call.promptHash,
      usd,
      ...(reasoning === undefined ? {} : { reasoningTokens: reasoning }),
      ...(cached === undefined ? {} : { cachedTokens: cached }),
      requests,
    },
  };
}

/** What a call and its reply took, as the server counts it where that can be true. */
export function tokensOfReply({ body }: Call, reply: Reply, maxTokens: number): Tokens {
  const prompt = body.messages.map(({ content }) => content).join('\n');
  const text = reply.reasoning + reply.content;
  return tokensOf(reply.usage, { prompt, text }, { promptAtMost: promptTokensAtMost(body), maxTokens });
}

/** The output of a completion that came in a batch. Nobody waited for it: its timings are 0. @throws where it is none */
export function batchOutput(
  endpoint: Endpoint,
  call: Call,
  { body, maxTokens }: { readonly body: unknown; readonly maxTokens: number },
): Output {
  const reply = emptyReply();
  takeWhole(reply, body);
  const tokens = tokensOfReply(call, reply, maxTokens);
  const prices: Prices | undefined = pricesOf(endpoint);
  const usd = prices ? usdOf(prices, tokens) * (BATCH_DISCOUNT[hostOf(endpoint)] ?? 1) : null;
  const timings = { firstTokenMs: 0, totalMs: 0 };
  return outputOf(reply, { endpoint, call, tokens, usd, requests: 1, timings, clean: (text) => text });
}
