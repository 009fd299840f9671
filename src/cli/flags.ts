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

/** A seed, 0 to 2³²−1. */
export function seed(input: string): number {
  const value = number(input);
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32) {
    throw new SyntaxError(`expected a whole number from 0 to 4294967295, got "${input}"`);
  }
  return value;
}

/** A port to listen on, 1 to 65535. */
export function port(input: string): number {
  const value = number(input);
  if (!Number.isInteger(value) || value < 1 || value > 65535) {
    throw new SyntaxError(`expected a port from 1 to 65535, got "${input}"`);
  }
  return value;
}

/** A share, 0 to 1. */
export function share(input: string): number {
  const value = number(input);
  if (value < 0 || value > 1) throw new SyntaxError(`expected a share from 0 to 1, got "${input}"`);
  return value;
}

export function precisions(input: string): Precision[] {
  return input.split(',').map((name) => {
    const found = PRECISIONS.find((precision) => precision === name.trim());
    if (!found) throw new SyntaxError(`expected ${PRECISIONS.join(' or ')}, got "${name}"`);
    return found;
  });
}

/** A switch that is off unless it is given. */
export const switchFlag = (brief: string) => ({ kind: 'boolean', brief, default: false, withNegated: false }) as const;

/** A value that may be left out, its default in square brackets at the end of `brief`. */
export const optional = <T>(parse: (input: string) => T, brief: string, placeholder: string) =>
  ({ kind: 'parsed', parse, brief, placeholder, optional: true }) as const;

/** A text that may be left out. */
export const optionalText = (brief: string, placeholder: string) => optional(text, brief, placeholder);

export const jsonFlag = switchFlag('One JSON document on standard output, and nothing else');

export const seedFlag = optional(seed, 'Seed of every random draw [1]', 'n');

export const maxUnscoredFlag = optional(
  share,
  'Share of the outputs that may go unscored before it ends [0.1]',
  'share',
);

/** A number above 0. */
export function positive(input: string): number {
  const value = number(input);
  if (value <= 0) throw new SyntaxError(`expected a number above 0, got "${input}"`);
  return value;
}

export const ledgerFlag = optionalText('Where reads of holdout samples are counted [runs/ledger.jsonl]', 'file');

/** Checked by `requireSandboxIsolation` before anything is judged. */
export const requireIsolationFlag = switchFlag('Refuse to run where code answers could reach the network');

export const precisionFlag = {
  kind: 'enum',
  values: PRECISIONS,
  brief: 'Precision of the network [fp32]',
  optional: true,
} as const;

/** A flag as a person types it: `targetP95` is `--target-p95`. */
export function flagName(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** @throws config error naming the flag where it is missing */
export function required<T>(value: T | undefined, flag: string): T {
  if (value === undefined)
    throw new ProofstillError('config', `${flag} is missing`, { place: flag, hint: `Give ${flag}.` });
  return value;
}
