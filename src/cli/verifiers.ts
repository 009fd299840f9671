/** The labelled tables that come with the package, and the verifiers that each is for. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProofstillError, messageOf, ProofstillError } from '../core/errors.ts';
import { canonicalJson } from '../core/hash.ts';
import type { Verifier } from '../core/verdict.ts';
import { builtInVerifiers, exportName, isVerifier } from '../named-verifiers.ts';
import type { LabelledRow } from '../verify/labelled.ts';

/** Beside the verifiers, in the source as in `dist`. */
const LABELLED = fileURLToPath(new URL('../../verifiers/labelled', import.meta.url));

/** Where a verifier's labelled rows come from: made to test its rules, or written by real students and teachers. */
export type TableKind = 'cases' | 'outputs';

export interface LabelledTable {
  readonly kind: TableKind;
  /** The verifier's export in kebab case. */
  readonly name: string;
  readonly file: string;
}

/** Every labelled table that comes with the package, by name. */
export function labelledTables(): LabelledTable[] {
  const tablesIn = (folder: string, kind: TableKind): LabelledTable[] =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((file) => file.endsWith('.jsonl'))
      .map((file) => ({ kind, name: file.slice(0, -'.jsonl'.length), file: join(folder, file) }));
  const tables = [...tablesIn(LABELLED, 'cases'), ...tablesIn(join(LABELLED, 'outputs'), 'outputs')];
  return tables.sort((left, right) => (left.name < right.name ? -1 : 1));
}

/**
 * What a table of that name is for: the verifier itself, or one that is constructed from each row's options, once for the
 * same options.
 * @param name in kebab case, as the table is called.
 * @throws config error where the package exports nothing of that name; from the function that is returned, config error
 * with the row's `file:line` where its options make no verifier.
 */
export async function verifierOfTable({ name, file }: LabelledTable): Promise<(row: LabelledRow) => Verifier> {
  const exports = await builtInVerifiers();
  const found = exports[exportName(name)];
  if (isVerifier(found)) return (row) => withoutOptions(found, row);
  if (typeof found !== 'function') {
    throw new ProofstillError('config', `the verifiers export no ${exportName(name)}`, {
      place: file,
      hint: "Call a table by its verifier's export in kebab case: math-answer.jsonl for mathAnswer.",
    });
  }
  const made = new Map<string, Verifier>();
  return (row) => {
    const key = canonicalJson(row.options ?? {});
    const verifier = made.get(key) ?? construct(found as (options: object) => unknown, name, row);
    made.set(key, verifier);
    return verifier;
  };
}

function withoutOptions(verifier: Verifier, { options, place }: LabelledRow): Verifier {
  if (options === undefined) return verifier;
  throw new ProofstillError('config', `${verifier.name} takes no options`, { place, hint: 'Leave options out.' });
}

function construct(make: (options: object) => unknown, name: string, { options = {}, place }: LabelledRow): Verifier {
  let verifier: unknown;
  try {
    verifier = make(options);
  } catch (cause) {
    const hint = isProofstillError(cause) ? cause.hint : undefined;
    throw new ProofstillError('config', `these options make no ${name}: ${messageOf(cause)}`, {
      place,
      hint: hint ?? 'Mend the options of this row.',
      cause,
    });
  }
  if (isVerifier(verifier)) return verifier;
  throw new ProofstillError('config', `${exportName(name)} makes no verifier`, {
    place,
    hint: 'Call the table by the export that makes its verifier.',
  });
}
