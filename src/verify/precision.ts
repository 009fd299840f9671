/** How many of the traces that were kept deserve it, area by area, as far as a suite's labelled table can tell. */

import type { Candidate } from '../core/records.ts';
import type { Sample } from '../core/sample.ts';
import { randomStream } from '../core/seed.ts';
import { type KeptPrecision, keptPrecision } from '../core/statistics/kept-precision.ts';
import type { Proportion } from '../core/statistics/proportion.ts';
import type { Verifier } from '../core/verdict.ts';
import type { LabelledRow } from './labelled.ts';
import { type GradeOptions, gradeRows, type Rates, ratesOf } from './rates.ts';

/** The rates that rejection has: the verifier is asked as it is for a teacher's trace, strictly, whatever a row says. */
export async function selectionRates(
  rows: readonly LabelledRow[],
  verifier: Verifier,
  options: GradeOptions & { readonly sampleOf?: (row: LabelledRow) => Sample } = {},
): Promise<Rates> {
  const strict = rows.map((row): LabelledRow => ({ ...row, policy: 'select' }));
  return ratesOf(await gradeRows(strict, () => verifier, options));
}

/**
 * The estimated precision of each area's passing traces, by {@link keptPrecision}: of the candidates that ended by
 * themselves and are no rewriting, those in which no stage found fault passed, whether the stage is on or off. That one of
 * several passing traces is chosen does not enter: right ones may be shorter or longer than wrong ones.
 * @param rates by {@link selectionRates}
 * @returns an entry for each of `areas`; `null` where nothing passed or no labelled row is wrong.
 */
export function precisionByArea(
  candidates: readonly Candidate[],
  rates: Pick<Rates, 'falseAccepts' | 'falseRejects'>,
  areas: readonly string[],
): Record<string, KeptPrecision | null> {
  const judged = candidates.filter(
    ({ condensed, failures }) => !condensed && failures.every(({ stage }) => stage !== 'complete'),
  );
  const table = {
    wrong: rates.falseAccepts.n,
    falseAccepts: countOf(rates.falseAccepts),
    right: rates.falseRejects.n,
    falseRejects: countOf(rates.falseRejects),
  };
  const entries = areas.map((area) => {
    const drawn = judged.filter((candidate) => candidate.area === area);
    const passed = drawn.filter(({ failures }) => failures.every(({ stage }) => stage === 'person'));
    const counts = { ...table, drawn: drawn.length, passed: passed.length };
    return [area, keptPrecision(counts, randomStream(0, 'kept-precision', area))] as const;
  });
  return Object.fromEntries(entries);
}

const countOf = ({ value, n }: Proportion): number => Math.round((value ?? 0) * n);
