/** An endpoint that nobody asks: it answers what is kept and collects the rest, for plans that cost nothing and for batch files. */

import type { Endpoint } from '../../core/endpoint.ts';
import type { Calls } from '../../core/journal.ts';
import type { Model, Output } from '../../core/output.ts';
import { type Call, callOf } from './call.ts';
import { fingerprintOf } from './http.ts';

export interface UnaskedModel extends Model {
  /** The calls that no answer is kept of, in the order in which they would be made. */
  readonly unasked: readonly Call[];
}

/** What stands for an answer that is not there: no verifier passes it. */
const NO_ANSWER: Output = {
  text: '',
  finishReason: 'cancelled',
  tokens: { in: 0, out: 0 },
  timings: { firstTokenMs: 0, totalMs: 0 },
};

/**
 * The model of an endpoint as far as `calls` knows its answers. Of each request it collects the calls of one wave: what
 * would be asked after that hangs on the answers.
 */
export function unaskedModel(endpoint: Endpoint, calls?: Calls): UnaskedModel {
  const unasked: Call[] = [];
  /** By request, the wave in which a first answer was missing. */
  const waves = new Map<string, number>();
  return {
    fingerprint: fingerprintOf(endpoint),
    unasked,
    async *generate(requests, options) {
      const { attempts = 1, firstAttempt = 0 } = options;
      for (const request of requests) {
        for (let attempt = firstAttempt; attempt < firstAttempt + attempts; attempt++) {
          const call = callOf(endpoint, request, attempt, options);
          const kept = calls?.get(call.key);
          if (!kept && (waves.get(request.id) ?? firstAttempt) === firstAttempt) {
            waves.set(request.id, firstAttempt);
            unasked.push(call);
          }
          yield kept ?? NO_ANSWER;
        }
      }
    },
    async close() {},
  };
}
