/**
 * The calls that endpoints have answered, on disk. They are paid for and there may be a hundred thousand of them, so each
 * is a line of its own the moment it ends, and memory holds only where it stands: outputs are read back when asked for.
 */

import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { isProofstillError, ProofstillError } from '../core/errors.ts';
import type { Calls } from '../core/journal.ts';
import { FINISH_REASONS, type Output } from '../core/output.ts';
import { SCHEMA, servedSchema } from '../core/records.ts';
import { orExplain } from './files.ts';
import { appendLines, openLine, scanLines } from './lines.ts';

const count = z.int().nonnegative();

const outputSchema = z.strictObject({
  text: z.string(),
  think: z.string().exactOptional(),
  answer: z.string().exactOptional(),
  finishReason: z.enum(FINISH_REASONS),
  tokens: z.strictObject({ in: count, out: count }),
  timings: z.strictObject({ firstTokenMs: z.number(), totalMs: z.number() }),
  logprobs: z.array(z.strictObject({ token: z.string(), logprob: z.number() })).exactOptional(),
  served: servedSchema.exactOptional(),
});

/** A line of `calls.jsonl`. */
interface Call {
  readonly schema: typeof SCHEMA;
  readonly key: string;
  readonly output: Output;
}
const callSchema: z.ZodType<Call> = z.strictObject({
  schema: z.literal(SCHEMA),
  key: z.string().min(1),
  output: outputSchema,
});

/** What answered calls cost, all together. */
export interface Spent {
  readonly calls: number;
  readonly tokens: { readonly in: number; readonly out: number };
  /** US dollars, of the calls whose price is known. */
  readonly usd: number;
  /** Calls whose price is not known. */
  readonly unpriced: number;
}

export const NOTHING_SPENT: Spent = { calls: 0, tokens: { in: 0, out: 0 }, usd: 0, unpriced: 0 };

/** `calls.jsonl`, open. */
export interface CallsFile extends Calls {
  /** Of all calls in the file, those of earlier processes included. */
  readonly spent: Spent;
  /** Waits until every answer would survive a power cut. */
  sync(): void;
  close(): void;
}

export interface CallsOptions {
  /** Milliseconds on a clock that only goes forward. @default `performance.now` */
  readonly now?: () => number;
}

/** A power cut takes at most the answers of so many milliseconds; a kill of the process takes none. */
const SYNC_EVERY_MS = 1000;

/**
 * Opens `calls.jsonl`, creating it where it is not there; a torn last line is cut off. Of two answers to one call the
 * first is kept, whichever way the second comes: a call that was in flight at a kill may be answered twice.
 * @throws record error with `file:line` at the first corrupt line, the file left as it is; while recording, where the
 * system refuses, every earlier answer being whole.
 */
export function openCalls(file: string, { now = () => performance.now() }: CallsOptions = {}): CallsFile {
  const places = new Map<string, Place>();
  let spent = NOTHING_SPENT;
  let end = 0;
  const take = ({ key, output }: Call, upTo: number): void => {
    const place = { start: end, size: upTo - end };
    end = upTo;
    if (places.has(key)) return;
    places.set(key, place);
    spent = plus(spent, output);
  };
  const lines = appendLines<Call>(file, (sealed, place, upTo) => take(callIn(sealed, place), upTo));
  const handle = orExplain(file, () => openSync(file, 'r'));
  let syncedMs = now();
  const sync = (): void => {
    syncedMs = now();
    lines.sync();
  };
  return {
    get spent() {
      return spent;
    },
    get(key) {
      const place = places.get(key);
      if (place === undefined) return undefined;
      const sealed = orExplain(file, () => textAt(handle, place));
      return callIn(sealed.trimEnd(), file).output;
    },
    record(key, output) {
      if (places.has(key)) return;
      const call = { schema: SCHEMA, key, output } as const;
      take(call, lines.append(call));
      if (now() - syncedMs >= SYNC_EVERY_MS) sync();
    },
    sync,
    close() {
      try {
        sync();
      } finally {
        lines.close();
        closeSync(handle);
      }
    },
  };
}

/** The calls of a file that is opened at the first of them: until then the folder need not be there, nor be locked. */
export function callsWhenAsked(file: string): Calls & { close(): void } {
  let opened: CallsFile | undefined;
  const open = (): CallsFile => {
    opened ??= openCalls(file);
    return opened;
  };
  return {
    get: (key) => open().get(key),
    record: (key, output) => open().record(key, output),
    close: () => opened?.close(),
  };
}

/** What the calls of a file cost; nothing where it is not there. @throws record error at a corrupt line */
export function spentOf(file: string): Spent {
  const seen = new Set<string>();
  let spent = NOTHING_SPENT;
  for (const { text, place, isTorn } of existsSync(file) ? scanLines(file) : []) {
    if (isTorn) break;
    const { key, output } = callIn(text, place);
    if (!seen.has(key)) spent = plus(spent, output);
    seen.add(key);
  }
  return spent;
}

/** Bytes of the file. */
interface Place {
  readonly start: number;
  readonly size: number;
}

function textAt(handle: number, { start, size }: Place): string {
  const bytes = Buffer.alloc(size);
  for (let done = 0; done < size; ) {
    const read = readSync(handle, bytes, done, size - done, start + done);
    if (read === 0) throw new Error(`the file ends before its byte ${start + size}: it was cut short`);
    done += read;
  }
  return bytes.toString();
}

function callIn(sealed: string, place: string): Call {
  try {
    return openLine(sealed, callSchema, place);
  } catch (error) {
    // One with a cause is of another version: no line is to be deleted for that.
    if (!isProofstillError(error) || error.cause !== undefined) throw error;
    throw new ProofstillError('record', error.message, {
      place,
      hint: 'Restore the file from a copy; or delete this line, and that one call is made, and paid, again.',
      cause: error,
    });
  }
}

function plus(spent: Spent, { tokens, served }: Output): Spent {
  const usd = served?.usd ?? null;
  return {
    calls: spent.calls + 1,
    tokens: { in: spent.tokens.in + tokens.in, out: spent.tokens.out + tokens.out },
    usd: spent.usd + (usd ?? 0),
    unpriced: spent.unpriced + (usd === null ? 1 : 0),
  };
}
