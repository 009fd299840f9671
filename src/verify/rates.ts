/** How often a verifier is wrong: its verdicts on a labelled table, and the error rates that follow. */

import type { Sample } from '../core/sample.ts';
import { type Proportion, proportion } from '../core/statistics/proportion.ts';
import { quantile } from '../core/statistics/quantile.ts';
import type { Status, Verdict, Verifier } from '../core/verdict.ts';
import { type LabelledRow, outputOfText, sampleOfRow } from './labelled.ts';
import { verifyOutput } from './verify.ts';

/** A row with what the verifier made of it, and how long that took. */
export interface GradedRow {
  readonly row: LabelledRow;
  readonly verdict: Verdict;
  readonly milliseconds: number;
}

/** Shares of the rows that were scored; `unscored` counts the others of the same label. */
export interface Rates {
  /** Of all rows: the verdict is the label. */
  readonly agreement: Proportion;
  /** Of the rows that deserve a fail: they passed. */
  readonly falseAccepts: Proportion;
  /** Of the rows that deserve a pass: they failed. */
  readonly falseRejects: Proportion;
}

/** What one verdict costs in process; `null` without rows. */
export interface VerdictLatency {
  readonly n: number;
  readonly medianMs: number | null;
  readonly p99Ms: number | null;
}

/** A row whose verdict is not its label, or that was not scored. */
export interface Disagreement {
  readonly id: string;
  readonly place: string;
  readonly labelled: 'pass' | 'fail';
  readonly status: Status;
  readonly reason: string | null;
  readonly why: string;
}

export interface GradeOptions {
  /** The sample that a row stands for. @default sampleOfRow */
  readonly sampleOf?: (row: LabelledRow) => Sample;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Judges every row by the policy that it names.
 * @param verifierOf the verifier that a row is for: tables may say how theirs is constructed.
 * @returns in the order of `rows`.
 * @throws what `verifierOf` throws; `interrupted` once the signal is aborted.
 */
export async function gradeRows(
  rows: readonly LabelledRow[],
  verifierOf: (row: LabelledRow) => Verifier,
  { sampleOf = sampleOfRow, signal, onProgress }: GradeOptions = {},
): Promise<GradedRow[]> {
  const graded: GradedRow[] = [];
  for (const row of rows) {
    const verifier = verifierOf(row);
    const sample = sampleOf(row);
    const output = outputOfText(row.output, row.finishReason);
    const began = performance.now();
    const options = { policy: row.policy ?? 'score', ...(signal ? { signal } : {}) } as const;
    const verdict = await verifyOutput(verifier, sample, output, options);
    graded.push({ row, verdict, milliseconds: performance.now() - began });
    onProgress?.(graded.length, rows.length);
  }
  return graded;
}

/** Error rates with their 95% intervals (Wilson); `null` where a table has no scored row of the label. */
export function ratesOf(graded: readonly GradedRow[]): Rates {
  const share = (rows: readonly GradedRow[], isCounted: (row: GradedRow) => boolean): Proportion => {
    const scored = rows.filter(({ verdict }) => verdict.status !== 'unscored');
    return proportion(scored.filter(isCounted).length, scored.length, rows.length - scored.length);
  };
  const labelled = (pass: boolean): GradedRow[] => graded.filter(({ row }) => row.pass === pass);
  return {
    agreement: share(graded, isAsLabelled),
    falseAccepts: share(labelled(false), ({ verdict }) => verdict.status === 'pass'),
    falseRejects: share(labelled(true), ({ verdict }) => verdict.status === 'fail'),
  };
}

export function latencyOf(graded: readonly GradedRow[]): VerdictLatency {
  const times = graded.map(({ milliseconds }) => milliseconds);
  return { n: times.length, medianMs: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
}

/** The rows to look at, in the table's order. */
export function disagreementsIn(graded: readonly GradedRow[]): Disagreement[] {
  return graded
    .filter((row) => !isAsLabelled(row))
    .map(({ row: { id, place, pass, why }, verdict: { status, reason = null } }) => {
      return { id, place, labelled: pass ? 'pass' : 'fail', status, reason, why };
    });
}

function isAsLabelled({ row, verdict }: GradedRow): boolean {
  return verdict.status === (row.pass ? 'pass' : 'fail');
}
