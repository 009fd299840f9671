/** A peer in Python: a script of `scripts/python` in a process of its own, asked and answering by the line. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface PythonPeer {
  /** Its answer to a line, as JSON; rejects with the peer's last words where it has ended, or never started. */
  ask(line: string): Promise<unknown>;
  close(): Promise<void>;
}

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Starts a peer. Python is `PROOFSTILL_PYTHON`, else the project's `.venv`, else `python3` on the path. */
export function pythonPeer(script: string): PythonPeer {
  const local = root('.venv/bin/python');
  const python = process.env['PROOFSTILL_PYTHON'] ?? (existsSync(local) ? local : 'python3');
  const child = spawn(python, [root(`scripts/python/${script}`)]);
  const closed = once(child, 'close').catch(() => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-10_000);
  });
  child.on('error', (error) => {
    words += `\n${error.message}`;
  });
  // Writing to a peer that has gone fails; that its lines have ended says so already.
  child.stdin.on('error', () => undefined);
  return {
    async ask(question) {
      child.stdin.write(`${question}\n`);
      const line = await lines.next();
      if (!line.done) return JSON.parse(line.value) as unknown;
      await closed;
      throw new Error(words.trim().split('\n').at(-1) || `${python} ended without a word`);
    },
    async close() {
      child.stdin.end();
      await closed;
    },
  };
}
