/** One call, from its first try to the answer that is kept. */

import type OpenAI from 'openai';
import type { Endpoint } from '../../core/endpoint.ts';
import { messageOf, ProofstillError } from '../../core/errors.ts';
import type { Calls } from '../../core/journal.ts';
import type { GenerateOptions, ModelRequest, Output } from '../../core/output.ts';
import { randomStream } from '../../core/seed.ts';
import { type Prices, usdOf } from '../prices.ts';
import type { Tokens } from './answer.ts';
import type { Budget } from './budget.ts';
import { type Call, callOf, promptTokensAtMost } from './call.ts';
import { type Fault, faultOf } from './faults.ts';
import type { Halt } from './halt.ts';
import { redactor, withoutKey } from './keys.ts';
import type { Limiter } from './limiter.ts';
import { backoffMs, type Clock, MOST_TRIES } from './retry.ts';
import { type Sent, send } from './send.ts';
import { outputOf, tokensOfReply } from './served.ts';
import { emptyReply } from './stream.ts';

interface Who {
  readonly id: string;
  readonly attempt: number;
}

/** What happens to calls, for whoever shows or counts it. No text in it holds a key. */
export type CallEvent = Who &
  (
    | { readonly kind: 'recalled' | 'answered'; readonly output: Output }
    | {
        readonly kind: 'retry';
        /** Which try failed, from 1, and with what. */
        readonly tries: number;
        readonly what: string;
        readonly waitMs: number;
      }
  );

export interface AskingOptions {
  readonly endpoint: Endpoint;
  readonly key: string;
  readonly client: OpenAI;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly prices: Prices | undefined;
  readonly logprobs: boolean;
  /** Ask for a count of tokens in every chunk, until the server refuses that. */
  readonly isCounting: boolean;
  readonly deadlineSeconds: number;
  readonly stallSeconds: number;
  readonly calls: Calls | undefined;
  readonly budget: Budget | undefined;
  readonly onEvent: ((event: CallEvent) => void) | undefined;
}

interface Tried extends Sent {
  /** Whether it asked for a count of tokens in every chunk. */
  readonly isCounting: boolean;
  readonly tokens: Tokens;
  readonly usd: number;
  readonly fault: Fault | undefined;
}

/** Asks one endpoint on behalf of all who share its limits. */
export class Asking {
  readonly #options: AskingOptions;
  readonly #redact: (text: string) => string;
  readonly #jitter = randomStream(Date.now(), 'jitter', process.pid);
  #isCounting: boolean;
  #hasSucceeded = false;

  constructor(options: AskingOptions) {
    this.#options = options;
    this.#redact = redactor(options.key);
    this.#isCounting = options.isCounting;
  }

  /**
   * The answer to one attempt: the one that is kept, or a new one, kept when this returns. A request that the server will
   * not answer, where it answered others, gives an empty output that says so.
   * @throws what stops all calls: see {@link faultOf}; model error after the last try; budget error; interrupted.
   */
  async ask(request: ModelRequest, attempt: number, options: GenerateOptions, halt: Halt): Promise<Output> {
    const { endpoint, logprobs, calls, onEvent } = this.#options;
    const call = callOf(endpoint, request, attempt, { ...options, logprobs });
    const who = { id: request.id, attempt };
    const kept = calls?.get(call.key);
    if (kept) {
      this.#hasSucceeded = true;
      onEvent?.({ ...who, kind: 'recalled', output: kept });
      return kept;
    }
    let usd = 0;
    for (let tries = 1; ; tries++) {
      const tried = await this.#try(call, { options, halt, isUrgent: tries > 1 });
      usd += tried.usd;
      const { fault } = tried;
      if (fault) halt.throwIfInterrupted();
      if (tried.isCounting && messageOf(tried.error).includes('continuous_usage_stats')) {
        this.#isCounting = false;
        continue;
      }
      if (!fault || fault.kind === 'refused') {
        const output = this.#output(call, tried, { tries, usd });
        calls?.record(call.key, output);
        onEvent?.({ ...who, kind: 'answered', output });
        return output;
      }
      if (fault.kind === 'fatal') throw fault.error;
      if (tries === MOST_TRIES) throw exhausted(this.#place, who, fault.what);
      const waitMs = this.#waitMs(tries, fault.waitMs);
      onEvent?.({ ...who, kind: 'retry', tries, what: fault.what, waitMs });
      await halt.sleep(waitMs, this.#options.clock);
    }
  }

  get #place(): string {
    return `endpoint ${this.#options.endpoint.baseURL}, model ${this.#options.endpoint.model}`;
  }

  /** Sends the call once, when there is a place and a budget for it. */
  async #try(
    call: Call,
    asked: {
      readonly options: GenerateOptions;
      readonly halt: Halt;
      readonly isUrgent: boolean;
    },
  ): Promise<Tried> {
    const { limiter, budget, prices } = this.#options;
    const { halt, isUrgent } = asked;
    const { maxTokens } = asked.options;
    const promptTokens = promptTokensAtMost(call.body);
    const permit = await limiter.acquire({ promptTokens, maxTokens, isUrgent, signal: halt.stop });
    let ended = { tokens: 0, isCrowded: false, waitMs: 0 };
    try {
      const usd = prices ? usdOf(prices, { in: promptTokens, out: maxTokens }) : 0;
      const reservation = await budget?.reserve({ usd, tokens: promptTokens + maxTokens }, halt.stop);
      let spent = { usd: 0, tokens: 0 };
      try {
        const isCounting = this.#isCounting;
        const sent = await send(call.body, { ...this.#options, isCounting, signal: halt.wire });
        const tokens = this.#tokens(call, sent, maxTokens);
        spent = { usd: prices ? usdOf(prices, tokens) : 0, tokens: tokens.in + tokens.out };
        const fault = sent.error === undefined ? undefined : this.#judge(sent.error);
        this.#hasSucceeded ||= fault === undefined;
        ended = { tokens: spent.tokens, isCrowded: false, waitMs: 0 };
        if (fault?.kind === 'retry') ended = { ...ended, isCrowded: fault.isCrowded, waitMs: fault.waitMs ?? 0 };
        return { ...sent, tokens, usd: spent.usd, isCounting, fault };
      } finally {
        reservation?.settle(spent);
      }
    } finally {
      permit.end(ended);
    }
  }

  #judge(error: unknown): Fault {
    const { clock } = this.#options;
    return faultOf(error, {
      place: this.#place,
      redact: this.#redact,
      hasSucceeded: this.#hasSucceeded,
      now: clock.now(),
    });
  }

  /** What a try took. One that failed before any token took nothing; one that broke off is charged for what came. */
  #tokens(call: Call, { reply, error }: Sent, maxTokens: number): Tokens {
    const text = reply.reasoning + reply.content;
    if (error !== undefined && text === '' && !reply.usage) return { in: 0, out: 0 };
    return tokensOfReply(call, reply, maxTokens);
  }

  #output(
    call: Call,
    { reply, sentAt, endedAt, tokens, fault }: Tried,
    { tries, usd }: { readonly tries: number; readonly usd: number },
  ): Output {
    const { endpoint, key, prices } = this.#options;
    const output = outputOf(fault ? emptyReply() : reply, {
      endpoint,
      call,
      tokens,
      usd: prices ? usd : null,
      requests: tries,
      timings: { firstTokenMs: (reply.firstTokenAt ?? endedAt) - sentAt, totalMs: endedAt - sentAt },
      clean: (text) => withoutKey(text, key),
    });
    return fault?.kind === 'refused' ? { ...output, served: { ...output.served!, refusal: fault.what } } : output;
  }

  /** At least what the server asked, a little more so that not all come back at once. */
  #waitMs(failed: number, asked = 0): number {
    return Math.max(backoffMs(failed, this.#jitter.next()), asked * (1 + this.#jitter.next() / 10));
  }
}

function exhausted(place: string, { id, attempt }: Who, what: string): ProofstillError {
  return new ProofstillError('model', `${MOST_TRIES} tries failed, the last one so: ${what}`, {
    place: `${place}, request ${id}, attempt ${attempt}`,
    hint: 'Answered calls are kept: start the same command again once the server is well.',
  });
}
