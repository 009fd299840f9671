/**
 * An evaluation on disk: its head, then a line for each attempt; streamed, so that its size costs no memory. One whose
 * texts were purged is there in a baseline's form, of which everything can be read that needs verdicts only.
 */

import { incompleteness } from '../core/completeness.ts';
import { isProofstillError, ProofstillError } from '../core/errors.ts';
import { type Evaluated, type EvaluationHead, headSchema, type ScoredAttempt } from '../core/evaluated.ts';
import { canonicalJson } from '../core/hash.ts';
import { type Evaluation, evaluationSchema } from '../core/records.ts';
import { Scoring } from '../evaluate/scoring.ts';
import { isBaseline, isOpening, readBaseline } from './baseline.ts';
import { appendLines, type LineFile, openLine, type ScannedLine, scanLines } from './lines.ts';

/** An evaluation that grows by the attempt. */
export interface EvaluationFile {
  /** What was there when it was opened, and what was appended since. */
  readonly attempts: readonly ScoredAttempt[];
  /** Appends one attempt; it survives a kill of this process when this returns. @throws record error */
  append(evaluation: Evaluation): void;
  /** Waits until every attempt would survive a power cut. */
  sync(): void;
  close(): void;
}

/**
 * Opens an evaluation to go on with it, or begins one; a torn last line is cut off. Texts stay on disk.
 * @throws config error where the file holds another evaluation, naming what differs; record error at a corrupt line.
 */
export function openEvaluation(file: string, head: EvaluationHead): EvaluationFile {
  const scoring = new Scoring();
  const attempts: ScoredAttempt[] = [];
  const see = (evaluation: Evaluation): void => void attempts.push(scoring.score(evaluation));
  return { ...seen(file, head, see), attempts };
}

/** An evaluation that only memory holds, without its texts. */
export function unkeptEvaluation(): EvaluationFile {
  const scoring = new Scoring();
  const attempts: ScoredAttempt[] = [];
  return { attempts, append: (evaluation) => void attempts.push(scoring.score(evaluation)), sync() {}, close() {} };
}

/** As {@link openEvaluation}, with every evaluation in memory, texts included. */
export function openEvaluationLines(file: string, head: EvaluationHead): LineFile<Evaluation> {
  const values: Evaluation[] = [];
  return { ...seen(file, head, (evaluation) => void values.push(evaluation)), file, values };
}

/** A file whose evaluations, those that are there and those that are appended, are shown to `see`. */
function seen(
  file: string,
  head: EvaluationHead,
  see: (evaluation: Evaluation) => void,
): Pick<LineFile<Evaluation>, 'append' | 'sync' | 'close'> {
  let hasHead = false;
  const lines = appendLines<EvaluationHead | Evaluation>(file, (sealed, place) => {
    if (hasHead) see(openLine(sealed, evaluationSchema, place));
    else refuseOther(headOf(sealed, place), head, file);
    hasHead = true;
  });
  if (!hasHead) lines.append(head);
  return {
    ...lines,
    append(evaluation) {
      lines.append(evaluation);
      see(evaluation);
    },
  };
}

/**
 * Reads a finished evaluation.
 * @throws record error where there is none, a line is corrupt or cut off, or attempts are missing or there twice.
 */
export function readEvaluation(file: string): Evaluated {
  const { head, attempts } = isBaseline(file) ? verdictsIn(file) : scored(file);
  const fault = incompleteness(head, attempts);
  if (fault !== undefined) throw new ProofstillError('record', fault, { place: file, hint: GO_ON });
  return { source: file, head, attempts };
}

/** Reads what there is of an evaluation, finished or not. @throws record error at a corrupt line */
export function surveyEvaluation(file: string): Evaluated {
  if (isBaseline(file)) return verdictsIn(file);
  const scoring = new Scoring();
  const attempts: ScoredAttempt[] = [];
  let head: EvaluationHead | undefined;
  for (const { text, place, isTorn } of scanLines(file)) {
    if (isTorn) break;
    if (head) attempts.push(scoring.score(openLine(text, evaluationSchema, place)));
    else head = headOf(text, place);
  }
  if (head) return { source: file, head, attempts };
  throw new ProofstillError('record', 'there is no evaluation in this file', { place: file, hint: MAKE });
}

/**
 * The head of an evaluation's file, and its lines one by one, texts included.
 * @throws record error where it has no head; while reading, at a line that is corrupt or cut off
 */
export function evaluationIn(file: string): { head: EvaluationHead; evaluations: Generator<Evaluation, void> } {
  const lines = wholeLines(file);
  const first = lines.next();
  if (first.done) {
    throw new ProofstillError('record', 'there is no evaluation in this file', { place: file, hint: MAKE });
  }
  return { head: headOf(first.value.text, first.value.place), evaluations: opened(lines) };
}

function scored(file: string): Omit<Evaluated, 'source'> {
  const scoring = new Scoring();
  const { head, evaluations } = evaluationIn(file);
  return { head, attempts: Array.from(evaluations, (evaluation) => scoring.score(evaluation)) };
}

/** The only evaluation of a baseline. */
function verdictsIn(file: string): Evaluated {
  const [evaluated] = readBaseline(file).evaluations;
  if (evaluated) return evaluated;
  throw new ProofstillError('record', 'there is no evaluation in this file', { place: file, hint: MAKE });
}

const GO_ON = 'Go on with it: the same proofstill evaluate, with the same --run.';
const MAKE = 'Make one: proofstill evaluate <suite> --model <ref> --run <dir>';

function* opened(lines: Iterable<ScannedLine>): Generator<Evaluation, void> {
  for (const { text, place } of lines) yield openLine(text, evaluationSchema, place);
}

function* wholeLines(file: string): Generator<ScannedLine, void> {
  for (const line of scanLines(file)) {
    if (line.isTorn) {
      const { place } = line;
      throw new ProofstillError('record', 'the last line is cut off: its writer was ended', { place, hint: GO_ON });
    }
    yield line;
  }
}

function headOf(sealed: string, place: string): EvaluationHead {
  try {
    return openLine(sealed, headSchema, place);
  } catch (cause) {
    if (!isProofstillError(cause)) throw cause;
    if (isOpening(sealed)) {
      throw new ProofstillError('record', 'the texts of this evaluation were deleted, only its verdicts are left', {
        place,
        hint: 'What needs texts, such as report and rescore, needs another run; compare and gate still take this one.',
      });
    }
    const message = `expected the head of an evaluation: ${cause.message}`;
    throw new ProofstillError('record', message, { place, hint: MAKE, cause });
  }
}

function refuseOther(found: EvaluationHead, wanted: EvaluationHead, file: string): void {
  const keys = Object.keys(wanted) as (keyof EvaluationHead)[];
  const different = keys.filter((key) => canonicalJson(found[key]) !== canonicalJson(wanted[key]));
  if (different.length === 0) return;
  const shown = (key: keyof EvaluationHead): string =>
    `${key} ${canonicalJson(found[key])} there, ${canonicalJson(wanted[key])} here`;
  throw new ProofstillError('config', `this file holds another evaluation: ${different.map(shown).join('; ')}`, {
    place: file,
    hint: 'Name another folder with --run, or ask what was asked there.',
  });
}
