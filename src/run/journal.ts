/** The journal on disk: what makes a run resumable at any moment. */

import { z } from 'zod';
import { ProofstillError } from '../core/errors.ts';
import { canonicalJson } from '../core/hash.ts';
import type { Journal } from '../core/journal.ts';
import { SCHEMA } from '../core/records.ts';
import { openLines } from './lines.ts';

const entrySchema = z.strictObject({ schema: z.literal(SCHEMA), key: z.string(), value: z.unknown() });

export interface JournalFile extends Journal {
  close(): void;
}

/**
 * Opens `journal.jsonl`, creating it where it is not there. What `get` returns is what JSON keeps of a value, so that a
 * resumed run sees exactly what the first one saw.
 * @throws record error at a corrupt line; while recording, where the key already holds something else.
 */
export function openJournal(file: string): JournalFile {
  const lines = openLines(file, entrySchema);
  const entries = new Map(lines.values.map(({ key, value }) => [key, value]));
  return {
    get: (key) => entries.get(key),
    record(key, value) {
      if (entries.has(key)) {
        if (canonicalJson(entries.get(key)) === canonicalJson(value)) return;
        throw new ProofstillError('record', `the journal already holds another result for ${key}`, {
          place: file,
          hint: 'The same work came out differently. Start a new run, and report this.',
        });
      }
      lines.append({ schema: SCHEMA, key, value });
      lines.sync();
      entries.set(key, value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
    },
    close: () => lines.close(),
  };
}
