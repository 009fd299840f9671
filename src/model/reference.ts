/** A suite's own solver behind the model contract: the teacher that needs no key, no GPU and no network. */

import { setImmediate } from 'node:timers/promises';
import { isProofstillError, messageOf, ProofstillError, throwIfInterrupted } from '../core/errors.ts';
import { type GenerateOptions, type Model, type ModelRequest, type Output, partsOf } from '../core/output.ts';
import { randomStream } from '../core/seed.ts';
import type { Suite } from '../core/suite.ts';
import { countPieces, firstPieces } from './pieces.ts';

/**
 * The teacher of a suite that has a solver. An output depends on the seed, the request's id and prompt and the attempt;
 * temperature and topP mean nothing to a solver. Tokens are counted in pieces (see {@link countPieces}), and a text of
 * more than `maxTokens` pieces is cut off like any model's.
 * @throws model error where the suite has no solver; while generating, where the solver throws.
 */
export function referenceModel(suite: Suite): Model {
  const { solve } = suite;
  if (!solve) {
    throw new ProofstillError('model', 'the suite has no solver, so it has no reference model', {
      place: `suite ${suite.name}`,
      hint: 'Give the suite a solve(problem, random) function, or name another teacher.',
    });
  }
  const answer = (request: ModelRequest, attempt: number, { seed, maxTokens }: GenerateOptions): Output => {
    const begun = performance.now();
    let whole: string;
    try {
      whole = solve.call(suite, { prompt: request.prompt }, randomStream(seed, 'reference', request.id, attempt));
    } catch (cause) {
      if (isProofstillError(cause)) throw cause;
      const place = `suite ${suite.name}, problem ${request.id}`;
      throw new ProofstillError('model', `the suite's solver threw: ${messageOf(cause)}`, { place, cause });
    }
    const text = firstPieces(whole, maxTokens);
    const totalMs = performance.now() - begun;
    return {
      text,
      ...partsOf(text),
      finishReason: text === whole ? 'stop' : 'length',
      tokens: { in: countPieces(request.prompt), out: countPieces(text) },
      timings: { firstTokenMs: totalMs, totalMs },
    };
  };
  return {
    fingerprint: `reference:${suite.name}@${suite.version}`,
    async *generate(requests, options) {
      for (const request of requests) {
        // A solver never waits, so nothing else (Ctrl-C, a progress bar) would get a turn.
        await setImmediate();
        for (let index = 0; index < (options.attempts ?? 1); index++) {
          throwIfInterrupted(options.signal);
          yield answer(request, (options.firstAttempt ?? 0) + index, options);
        }
      }
    },
    async close() {},
  };
}
