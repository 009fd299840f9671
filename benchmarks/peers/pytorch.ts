/** PyTorch as a peer: `scripts/python/train_peer.py` in a process of its own for each mode, told on stdin when to run. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** One block of training steps: its speed, and the last step's mean loss in nats a token. */
export interface Block {
  readonly tokensPerSecond: number;
  readonly loss: number;
}

/** Something that trains block by block; warm-up comes before its first block and is not timed. */
export interface Engine {
  run(steps: number): Promise<Block>;
  close(): Promise<void>;
}

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const blockSchema = z.object({ tokensPerSecond: z.number().positive(), loss: z.number() });

/**
 * Starts the peer. Python is `PROOFSTILL_PYTHON`, else the project's `.venv`, else `python3` on the path.
 * `run` rejects with the peer's last words where there is no Python, no torch or no compiler.
 */
export function pytorch(mode: 'eager' | 'compile'): Engine {
  const local = root('.venv/bin/python');
  const python = process.env['PROOFSTILL_PYTHON'] ?? (existsSync(local) ? local : 'python3');
  const child = spawn(python, [root('scripts/python/train_peer.py')]);
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
    async run(steps) {
      child.stdin.write(`run ${mode} ${steps}\n`);
      const line = await lines.next();
      if (!line.done) return blockSchema.parse(JSON.parse(line.value));
      await closed;
      throw new Error(words.trim().split('\n').at(-1) || `${python} ended without a word`);
    },
    async close() {
      child.stdin.end();
      await closed;
    },
  };
}
