/** The file that --out names. */

import { existsSync } from 'node:fs';
import { ProofstillError } from '../core/errors.ts';
import type { EvaluationHead } from '../core/evaluated.ts';
import { type EvaluationFile, openEvaluation } from '../run/evaluation-file.ts';

/**
 * An evaluation that was not there before: evaluations of two models in one file would be taken for those of one.
 * @throws config error where it is there, or cannot be written.
 */
export function newEvaluation(file: string, head: EvaluationHead): EvaluationFile {
  if (existsSync(file)) {
    throw new ProofstillError('config', 'this file is there already', {
      place: file,
      hint: 'Delete it, or name another one with --out.',
    });
  }
  try {
    return openEvaluation(file, head);
  } catch (cause) {
    throw new ProofstillError('config', 'cannot write the evaluations to this file', {
      place: file,
      hint: 'Look at the path and its permissions, or name another one with --out.',
      cause,
    });
  }
}
