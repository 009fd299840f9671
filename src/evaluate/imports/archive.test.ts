import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openArchive } from './archive.ts';

// zstandard 0.25.0 in Python: c = ZstdCompressor(write_checksum=False); c.compress(b'hello') + c.compress(b' world')
const ZSTANDARD = Buffer.from('28b52ffd200529000068656c6c6f28b52ffd200631000020776f726c64', 'hex');

interface Member {
  readonly name: string;
  readonly method: number;
  readonly data: Buffer;
  readonly size: number;
}

/** An archive by the format's specification (APPNOTE 4.3.7, 4.3.12, 4.3.16), with the sizes that are said. */
function archiveOf(...members: Member[]): string {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, method, data, size } of members) {
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(method, 4);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(size, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from(name), data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), shared, tail, Buffer.from(name));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  const file = join(mkdtempSync(join(tmpdir(), 'proofstill-zip-')), 'log.eval');
  writeFileSync(file, Buffer.concat([...locals, central, Buffer.from('PK\x05\x06'), end]));
  return file;
}

async function readFirst(file: string): Promise<string> {
  const archive = await openArchive(file);
  try {
    return await archive.read(archive.names[0] as string);
  } finally {
    archive.close();
  }
}

const text = Buffer.from('hello world');

describe('a member is read', () => {
  it.each([
    ['stored', 0, text],
    ['deflated', 8, deflateRawSync(text)],
    ['in several frames of Zstandard', 93, ZSTANDARD],
  ])('%s', async (_, method, data) => {
    expect(await readFirst(archiveOf({ name: 'a', method, data, size: 11 }))).toBe('hello world');
  });
});

describe('a member is refused by name', () => {
  it.each([
    ['that holds more than it declares', 93, ZSTANDARD, 7, /damaged.*7 bytes/],
    ['that holds less than it declares', 93, ZSTANDARD, 12, /damaged.*11 of 12 bytes/],
    ['deflated to more than it declares', 8, deflateRawSync(text), 7, /damaged/],
    ['that declares more than may be held', 8, deflateRawSync(text), 2 ** 29, /at most 256 MB at once, got 512 MB/],
    ['compressed by a method that is not known', 12, text, 11, /damaged/],
  ])('%s', async (_, method, data, size, message) => {
    const file = archiveOf({ name: 'a', method, data, size });
    const place = `${file}: a`;
    await expect(readFirst(file)).rejects.toMatchObject({ message: expect.stringMatching(message), place });
  });

  it('whose name leads out of the archive', async () => {
    const file = archiveOf({ name: '../a', method: 0, data: text, size: 11 });
    await expect(openArchive(file)).rejects.toMatchObject({ code: 'record', place: file });
  });
});
