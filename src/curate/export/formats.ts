/** Datasets in the forms that trainers read: each row once, written as it comes, so that size costs no memory. */

import type { DatasetRow } from '../../core/records.ts';
import { type FormatFile, OutFile } from '../out-file.ts';
import { messagesOf } from './messages.ts';
import { parquetFile } from './parquet.ts';

/**
 * `messages`: OpenAI's chat form, read by TRL and LLaMA-Factory. `sharegpt` and `alpaca`: as LLaMA-Factory names and reads
 * them. `parquet`: messages beside each row's area, key and origin, as the Hugging Face Hub shows them.
 */
export const FORMATS = ['messages', 'sharegpt', 'alpaca', 'parquet'] as const;
export type Format = (typeof FORMATS)[number];

const LINES = {
  messages: (row: DatasetRow) => ({ messages: messagesOf(row) }),
  sharegpt: (row: DatasetRow) => ({
    conversations: messagesOf(row).map(({ role, content }) => {
      return { from: role === 'user' ? 'human' : 'gpt', value: content };
    }),
  }),
  alpaca: ({ prompt, text }: DatasetRow) => ({ instruction: prompt, input: '', output: text }),
} satisfies Partial<Record<Format, (row: DatasetRow) => object>>;

/** The name of a format's file. */
export function fileOf(format: Format): string {
  return format === 'parquet' ? 'data.parquet' : `${format}.jsonl`;
}

/** Opens a format's file in a folder. @throws record error, as on a full disk; so do what it returns */
export function openFormat(format: Format, folder: string): FormatFile {
  const out = new OutFile(folder, fileOf(format));
  if (format === 'parquet') return parquetFile(out);
  const lineOf = LINES[format];
  return {
    add: (row) => out.write(`${JSON.stringify(lineOf(row))}\n`),
    end: () => out.end(),
  };
}
