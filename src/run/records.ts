/** The records of a model by the path where they are: a run folder, one evaluation's file, or a baseline. */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ProofstillError } from '../core/errors.ts';
import type { ModelRecords } from '../core/evaluated.ts';
import { isBaseline, readBaseline } from './baseline.ts';
import { readEvaluation } from './evaluation-file.ts';
import { orExplain } from './files.ts';
import { readMeasurements } from './measurement-file.ts';

export interface EvaluationPath {
  readonly name: string;
  readonly file: string;
}

/** The evaluations of a run folder, by name. @throws record error where it has none */
export function evaluationFiles(run: string): EvaluationPath[] {
  const folder = join(run, 'evaluations');
  const names = existsSync(folder) ? orExplain(folder, () => readdirSync(folder)) : [];
  const files = names
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .map((file) => ({ name: basename(file, '.jsonl'), file: join(folder, file) }));
  if (files.length > 0) return files;
  throw new ProofstillError('record', 'there is no evaluation in this folder', {
    place: run,
    hint: 'Make one: proofstill evaluate <suite> --model <ref> --run <dir>',
  });
}

/** In the folder of a run of `distill`, the evaluation that says what came out of it. */
const OUTCOME = 'holdout-after';

/**
 * Reads a model's records; of a run of `distill`, those of the student that it made.
 * @throws record error where there is nothing, something is corrupt, or an evaluation is not complete
 */
export function readRecords(path: string): ModelRecords {
  if (!existsSync(path)) {
    throw new ProofstillError('record', 'there is nothing here', {
      place: path,
      hint: 'Name a run folder, an evaluation (.jsonl) or a baseline.',
    });
  }
  if (!statSync(path).isDirectory()) {
    return isBaseline(path) ? readBaseline(path) : { evaluations: [readEvaluation(path)], measurements: [] };
  }
  const all = evaluationFiles(path);
  const outcome = all.filter(({ name }) => name === OUTCOME);
  const evaluations = (outcome.length > 0 ? outcome : all).map(({ file }) => readEvaluation(file));
  return { evaluations, measurements: readMeasurements(path) };
}
