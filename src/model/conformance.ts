/** Holds any model, ours or a user's own, against the contract of models. */

import { isDeepStrictEqual } from 'node:util';
import { isProofstillError } from '../core/errors.ts';
import {
  FINISH_REASONS,
  type GenerateOptions,
  type Model,
  type ModelRequest,
  type Output,
  partsOf,
} from '../core/output.ts';

const ATTEMPTS = 2;

/**
 * Problems found in a model; an empty list is a pass. The requests, at least two with different ids, are asked for two
 * attempts each: together, each alone, attempt by attempt, twice at once, not at all, with an aborted signal, and by a
 * reader who leaves after the first. Order, count, independence of neighbours and the outputs themselves are checked.
 */
export async function modelConformance(
  model: Model,
  requests: readonly ModelRequest[],
  options: GenerateOptions,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const asked = { ...options, attempts: ATTEMPTS };
  const name = model.fingerprint;
  if (!name) problems.push('the fingerprint is empty');

  const together = await collect(model.generate(requests, asked));
  const expected = requests.length * ATTEMPTS;
  if (together.length !== expected) problems.push(`${together.length} outputs came, ${expected} were asked for`);
  for (const [index, output] of together.entries()) {
    for (const fault of faultsOf(output)) problems.push(`output ${index}: ${fault}`);
  }
  const compare = (what: string, outputs: readonly Output[]): void => {
    if (!isDeepStrictEqual(outputs.map(content), together.map(content))) problems.push(`other outputs come ${what}`);
  };

  const alone: Output[] = [];
  const singly: Output[] = [];
  for (const request of requests) {
    alone.push(...(await collect(model.generate([request], asked))));
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      singly.push(...(await collect(model.generate([request], { ...options, attempts: 1, firstAttempt: attempt }))));
    }
  }
  compare('where each request is alone', alone);
  compare('where each attempt is asked for by itself', singly);
  const sideBySide = await Promise.all([1, 2].map(() => collect(model.generate(requests, asked))));
  for (const outputs of sideBySide) compare('where two ask at once', outputs);

  if ((await collect(model.generate([], asked))).length > 0) problems.push('an output comes without a request');
  for await (const _ of model.generate(requests, asked)) break;
  compare('after a reader who left', await collect(model.generate(requests, asked)));
  problems.push(...(await faultsOfAborted(model, requests, asked)));
  if (model.fingerprint !== name) problems.push('the fingerprint changes');
  return problems;
}

/** An aborted call ends with an interrupted error, or in outputs that say that they are no whole ones. */
async function faultsOfAborted(
  model: Model,
  requests: readonly ModelRequest[],
  options: GenerateOptions,
): Promise<string[]> {
  try {
    const outputs = await collect(model.generate(requests, { ...options, signal: AbortSignal.abort() }));
    return outputs.every(({ finishReason }) => finishReason === 'cancelled') ? [] : ['an aborted call answers'];
  } catch (error) {
    return isProofstillError(error, 'interrupted') ? [] : ['an aborted call throws something else than interrupted'];
  }
}

/** Timings differ from one time to the next, and so may what it took to be answered. */
function content({ text, finishReason, tokens }: Output): object {
  return { text, finishReason, tokens };
}

function faultsOf(output: Output): string[] {
  const faults: string[] = [];
  const { text, think, answer, finishReason, tokens, timings } = output;
  if (typeof text !== 'string') return ['the text is no string'];
  const parts = partsOf(text);
  if (think !== parts.think || answer !== parts.answer) faults.push('think and answer are not those of the text');
  if (!FINISH_REASONS.includes(finishReason)) faults.push(`there is no finish reason ${finishReason}`);
  for (const count of [tokens.in, tokens.out]) {
    if (!Number.isSafeInteger(count) || count < 0) faults.push(`${count} is no number of tokens`);
  }
  const { firstTokenMs, totalMs } = timings;
  if (!(firstTokenMs >= 0 && firstTokenMs <= totalMs && totalMs < Number.POSITIVE_INFINITY)) {
    faults.push(`the first token after ${firstTokenMs} ms of ${totalMs} cannot be`);
  }
  return faults;
}

async function collect(outputs: AsyncIterable<Output>): Promise<Output[]> {
  const all: Output[] = [];
  for await (const output of outputs) all.push(output);
  return all;
}
