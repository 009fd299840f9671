/** The command line in this process, as a person would type it. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../src/cli/app.ts';
import type { CliProcess } from '../src/cli/context.ts';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export function cli(...argv: string[]): Promise<Ended> {
  return cliUntil(new AbortController().signal, ...argv);
}

export async function cliUntil(signal: AbortSignal, ...argv: string[]): Promise<Ended> {
  let [out, err] = ['', ''];
  const process: CliProcess = {
    stdout: {
      write: (text) => {
        out += text;
      },
    },
    stderr: {
      write: (text) => {
        err += text;
      },
    },
    env: {},
  };
  await runCli(argv, { process, signal });
  return { code: Number(process.exitCode ?? 0), out, err };
}

export const folder = (): string => mkdtempSync(join(tmpdir(), 'proofstill-cli-'));

/** Writes lines of JSON into a new file. @returns its path */
export function linesFile(...lines: unknown[]): string {
  const file = join(folder(), 'lines.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}
