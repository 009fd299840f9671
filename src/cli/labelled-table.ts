/** The labelled table beside a suite's samples: what its verifier is known to get right and wrong. */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf, ProofstillError } from '../core/errors.ts';
import type { Sample } from '../core/sample.ts';
import type { Suite } from '../core/suite.ts';
import { type LabelledRow, readLabelled, sampleOfRow } from '../verify/labelled.ts';

export interface LabelledTable {
  readonly file: string;
  readonly rows: readonly LabelledRow[];
  /** A row as a sample of the suite. @throws record error where the suite has no key for its prompt */
  sampleOf(row: LabelledRow): Sample;
}

/** Nothing where there is no such file. @throws record error at a row that is none */
export function labelledTable(suite: Suite): LabelledTable | undefined {
  const file = suite.source === undefined ? undefined : join(dirname(suite.source), 'labelled.jsonl');
  if (file === undefined || !existsSync(file)) return undefined;
  return { file, rows: readLabelled(file), sampleOf: (row) => sampleOfSuite(suite, row) };
}

function sampleOfSuite(suite: Suite, row: LabelledRow): Sample {
  const { prompt, place } = row;
  const sample = { ...sampleOfRow(row), suite: suite.name, area: suite.areas[0] as string };
  if (prompt === undefined) return sample;
  try {
    return { ...sample, key: suite.key({ prompt }) };
  } catch (cause) {
    throw new ProofstillError('record', `the suite has no key for the prompt "${prompt}": ${messageOf(cause)}`, {
      place,
      hint: 'Write the prompt as the suite asks it.',
      cause,
    });
  }
}
