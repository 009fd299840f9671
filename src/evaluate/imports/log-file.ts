/** Reading files of other tools: their hash, their text and their lines, with a limit on what is held in memory. */

import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { messageOf, ProofstillError } from '../../core/errors.ts';

/** Bytes of a line, a member of an archive, or a file that has to be read whole. */
export const MOST_BYTES = 256 * 2 ** 20;

/** @throws record error */
export function refuseSize(bytes: number, place: string, hint = 'Leave out what is not needed, such as events.'): void {
  if (bytes <= MOST_BYTES) return;
  const message = `expected at most ${MOST_BYTES / 2 ** 20} MB at once, got ${Math.ceil(bytes / 2 ** 20)} MB`;
  throw new ProofstillError('record', message, { place, hint });
}

/** The bytes of a file, chunk by chunk. @throws record error where it is not there or empty */
export async function* chunksOf(file: string): AsyncGenerator<Buffer, void> {
  try {
    if (statSync(file).size === 0) throw new ProofstillError('record', 'the log is empty', { place: file, hint: GIVE });
    yield* createReadStream(file, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>;
  } catch (cause) {
    if (!(cause as NodeJS.ErrnoException).syscall) throw cause;
    throw new ProofstillError('record', `the log cannot be read: ${messageOf(cause)}`, {
      place: file,
      hint: GIVE,
      cause,
    });
  }
}

const GIVE = 'Give a .eval or .json log of inspect_ai, or a samples_<task>_<date>.jsonl of lm-eval.';

/** SHA-256 of a file, in hex. */
export async function hashOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOf(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** The first bytes of a file. */
export async function startOf(file: string): Promise<Buffer> {
  for await (const chunk of chunksOf(file)) return chunk.subarray(0, 4);
  return Buffer.alloc(0);
}

/** A file's whole text. @throws record error where it is too large */
export async function textOf(file: string, hint?: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(file)) {
    bytes += chunk.length;
    refuseSize(bytes, file, hint);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The lines of a file that are not blank, one at a time, each with its place `file:line`. */
export async function* linesOf(file: string): AsyncGenerator<{ text: string; place: string }, void> {
  let rest: Buffer[] = [];
  let held = 0;
  let line = 0;
  const next = (last: Buffer): { text: string; place: string } => {
    const text = Buffer.concat([...rest, last]).toString();
    rest = [];
    held = 0;
    return { text, place: `${file}:${++line}` };
  };
  for await (const chunk of chunksOf(file)) {
    let start = 0;
    for (let stop = chunk.indexOf(10); stop >= 0; stop = chunk.indexOf(10, start)) {
      const read = next(chunk.subarray(start, stop));
      start = stop + 1;
      if (read.text.trim() !== '') yield read;
    }
    held += chunk.length - start;
    refuseSize(held, `${file}:${line + 1}`);
    rest.push(chunk.subarray(start));
  }
  const read = next(Buffer.alloc(0));
  if (read.text.trim() !== '') yield read;
}
