/** A model behind an OpenAI-compatible endpoint: calls run side by side, answers come in order, none is paid for twice. */

import type { Endpoint } from '../../core/endpoint.ts';
import { ProofstillError } from '../../core/errors.ts';
import { contentHash } from '../../core/hash.ts';
import type { Calls } from '../../core/journal.ts';
import type { GenerateOptions, Model, ModelRequest, Output } from '../../core/output.ts';
import { pricesOf } from '../prices.ts';
import { Asking, type CallEvent } from './ask.ts';
import type { Budget } from './budget.ts';
import { openClient } from './client.ts';
import { Halt } from './halt.ts';
import { hostOf, isKnownHost, keyFor } from './keys.ts';
import { Limiter } from './limiter.ts';
import { type Clock, SYSTEM_CLOCK } from './retry.ts';

export interface HttpModelOptions {
  /** Answers of earlier calls, which are not asked for again, and where new ones are kept the moment they come. */
  readonly calls?: Calls;
  /** What may be spent, by all models that share it. */
  readonly budget?: Budget;
  /** Where the key is. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Ask for the logarithms of the tokens' probabilities. @default false */
  readonly logprobs?: boolean;
  readonly onEvent?: (event: CallEvent) => void;
  /** @default the system's */
  readonly clock?: Clock;
}

/** Calls begun ahead of whoever reads the answers, for each that may be under way: it bounds memory. */
const AHEAD = 16;

/**
 * The model of an endpoint. Overlapping `generate` calls share its limits, and all its calls end where one meets what no
 * other could get past: a refused key, a spent budget, ten failed tries. Whatever was answered until then is kept.
 * @throws config error where there is no key for the host, or the budget is in US dollars and the price is not known.
 */
export function httpModel(endpoint: Endpoint, options: HttpModelOptions = {}): Model {
  const { calls, budget, env = process.env, logprobs = false, onEvent, clock = SYSTEM_CLOCK } = options;
  const { concurrency = 64, deadlineSeconds = 600, stallSeconds = 120 } = endpoint.limits ?? {};
  const key = keyFor(endpoint, env);
  const prices = pricesOf(endpoint);
  if (budget?.ceilings.usd !== undefined && !prices) {
    throw new ProofstillError('config', `expected a price for ${endpoint.model}, as the budget is in US dollars`, {
      place: `endpoint ${endpoint.baseURL}`,
      hint: 'Give it as prices: { input, output } for a million tokens, or give a budget of tokens instead.',
    });
  }
  const asking = new Asking({
    endpoint,
    key,
    client: openClient(endpoint, key, deadlineSeconds * 1000),
    limiter: new Limiter(endpoint.limits, clock),
    clock,
    prices,
    logprobs,
    // Companies' own servers refuse what they do not know; the others ignore it.
    isCounting: !isKnownHost(endpoint),
    deadlineSeconds,
    stallSeconds,
    calls,
    budget,
    onEvent,
  });
  return {
    fingerprint: fingerprintOf(endpoint),
    generate: (requests, generate) => answers(asking, requests, generate, AHEAD * concurrency),
    async close() {},
  };
}

/** Names an endpoint by what decides its answers: not by its limits, its prices or its key. */
export function fingerprintOf(endpoint: Endpoint): string {
  const { model, baseURL, template, temperature, topP } = endpoint;
  const content = contentHash({ model, baseURL: baseURL.replace(/\/+$/, ''), template, temperature, topP });
  return `openai:${model}@${hostOf(endpoint)}#${content.slice(0, 8)}`;
}

async function* answers(
  asking: Asking,
  requests: readonly ModelRequest[],
  options: GenerateOptions,
  window: number,
): AsyncGenerator<Output> {
  const { attempts = 1, firstAttempt = 0, signal } = options;
  const total = requests.length * attempts;
  const halt = new Halt(signal);
  const ahead = new Map<number, Promise<Output>>();
  let begun = 0;
  const begin = (index: number): void => {
    const request = requests[Math.floor(index / attempts)] as ModelRequest;
    const answer = asking.ask(request, firstAttempt + (index % attempts), options, halt);
    answer.catch((error: unknown) => halt.fail(error));
    ahead.set(index, answer);
  };
  try {
    for (let next = 0; next < total; next++) {
      while (begun < Math.min(total, next + window)) begin(begun++);
      const output = await (ahead.get(next) as Promise<Output>);
      ahead.delete(next);
      yield output;
    }
  } catch (error) {
    // Requests under way are paid for: their answers are kept before the error goes on.
    await Promise.allSettled(ahead.values());
    throw error;
  } finally {
    halt.close();
    await Promise.allSettled(ahead.values());
  }
}
