import { describe, expect, it } from 'vitest';
import { askedWaitMs, backoffMs } from './retry.ts';

describe('back-off', () => {
  it.each([
    [1, 500],
    [2, 1_000],
    [7, 32_000],
    [8, 60_000],
    [1_000, 60_000],
  ])('after %i failed tries is anything below %i ms', (failed, most) => {
    expect(backoffMs(failed, 0)).toBe(0);
    expect(backoffMs(failed, 0.5)).toBe(most / 2);
  });
});

describe('what a server asks to wait', () => {
  const now = Date.parse('2026-11-28T12:00:00Z');
  it.each([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['part of a second', { 'retry-after': '0.25' }, 250],
    ['a date', { 'retry-after': 'Sat, 28 Nov 2026 12:00:30 GMT' }, 30_000],
    ['a date gone by', { 'retry-after': 'Sat, 28 Nov 2026 11:00:00 GMT' }, 0],
    ['milliseconds before seconds', { 'retry-after-ms': '1500', 'retry-after': '2' }, 1_500],
    // https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers
    [
      'the reset of what is used up',
      {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-remaining-tokens': '149984',
        'x-ratelimit-reset-tokens': '6m0s',
      },
      1_000,
    ],
    [
      'the later of two resets',
      {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '120ms',
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '1m2.5s',
      },
      62_500,
    ],
    ['nothing', {}, undefined],
    [
      'nonsense',
      { 'retry-after': 'soon', 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': 'later' },
      undefined,
    ],
    ['a negative number', { 'retry-after-ms': '-5' }, undefined],
  ])('%s', (_what, headers, ms) => {
    expect(askedWaitMs(new Headers(headers as Record<string, string>), now)).toBe(ms);
  });
});
