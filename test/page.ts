/** The runnable part of a Markdown page. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './built.ts';

/** A block marked `<!-- file: name -->` is saved; in one marked `<!-- run -->`, every line is a command. */
const BLOCK = /<!-- (?:file: (?<file>\S+)|run) -->\n+```\w+\n(?<content>[\s\S]*?)```/g;

export interface Page {
  readonly text: string;
  readonly files: readonly { readonly name: string; readonly content: string }[];
  readonly commands: readonly string[];
}

/** @param path from the project's folder */
export function readPage(path: string): Page {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const blocks = [...text.matchAll(BLOCK)].map(({ groups }) => groups as { file?: string; content: string });
  return {
    text,
    files: blocks.flatMap(({ file, content }) => (file ? [{ name: file, content }] : [])),
    commands: blocks.flatMap(({ file, content }) => (file ? [] : content.trim().split('\n'))),
  };
}
