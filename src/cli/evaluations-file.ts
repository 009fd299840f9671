/** The file that --out names. */

import { existsSync } from 'node:fs';
import { ProofstillError } from '../core/errors.ts';
import { type Evaluation, evaluationSchema } from '../core/records.ts';
import { type LineFile, openLines } from '../run/lines.ts';

/**
 * A line file that was not there before: evaluations of two models in one file would be taken for those of one.
 * @throws config error where it is there, or cannot be written.
 */
export function newEvaluationsFile(file: string): LineFile<Evaluation> {
  if (existsSync(file)) {
    throw new ProofstillError('config', 'this file is there already', {
      place: file,
      hint: 'Delete it, or name another one with --out.',
    });
  }
  try {
    return openLines(file, evaluationSchema);
  } catch (cause) {
    throw new ProofstillError('config', 'cannot write the evaluations to this file', {
      place: file,
      hint: 'Look at the path and its permissions, or name another one with --out.',
      cause,
    });
  }
}
