/** The built-in verifiers by name, from the package's own exports. */

import { ProofstillError } from './core/errors.ts';
import type { Verifier } from './core/verdict.ts';
import { nearest } from './run/nearest.ts';

/** `src` imports no verifier. */
const VERIFIERS = 'proofstill/verifiers';

/** All that the verifiers export, by name. */
export function builtInVerifiers(): Promise<Readonly<Record<string, unknown>>> {
  return import(VERIFIERS) as Promise<Readonly<Record<string, unknown>>>;
}

/** Every verifier that needs no options, by its export's name: those that are one, and those made by a call without any. */
export async function namedVerifiers(): Promise<ReadonlyMap<string, Verifier>> {
  const exported = Object.entries(await builtInVerifiers());
  const entries = exported.map(([name, value]) => [name, withoutArguments(value)] as const);
  return new Map(entries.filter((entry): entry is [string, Verifier] => isVerifier(entry[1])));
}

/**
 * A built-in verifier by its export's name or its own: `mathAnswer` or `math-answer`.
 * @param place of the name, for the error. @default '--with'
 * @throws config error where no verifier of that name works without options
 */
export async function findVerifier(reference: string, place = '--with'): Promise<Verifier> {
  const known = await namedVerifiers();
  const found = known.get(exportName(reference)) ?? [...known.values()].find(({ name }) => name === reference);
  if (found) return found;
  const names = [...known.keys()];
  const meant = nearest(reference, names);
  throw new ProofstillError('config', `there is no verifier "${reference}" that needs no options`, {
    place,
    hint: meant ? `Did you mean ${meant}?` : `There are ${names.join(', ')}.`,
  });
}

/** `math-answer` as its export: `mathAnswer`. */
export function exportName(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

export function isVerifier(value: unknown): value is Verifier {
  return typeof value === 'object' && value !== null && typeof (value as { verify?: unknown }).verify === 'function';
}

function withoutArguments(value: unknown): unknown {
  if (typeof value !== 'function' || value.length > 0) return value;
  try {
    return value();
  } catch {
    // It takes any number of arguments, but not none.
    return undefined;
  }
}
