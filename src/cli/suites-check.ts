/** What `proofstill suites check` does, once its flags are read. */

import { ProofstillError } from '../core/errors.ts';
import type { Suite } from '../core/suite.ts';
import { builtInSuites, findSuite } from '../resolve.ts';
import { type CliContext, printJson } from './context.ts';
import { EXIT } from './failure.ts';
import { disagreementLines, ratesOn, ratesTable, type TableRates } from './labelled-rates.ts';
import { labelledTable } from './labelled-table.ts';
import { progressView } from './progress.ts';

interface Fault {
  readonly place: string;
  readonly message: string;
}

interface Checked {
  readonly suite: string;
  readonly faults: readonly Fault[];
  /** `null` where the suite has no labelled table. */
  readonly labelled: TableRates | null;
}

/** The package's own export: `src` imports no suite. */
const SUITES = 'proofstill/suites';

/**
 * Holds suites against the conformance check and their own labelled tables. A table that disagrees ends with code 1.
 * @throws suite error where a suite has faults, once all are listed
 */
export async function checkSuites(
  this: CliContext,
  { json }: { readonly json: boolean },
  ...references: string[]
): Promise<void> {
  const { suiteConformance } = (await import(SUITES)) as { suiteConformance: (suite: Suite) => Promise<Fault[]> };
  const suites = references.length > 0 ? await Promise.all(references.map(findSuite)) : await builtInSuites();
  const progress = progressView(this.process);
  const checked: Checked[] = [];
  try {
    for (const suite of suites) {
      progress.stage(`Check ${suite.name}`);
      const faults = await suiteConformance(suite);
      const report = (done: number, total: number): void => progress.update(done, total);
      checked.push({ suite: suite.name, faults, labelled: await onItsTable(suite, this.signal, report) });
    }
  } finally {
    progress.end();
  }
  const faults = checked.flatMap(({ suite, faults }) => faults.map((fault) => ({ suite, ...fault })));
  if (json) {
    const labelled = checked.flatMap(({ suite, labelled }) => (labelled ? [{ suite, ...labelled }] : []));
    printJson(this, { suites: checked.map(({ suite }) => suite), faults, labelled });
  } else this.process.stdout.write(`${checked.flatMap(linesOf).join('\n')}\n`);
  const [first] = faults;
  if (first) {
    throw new ProofstillError('suite', `${faults.length} faults, the first: ${first.message}`, {
      place: first.place,
      hint: 'Mend the sample, or the verifier that refuses it.',
    });
  }
  if (checked.some(({ labelled }) => (labelled?.disagreements.length ?? 0) > 0)) this.process.exitCode = EXIT.missed;
}

/** The suite's verifier on the table beside its samples. */
async function onItsTable(
  suite: Suite,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<TableRates | null> {
  const table = labelledTable(suite);
  if (!table) return null;
  const { file, rows, sampleOf } = table;
  return ratesOn(file, rows, { verifierOf: () => suite.verify, sampleOf, signal, onProgress });
}

function linesOf({ suite, faults, labelled }: Checked): string[] {
  const found = faults.map(({ place, message }) => `${place}: ${message}`);
  const sound = faults.length === 0 ? [`${suite}: no faults`] : [];
  if (!labelled) return [...found, ...sound, `${suite}: no labelled.jsonl beside its samples`];
  const rates = ratesTable('labelled', [{ label: suite, rates: labelled }]);
  return [...found, ...sound, rates, ...disagreementLines(labelled.disagreements)];
}
