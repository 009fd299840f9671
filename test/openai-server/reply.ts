/** An answer as the bytes that servers send: whole or in chunks, in any of their dresses, sound or spoilt. */

import type { Answer, ChatBody } from './answers.ts';
import { tokensOf } from './answers.ts';
import type { Fault, Form, Refusal } from './temper.ts';

type Delta = Readonly<Record<string, unknown>>;

export interface Reply {
  /** Of each token, what the stream says of it. */
  readonly deltas: readonly Delta[];
  readonly finishReason: string;
  readonly usage: Readonly<Record<string, unknown>> | undefined;
}

/** Cuts the answer off at the limit and dresses it in `form`. */
export function replyOf(body: ChatBody, answer: Answer, form: Form): Reply {
  const limit = body.max_completion_tokens ?? body.max_tokens ?? 1_000_000;
  const isInline = form === 'inline' || form === 'missing-open';
  const reasoning = tokensOf(answer.reasoning ?? '').map((token) => ({ token, isReasoning: true }));
  const content = tokensOf(answer.content).map((token) => ({ token, isReasoning: false }));
  const tags = (token: string) => (isInline && reasoning.length > 0 ? [{ token, isReasoning: true }] : []);
  const open = form === 'inline' ? tags('<think>\n') : [];
  const all = [...open, ...reasoning, ...tags('\n</think>\n\n'), ...content];
  const kept = all.slice(0, limit);
  return {
    deltas: kept.map(({ token, isReasoning }, index) =>
      isReasoning ? dressed(token, form, index) : { content: token },
    ),
    finishReason: kept.length < all.length ? 'length' : (answer.finishReason ?? 'stop'),
    usage: usageOf(body, kept, form),
  };
}

function dressed(token: string, form: Form, index: number): Delta {
  if (form === 'inline' || form === 'missing-open') return { content: token };
  if (form === 'reasoning_details') return { reasoning_details: [{ type: 'reasoning.text', text: token }] };
  if (form === 'both-fields') return { reasoning: token, reasoning_content: token };
  const isNew = form === 'reasoning' || (form === 'renamed-midstream' && index > 2);
  return isNew ? { reasoning: token } : { reasoning_content: token };
}

function usageOf(body: ChatBody, kept: readonly { isReasoning: boolean }[], form: Form): Reply['usage'] {
  if (form === 'no-usage') return undefined;
  if (form === 'wrong-usage') return { prompt_tokens: 'many', completion_tokens: -3, total_tokens: 1e300 };
  const prompt = body.messages.reduce((sum, { content }) => sum + tokensOf(content).length, 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: kept.length,
    total_tokens: prompt + kept.length,
    prompt_tokens_details: { cached_tokens: Math.floor(prompt / 2) },
    completion_tokens_details: { reasoning_tokens: kept.filter(({ isReasoning }) => isReasoning).length },
  };
}

/** The whole completion as one JSON document. */
export function wholeReply(body: ChatBody, { deltas, finishReason, usage }: Reply): object {
  const joined: Record<string, unknown> = {};
  for (const delta of deltas) {
    for (const [name, value] of Object.entries(delta)) {
      joined[name] = Array.isArray(value)
        ? [...((joined[name] as []) ?? []), ...value]
        : `${joined[name] ?? ''}${value}`;
    }
  }
  const message = { role: 'assistant', content: '', ...joined };
  const choices = [{ index: 0, message, finish_reason: finishReason }];
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model: body.model,
    choices,
    ...(usage ? { usage } : {}),
  };
}

/** The completion's events, each with its blank line; a fault that spoils the order or the form is in them. */
export function eventsOf(body: ChatBody, reply: Reply, fault: Fault | Refusal | undefined): string[] {
  const { include_usage: asked, continuous_usage_stats: isContinuous } = body.stream_options ?? {};
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model: body.model };
  const chunk = (delta: Delta, seen: number, finish_reason: string | null = null): string => {
    const usage = isContinuous && typeof reply.usage?.['completion_tokens'] === 'number';
    const token = Object.values(delta).find((value) => typeof value === 'string');
    const logprobs =
      body.logprobs && token && seen > 0
        ? { logprobs: { content: [{ token, logprob: -0.5, bytes: null, top_logprobs: [] }] } }
        : {};
    return event({
      ...head,
      choices: [{ index: 0, delta, finish_reason, ...logprobs }],
      ...(usage && seen > 0 ? { usage: { ...reply.usage, completion_tokens: seen } } : {}),
    });
  };
  const tokens = reply.deltas.map((delta, index) => chunk(delta, index + 1));
  const last = tokens.length - 1;
  if (fault === 'duplicate') tokens.splice(last, 0, tokens[last]!);
  if (fault === 'reorder') [tokens[last], tokens[last - 1]] = [tokens[last - 1]!, tokens[last]!];
  if (fault === 'malformed') tokens[last] = 'data: {"id":"chatcmpl-1","choices":[{"del\n\n';
  const finish = chunk({}, tokens.length, fault === 'overloaded' ? 'insufficient_system_resource' : reply.finishReason);
  const ending =
    fault === 'finish-early' ? [...tokens.slice(0, last), finish, ...tokens.slice(last)] : [...tokens, finish];
  if (fault === 'no-finish') ending.pop();
  const usage = asked && reply.usage ? [event({ ...head, choices: [], usage: reply.usage })] : [];
  if (fault === 'empty-choices') return [event({ ...head, choices: [] }), 'data: [DONE]\n\n'];
  return [chunk({ role: 'assistant', content: '' }, 0), ...ending, ...usage, 'data: [DONE]\n\n'];
}

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
