/** How long to wait before another try. */

import { setTimeout as wait } from 'node:timers/promises';

/** Time, as whoever waits sees it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects once `signal` is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  sleep: async (ms, signal) => {
    await wait(ms, undefined, { signal });
  },
};

/** Requests for one call, at most. */
export const MOST_TRIES = 10;

const BASE_MS = 500;
const CAP_MS = 60_000;

/**
 * Exponential back-off with full jitter after the n-th failed try (from 1): uniform between 0 and 0.5 s × 2ⁿ⁻¹, which a
 * minute caps. `random` is in [0, 1).
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(failed: number, random: number): number {
  return random * Math.min(CAP_MS, BASE_MS * 2 ** (failed - 1));
}

/**
 * Milliseconds that the server asks to wait: `retry-after-ms`, `Retry-After` in seconds or as a date, or the reset of the
 * rate limit that has nothing left. `undefined` where it does not say, or says nonsense.
 */
export function askedWaitMs(headers: Headers, now: number): number | undefined {
  const milliseconds = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds;
  const after = headers.get('retry-after')?.trim();
  if (after) {
    const ms = /^[\d.]+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - now;
    if (Number.isFinite(ms)) return Math.max(0, ms);
  }
  const resets = ['requests', 'tokens'].flatMap((what) => {
    const isUsedUp = headers.get(`x-ratelimit-remaining-${what}`)?.trim() === '0';
    const ms = isUsedUp ? durationMs(headers.get(`x-ratelimit-reset-${what}`) ?? '') : undefined;
    return ms === undefined ? [] : [ms];
  });
  return resets.length > 0 ? Math.max(...resets) : undefined;
}

const UNITS_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `1s`, `6m0s`, `20ms`, `1h2m3.5s`. */
function durationMs(text: string): number | undefined {
  if (!/^(?:[\d.]+(?:ms|[smh]))+$/.test(text)) return undefined;
  const parts = text.matchAll(/([\d.]+)(ms|[smh])/g);
  return [...parts].reduce((sum, [, value, unit]) => sum + Number(value) * UNITS_MS[unit as keyof typeof UNITS_MS], 0);
}
