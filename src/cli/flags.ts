/** Flags that several verbs share, and parsers that refuse what is no value. */

import { ProofstillError } from '../core/errors.ts';
import { PRECISIONS, type Precision } from '../core/records.ts';

/** A finite number. @throws SyntaxError, which the argument parser reports */
export function number(input: string): number {
  const value = Number(input);
  if (input.trim() === '' || !Number.isFinite(value)) throw new SyntaxError(`expected a number, got "${input}"`);
  return value;
}

export function text(input: string): string {
  if (input.trim() === '') throw new SyntaxError('expected a value, got nothing');
  return input;
}

/** A whole number of at least one. */
export function count(input: string): number {
  const value = number(input);
  if (!Number.isInteger(value) || value < 1) throw new SyntaxError(`expected a whole number from 1, got "${input}"`);
  return value;
}

export function precisions(input: string): Precision[] {
  return input.split(',').map((name) => {
    const found = PRECISIONS.find((precision) => precision === name.trim());
    if (!found) throw new SyntaxError(`expected ${PRECISIONS.join(' or ')}, got "${name}"`);
    return found;
  });
}

export const jsonFlag = {
  kind: 'boolean',
  brief: 'One JSON document on standard output, and nothing else',
  default: false,
  withNegated: false,
} as const;

export const seedFlag = {
  kind: 'parsed',
  parse: number,
  brief: 'Seed of every random draw [1]',
  optional: true,
} as const;

export const precisionFlag = { kind: 'enum', values: PRECISIONS, brief: 'fp32 or int8', optional: true } as const;

/** @throws config error naming the flag where it is missing */
export function required<T>(value: T | undefined, flag: string): T {
  if (value === undefined)
    throw new ProofstillError('config', `${flag} is missing`, { place: flag, hint: `Give ${flag}.` });
  return value;
}
