/** A zip archive read member by member: stored, deflated, or compressed with Zstandard, as inspect_ai writes since 2025. */

import { Decompress } from 'fzstd';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { messageOf, ProofstillError } from '../../core/errors.ts';
import { refuseSize } from './log-file.ts';

const ZSTANDARD = 93;

/** Members are found by name and read on demand; nothing is ever written under a member's name. */
export interface Archive {
  readonly names: readonly string[];
  /** A member's text. @throws record error naming the member where it is damaged or too large */
  read(name: string): Promise<string>;
  close(): void;
}

/** Opens an archive and reads its directory. @throws record error where it is cut off or damaged */
export async function openArchive(file: string): Promise<Archive> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    yauzl.open(file, { autoClose: false, lazyEntries: true }, (error, opened) =>
      error ? reject(damaged(error, file)) : resolve(opened),
    );
  });
  try {
    const entries = await entriesOf(zip, file);
    return {
      names: [...entries.keys()],
      async read(name) {
        const place = `${file}: ${name}`;
        const entry = entries.get(name);
        if (!entry) throw new ProofstillError('record', 'the archive has no such member', { place, hint: AGAIN });
        refuseSize(Math.max(entry.uncompressedSize, entry.compressedSize), place);
        try {
          return (await bytesOf(zip, entry)).toString();
        } catch (cause) {
          throw damaged(cause, place);
        }
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

const AGAIN = 'Copy the log again from where it was made; `inspect log recover` mends one that was never finished.';

function damaged(cause: unknown, place: string): ProofstillError {
  return new ProofstillError('record', `the archive is damaged: ${messageOf(cause)}`, { place, hint: AGAIN, cause });
}

/** Of members with one name the last counts, as for Python's zipfile. */
function entriesOf(zip: ZipFile, file: string): Promise<Map<string, Entry>> {
  return new Promise((resolve, reject) => {
    const entries = new Map<string, Entry>();
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.on('end', () => resolve(entries));
    zip.on('error', (error) => reject(damaged(error, file)));
    zip.readEntry();
  });
}

async function bytesOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const isZstandard = entry.compressionMethod === ZSTANDARD;
  const stream = await new Promise<AsyncIterable<Buffer>>((resolve, reject) => {
    // Not `true` for the others: yauzl 3.4.0 then gives the bytes of a deflated member as they are.
    zip.openReadStream(entry, { decodeFileData: isZstandard ? false : null }, (error, opened) =>
      error ? reject(error) : resolve(opened),
    );
  });
  const chunks: Buffer[] = [];
  let size = 0;
  const keep = (chunk: Uint8Array): void => {
    size += chunk.length;
    if (size > entry.uncompressedSize) throw new Error(`more than the ${entry.uncompressedSize} bytes it declares`);
    // A copy: the decoder goes on writing into its window.
    chunks.push(Buffer.from(chunk));
  };
  const decoder = isZstandard ? new Decompress(keep) : undefined;
  for await (const chunk of stream) {
    if (decoder) decoder.push(chunk);
    else keep(chunk);
  }
  decoder?.push(new Uint8Array(0), true);
  if (size !== entry.uncompressedSize) throw new Error(`${size} of ${entry.uncompressedSize} bytes`);
  return Buffer.concat(chunks);
}
