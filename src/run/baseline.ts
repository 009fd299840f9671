/**
 * The run that a team has accepted, as a file for git: heads and verdicts, no texts, so that it is small and shows no
 * holdout. A line for each evaluation's head, for each of its attempts, and for each measurement.
 */

import { z } from 'zod';
import { ProofstillError } from '../core/errors.ts';
import {
  type Evaluated,
  type EvaluationHead,
  headSchema,
  type ModelRecords,
  type ScoredAttempt,
} from '../core/evaluated.ts';
import { type Measurement, measurementSchema, SCHEMA } from '../core/records.ts';
import { SCORES, type Status, statusOf, type Verdict, verdictOf } from '../core/verdict.ts';
import { writeWhole } from './files.ts';
import { openLine, scanLines, sealLine } from './lines.ts';

const FORM = 'baseline';

const openingSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  kind: z.literal(FORM),
  /** Lines below this one: a file that was cut short is not a smaller baseline. */
  lines: z.int().positive(),
});

const LETTERS = { pass: 'p', fail: 'f', unscored: 'u' } as const satisfies Record<Status, string>;
const NOT_JUDGED = '-';

const attemptSchema = z.strictObject({
  sample: z.string(),
  area: z.string(),
  attempt: z.int().nonnegative(),
  problem: z.string(),
  /** A letter each for answer, format and trace: p, f, u, or - where nothing judges it. */
  scores: z.string().regex(/^[pfu-]{3}$/),
  reason: z.string().exactOptional(),
  truncated: z.literal(true).exactOptional(),
});
const measuredSchema = z.strictObject({ kind: z.literal('measurement'), measurement: measurementSchema });
const lineSchema = z.union([attemptSchema, headSchema, measuredSchema]);
type Line = z.infer<typeof lineSchema>;

/** Writes a baseline whole. @throws record error where the file cannot be written */
export function writeBaseline(file: string, { evaluations, measurements }: ModelRecords): void {
  const lines: Line[] = [
    ...evaluations.flatMap(({ head, attempts }) => [head, ...attempts.map(attemptLine)]),
    ...measurements.map((measurement) => ({ kind: 'measurement' as const, measurement })),
  ];
  const opening = { schema: SCHEMA, kind: FORM, lines: lines.length };
  writeWhole(file, [opening, ...lines].map((line) => `${sealLine(line, file)}\n`).join(''));
}

/** Whether a file begins as a baseline does. */
export function isBaseline(file: string): boolean {
  for (const { text } of scanLines(file)) return isOpening(text);
  return false;
}

/** Whether a line is the first one of a baseline, of whatever schema: reading it says which one is meant. */
export function isOpening(sealed: string): boolean {
  return /^\{"schema":\d+,"kind":"baseline"/.test(sealed);
}

/** @throws record error where the file is no baseline, a line is corrupt, or lines are missing */
export function readBaseline(file: string): ModelRecords {
  const [first, ...rest] = [...scanLines(file)];
  const opening = first && openLine(first.text, openingSchema, first.place);
  if (rest.length !== opening?.lines || rest.at(-1)?.isTorn) {
    throw new ProofstillError('record', `expected ${opening?.lines ?? 'some'} lines, found ${rest.length}`, {
      place: file,
      hint: 'Restore it from git, or set it again: proofstill baseline set <run>',
    });
  }
  const verdicts = new Map<string, Verdict>();
  const found: { head: EvaluationHead; attempts: ScoredAttempt[] }[] = [];
  const measurements: Measurement[] = [];
  for (const { text, place } of rest) {
    const line = openLine(text, lineSchema, place);
    if ('measurement' in line) measurements.push(line.measurement);
    else if ('kind' in line) found.push({ head: line, attempts: [] });
    else if (found.length > 0) found.at(-1)!.attempts.push(attemptOf(line, verdicts));
    else throw new ProofstillError('record', 'expected the head of an evaluation before its attempts', { place });
  }
  return { evaluations: found.map((evaluation): Evaluated => ({ source: file, ...evaluation })), measurements };
}

function attemptLine({ sample, area, attempt, problem, verdict, isTruncated }: ScoredAttempt): Line {
  const letter = (status: Status | undefined): string => (status ? LETTERS[status] : NOT_JUDGED);
  const scores = SCORES.map((score) => letter(statusOf(verdict, score))).join('');
  return {
    sample,
    area,
    attempt,
    problem,
    scores,
    ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
    ...(isTruncated ? { truncated: true as const } : {}),
  };
}

/** @param verdicts those of earlier lines: what is judged alike shares one object */
function attemptOf(
  { scores, reason, truncated, ...rest }: z.infer<typeof attemptSchema>,
  verdicts: Map<string, Verdict>,
): ScoredAttempt {
  const key = `${scores} ${reason ?? ''}`;
  const verdict = verdicts.get(key) ?? verdictFrom(scores, reason);
  verdicts.set(key, verdict);
  return { ...rest, verdict, isTruncated: truncated === true };
}

function verdictFrom(scores: string, reason: string | undefined): Verdict {
  const statuses = Object.entries(LETTERS) as [Status, string][];
  const checks = SCORES.flatMap((score, index) => {
    const status = statuses.find(([, letter]) => letter === scores[index])?.[0];
    const why = reason === undefined || status === 'pass' ? {} : { reason };
    return status ? [{ name: score, score, status, ...why }] : [];
  });
  return verdictOf(checks);
}
