/** A dataset as one Parquet file, a row group at a time. */

import { gzipSync } from 'node:zlib';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { DatasetRow } from '../../core/records.ts';
import type { FormatFile, OutFile } from '../out-file.ts';
import { messagesOf } from './messages.ts';

/** Rows that are held in memory until they are written: 2 kB each make some 10 MB with their columns. */
const ROW_GROUP = 2000;
/** Fastest: by zlib, which is native, still three times as fast as Snappy in JavaScript, and smaller. */
const COMPRESSION = { level: 1 };

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

const text = (name: string, repetition_type: 'REQUIRED' | 'OPTIONAL'): SchemaElement => {
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type };
};

/** `messages` is a list of structs, in the three levels that readers of lists expect. */
const SCHEMA: SchemaElement[] = [
  { name: 'root', num_children: 4 },
  { name: 'messages', num_children: 1, repetition_type: 'REQUIRED', converted_type: 'LIST' },
  { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
  { name: 'element', num_children: 2, repetition_type: 'REQUIRED' },
  text('role', 'REQUIRED'),
  text('content', 'REQUIRED'),
  text('area', 'REQUIRED'),
  text('key', 'REQUIRED'),
  text('from', 'OPTIONAL'),
];

export function parquetFile(out: OutFile): FormatFile {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: SCHEMA,
    createdBy: 'proofstill',
    codec: 'GZIP',
    compressors: { GZIP: (content) => gzipSync(content, COMPRESSION) },
  });
  let rows: DatasetRow[] = [];
  // Offsets in the file are counted apart from those in the buffer.
  const flush = (): void => {
    out.writeBytes(new Uint8Array(bytes.buffer, 0, bytes.index));
    bytes.index = 0;
  };
  const writeGroup = (): void => {
    const columnData = [
      { name: 'messages', data: rows.map(messagesOf) },
      { name: 'area', data: rows.map(({ area }) => area) },
      { name: 'key', data: rows.map(({ key }) => key) },
      { name: 'from', data: rows.map(({ from }) => from ?? null) },
    ];
    // Into memory: nothing is left to wait for.
    void writer.write({ columnData, rowGroupSize: ROW_GROUP });
    flush();
    rows = [];
  };
  return {
    add(row) {
      if (rows.push(row) === ROW_GROUP) writeGroup();
    },
    end() {
      if (rows.length > 0) writeGroup();
      void writer.finish();
      flush();
      return out.end();
    },
  };
}
