/** `proofstill verify --self-test`: how often each verifier is wrong, on the labelled tables that come with the package. */

import { ProofstillError } from '../core/errors.ts';
import { SCHEMA } from '../core/records.ts';
import { exportName, namedVerifiers } from '../named-verifiers.ts';
import { nearest } from '../run/nearest.ts';
import { readLabelled } from '../verify/labelled.ts';
import type { GradeOptions } from '../verify/rates.ts';
import { type CliContext, printJson } from './context.ts';
import { disagreementLines, ratesOn, ratesTable, type TableRates } from './labelled-rates.ts';
import { progressView } from './progress.ts';
import { type LabelledTable, labelledTables, verifierOfTable } from './verifiers.ts';

/** A verifier on the rows made to test its rules, and on outputs of real students and teachers; `null` where it has none. */
interface Tested {
  readonly name: string;
  /** Of the verifier that the first row asks. */
  readonly version: string;
  readonly cases: TableRates | null;
  readonly outputs: TableRates | null;
}

export interface SelfTestOptions {
  /** Only this verifier. */
  readonly with?: string | undefined;
  readonly json: boolean;
}

/** @throws config error for a verifier that has no table; record error where a table is not what it should be */
export async function selfTest(context: CliContext, { with: only, json }: SelfTestOptions): Promise<void> {
  const tables = labelledTables();
  const names = [...new Set(tables.map(({ name }) => name))];
  const chosen = only === undefined ? names : [chosenName(only, names)];
  const progress = progressView(context.process);
  const verifiers: Tested[] = [];
  try {
    for (const name of chosen) {
      progress.stage(`Test ${name}`);
      const report = (done: number, total: number): void => progress.update(done, total);
      verifiers.push(await tested(name, tables, { signal: context.signal, onProgress: report }));
    }
  } finally {
    progress.end();
  }
  const untested = only === undefined ? await withoutTable(names) : [];
  if (json) return printJson(context, { schema: SCHEMA, verifiers, untested });
  const rows = verifiers.flatMap(({ name, cases, outputs }) => [
    ...(cases ? [{ label: name, rates: cases }] : []),
    ...(outputs ? [{ label: `${name}, real outputs`, rates: outputs }] : []),
  ]);
  const lines = [
    ratesTable('verifier', rows),
    ...disagreementLines(rows.flatMap(({ rates }) => rates.disagreements)),
    ...(untested.length > 0 ? [`Without a labelled table: ${untested.join(', ')}.`] : []),
  ];
  context.process.stdout.write(`${lines.join('\n')}\n`);
}

async function tested(name: string, tables: readonly LabelledTable[], options: GradeOptions): Promise<Tested> {
  let version = '';
  const onTable = async (kind: LabelledTable['kind']): Promise<TableRates | null> => {
    const table = tables.find((candidate) => candidate.name === name && candidate.kind === kind);
    if (!table) return null;
    const rows = readLabelled(table.file);
    const verifierOf = await verifierOfTable(table);
    version ||= verifierOf(rows[0]!).version;
    return ratesOn(table.file, rows, { verifierOf, ...options });
  };
  const cases = await onTable('cases');
  const outputs = await onTable('outputs');
  return { name, version, cases, outputs };
}

function chosenName(reference: string, names: readonly string[]): string {
  const found = names.find((name) => name === reference || exportName(name) === reference);
  if (found) return found;
  const meant = nearest(reference, names);
  throw new ProofstillError('config', `there is no labelled table for "${reference}"`, {
    place: '--with',
    hint: meant ? `Did you mean ${meant}?` : `There are tables for ${names.join(', ')}.`,
  });
}

/** Exports without a table, unless what they make is a verifier that has one. */
async function withoutTable(names: readonly string[]): Promise<string[]> {
  const tabled = new Set(names);
  const known = [...(await namedVerifiers())];
  return known.flatMap(([name, verifier]) => (tabled.has(verifier.name) ? [] : [name]));
}
