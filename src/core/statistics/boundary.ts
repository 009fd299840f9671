/** What a statistic refuses to compute with: NaN, shares outside of 0 to 1, counts that no sample could give. */

import { ProofstillError } from '../errors.ts';

/** @throws `config` error unless `value` is a whole number of at least `least`. */
export function requireCount(name: string, value: number, least = 0): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ProofstillError('config', `${name}: expected a whole number of at least ${least}, got ${value}`);
}

/** @throws `config` error unless `passed` of `n` are counts and `passed` is at most `n`. */
export function requirePassed(passed: number, n: number): void {
  requireCount('n', n);
  requireCount('passed', passed);
  if (passed <= n) return;
  throw new ProofstillError('config', `passed: expected at most n = ${n}, got ${passed}`);
}

/** @throws `config` error unless `value` is between `low` and `high`, both excluded. */
export function requireBetween(name: string, value: number, [low, high]: readonly [number, number] = [0, 1]): void {
  if (value > low && value < high) return;
  throw new ProofstillError('config', `${name}: expected a number between ${low} and ${high}, got ${value}`);
}

/** @throws `config` error unless `value` is 0 to 1, both included. */
export function requireShare(name: string, value: number): void {
  if (value >= 0 && value <= 1) return;
  throw new ProofstillError('config', `${name}: expected a share of 0 to 1, got ${value}`);
}
