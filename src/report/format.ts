/**
 * How a report writes its numbers, the same in every form: this file runs in the terminal and in the page. What is not
 * known is a dash, never 0.
 */

import type { Proportion } from '../core/statistics/proportion.ts';

/** What stands for a number that nobody measured. */
export const UNKNOWN = '–';

/** A share of 0 to 1 as a percentage with one decimal: `97.4%`. */
export function percent(share: number | null): string {
  return share === null ? UNKNOWN : `${(share * 100).toFixed(1)}%`;
}

/** A difference of shares in percentage points with its sign: `+74.3`. */
export function points(difference: number | null): string {
  if (difference === null) return UNKNOWN;
  const text = (Math.abs(difference) * 100).toFixed(1);
  if (Number(text) === 0) return text;
  return `${difference < 0 ? '−' : '+'}${text}`;
}

/** The 95% interval of a share: `95.4–98.6%`. */
export function interval(share: { low: number | null; high: number | null }): string {
  if (share.low === null || share.high === null) return UNKNOWN;
  return `${(share.low * 100).toFixed(1)}–${(share.high * 100).toFixed(1)}%`;
}

/** How many a share rests on, with those left out of it: `n=412, 3 unscored`. */
export function basis(share: Proportion): string {
  return share.unscored === 0 ? `n=${count(share.n)}` : `n=${count(share.n)}, ${count(share.unscored)} unscored`;
}

/** A duration: `8.3 ms` below ten, `143 ms` below ten seconds, then `12.4 s`. */
export function milliseconds(duration: number | null): string {
  if (duration === null) return UNKNOWN;
  if (duration >= 10_000) return `${(duration / 1000).toFixed(1)} s`;
  return `${duration < 10 ? duration.toFixed(1) : Math.round(duration)} ms`;
}

/** A duration of work: `47 s`, `3 min 20 s`. */
export function seconds(duration: number): string {
  const whole = Math.round(duration);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A whole number in groups of three: `12,480`. */
export function count(number: number | null): string {
  return number === null ? UNKNOWN : number.toLocaleString('en-GB');
}

/** Megabytes: `3.4 MB`, `512 MB`. */
export function megabytes(size: number | null): string {
  if (size === null) return UNKNOWN;
  return `${size < 100 ? size.toFixed(1) : Math.round(size)} MB`;
}

/** A number with the given decimals. */
export function decimal(number: number | null, decimals: number): string {
  return number === null ? UNKNOWN : number.toFixed(decimals);
}

/** A p-value: `p = 0.031`, and below a ten-thousandth only that. */
export function probability(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p < 0.001 ? p.toFixed(4) : p.toFixed(3)}`;
}
