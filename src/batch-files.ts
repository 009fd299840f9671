/** Batches on disk: files of requests for an endpoint or for `vllm run-batch`, and what comes back from there. */

import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ProofstillError } from './core/errors.ts';
import {
  BATCH_LIMITS,
  type BatchLimits,
  type BatchLine,
  type BatchRequest,
  type BatchTaken,
  batchKeys,
  batchLine,
  splitBatch,
  type TakeOptions,
  takeBatch,
} from './model/batch.ts';
import { makeFolder, orExplain, syncFolder, UNFINISHED, writeAll } from './run/files.ts';
import { scanLines } from './run/lines.ts';

export interface BatchFile {
  readonly file: string;
  readonly requests: number;
  readonly bytes: number;
}

/**
 * Writes requests into `file` and, where a limit says so, into further ones, `<name>-2.jsonl`, `<name>-3.jsonl` … All of
 * them appear together once the last is whole. A key that comes twice is asked once.
 * @returns the files in order; none where there is no request
 * @throws config error where one of them is there already: it may be under way; record error where the system refuses
 */
export async function writeBatch(
  file: string,
  requests: Iterable<BatchRequest> | AsyncIterable<BatchRequest>,
  limits: BatchLimits = BATCH_LIMITS,
): Promise<BatchFile[]> {
  const partOf = splitBatch(limits);
  const keys = new Set<string>();
  const parts: Part[] = [];
  try {
    for await (const request of requests) {
      if (keys.has(request.customId)) continue;
      keys.add(request.customId);
      const line = batchLine(request);
      const index = partOf(line);
      parts[index] ??= openPart(file, index);
      writePart(parts[index] as Part, line);
    }
    for (const { handle, file: path } of parts) orExplain(path, () => fsyncSync(handle));
    for (const { unfinished, file: path } of parts) orExplain(path, () => renameSync(unfinished, path));
    if (parts.length > 0) orExplain(file, () => syncFolder(dirname(file)));
  } finally {
    for (const { handle, unfinished } of parts) {
      closeSync(handle);
      rmSync(unfinished, { force: true });
    }
  }
  return parts.map(({ file: path, requests: n, bytes }) => ({ file: path, requests: n, bytes }));
}

/** The keys that files of requests ask for. @throws config error where one is not there; record error at a foreign line */
export function askedIn(files: readonly string[]): Set<string> {
  return new Set(files.flatMap((file) => [...batchKeys(linesOf(file))]));
}

/**
 * Keeps the answers in files of results, error files among them, in whatever order.
 * @throws config error where one is not there; as {@link takeBatch}
 */
export function takeBatchFiles(files: readonly string[], options: TakeOptions): BatchTaken {
  for (const file of files) requireFile(file);
  return takeBatch(
    (function* () {
      for (const file of files) yield* linesOf(file);
    })(),
    options,
  );
}

interface Part {
  readonly file: string;
  readonly unfinished: string;
  readonly handle: number;
  requests: number;
  bytes: number;
}

function openPart(first: string, index: number): Part {
  const file = index === 0 ? first : `${first.replace(/\.jsonl$/, '')}-${index + 1}.jsonl`;
  if (existsSync(file)) {
    throw new ProofstillError('config', 'there is a file of this name already, and it may be under way', {
      place: file,
      hint: 'Take its results first, or name another file.',
    });
  }
  const unfinished = join(dirname(file), `${UNFINISHED}${process.pid}-${basename(file)}`);
  const handle = orExplain(file, () => {
    makeFolder(dirname(file));
    return openSync(unfinished, 'w');
  });
  return { file, unfinished, handle, requests: 0, bytes: 0 };
}

function writePart(part: Part, line: string): void {
  const bytes = Buffer.from(`${line}\n`);
  orExplain(part.file, () => writeAll(part.handle, bytes));
  part.requests++;
  part.bytes += bytes.length;
}

function linesOf(file: string): Iterable<BatchLine> {
  requireFile(file);
  return scanLines(file);
}

function requireFile(file: string): void {
  if (existsSync(file)) return;
  throw new ProofstillError('config', 'there is no such file', {
    place: file,
    hint: 'Name the files that the batch has written.',
  });
}
