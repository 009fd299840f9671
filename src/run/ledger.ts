/** How often a set of held-out samples was read: what is looked at again and again is no longer held out. */

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { isProofstillError } from '../core/errors.ts';
import type { EvaluationHead } from '../core/evaluated.ts';
import { SCHEMA } from '../core/records.ts';
import { makeFolder, orExplain } from './files.ts';
import { openLine, scanLines, sealLine } from './lines.ts';

/** Beside the runs that read; a team that wants one count keeps it elsewhere, with --ledger. */
export const LEDGER = join('runs', 'ledger.jsonl');

const readSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  at: z.iso.datetime(),
  /** The verb that read. */
  by: z.string(),
  suite: z.string(),
  version: z.string(),
  split: z.string(),
  /** Hash and number of the samples read. */
  set: z.string(),
  n: z.int().positive(),
  /** Of the model that was asked. */
  fingerprint: z.string(),
});

/** Notes that a verb reads the samples of an evaluation. @throws record error where the file cannot be written */
export function noteRead(ledger: string, by: string, { suite, split, samples, model }: EvaluationHead): void {
  const read: z.infer<typeof readSchema> = {
    schema: SCHEMA,
    at: new Date().toISOString(),
    by,
    suite: suite.name,
    version: suite.version,
    split,
    set: samples.hash,
    n: samples.n,
    fingerprint: model.fingerprint,
  };
  orExplain(ledger, () => {
    makeFolder(dirname(ledger));
    // After a write that was cut short, on a line of its own.
    const isTorn = existsSync(ledger) && !/(^|\n)$/.test(readFileSync(ledger, 'utf8'));
    appendFileSync(ledger, `${isTorn ? '\n' : ''}${sealLine(read, ledger)}\n`);
  });
}

export interface Reads {
  readonly reads: number;
  /** Different models among them. */
  readonly models: number;
}

/** How often a set was read. A line that cannot be understood counts as a read, of whatever it was. */
export function readsOf(ledger: string, set: string): Reads {
  const models = new Set<string>();
  let reads = 0;
  for (const { text, place } of existsSync(ledger) ? scanLines(ledger) : []) {
    // Two writers that both mended a torn end.
    if (text === '') continue;
    const read = readIn(text, place);
    if (read && read.set !== set) continue;
    reads++;
    models.add(read?.fingerprint ?? place);
  }
  return { reads, models: models.size };
}

/** Where the lines of a ledger are that cannot be understood, as `file:line`. @throws record error where it cannot be read */
export function unreadableReads(ledger: string): string[] {
  const lines = [...scanLines(ledger)].filter(({ text }) => text !== '');
  return lines.filter(({ text, place }) => readIn(text, place) === undefined).map(({ place }) => place);
}

function readIn(text: string, place: string): z.infer<typeof readSchema> | undefined {
  try {
    return openLine(text, readSchema, place);
  } catch (error) {
    if (isProofstillError(error)) return undefined;
    throw error;
  }
}
