/** A log of another tool, whichever it is. */

import { ProofstillError } from '../../core/errors.ts';
import type { Imported, ImportOptions } from './imported.ts';
import { importInspect } from './inspect.ts';
import { importLmEval } from './lm-eval.ts';
import { startOf } from './log-file.ts';

/**
 * Reads a log of inspect_ai or lm-evaluation-harness: the kind is told by its name and first bytes.
 * @throws record error where it is neither, cannot be read or is damaged; config error for an option that does not fit
 */
export async function importLog(file: string, options: ImportOptions = {}): Promise<Imported> {
  const start = (await startOf(file)).toString('latin1');
  if (start.startsWith('PK')) return importInspect(file, lacking(options, ['filter', 'metric'], file));
  if (/\.jsonl$/i.test(file)) return importLmEval(file, lacking(options, ['scorer'], file));
  if (/\.json$/i.test(file)) return importInspect(file, lacking(options, ['filter', 'metric'], file));
  throw new ProofstillError('record', 'expected a log of inspect_ai (.eval, .json) or lm-eval (.jsonl)', {
    place: file,
    hint: 'Give an .eval archive, a .json log, or samples_<task>_<date>.jsonl. An archive that is none is damaged.',
  });
}

function lacking(options: ImportOptions, foreign: readonly ('scorer' | 'filter' | 'metric')[], place: string) {
  const option = foreign.find((name) => options[name] !== undefined);
  if (option === undefined) return options;
  throw new ProofstillError('config', `this log has no ${option}s`, {
    place,
    hint: '--scorer is for logs of inspect_ai; --filter and --metric are for logs of lm-eval.',
  });
}
