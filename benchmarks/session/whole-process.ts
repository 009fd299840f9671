/** Runs a whole process, as a person would start it, and says what it cost. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Cost {
  /** From start to end. */
  readonly ms: number;
  /** The most that one of its processes held. */
  readonly peakMemoryMb: number;
  /** Processor seconds of all its processes: what waiting for a busy machine does not add to. */
  readonly cpuSeconds: number;
}

export interface Command {
  /** Path of the node to run it with. @default this one */
  readonly node?: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

const PRELOAD = new URL('peak-memory.mjs', import.meta.url);

/** @throws with the process's last words where it does not end with code 0 */
export async function wholeProcess({ node = process.execPath, args, cwd, env }: Command): Promise<Cost> {
  const note = join(cwd, 'peak-memory.txt');
  rmSync(note, { force: true });
  // The benchmark itself runs from source; what it measures is what is published.
  const { JITI_ALIAS: _, ...inherited } = process.env;
  const began = performance.now();
  const child = spawn(node, args, {
    cwd,
    env: { ...inherited, ...env, NODE_OPTIONS: `--import ${PRELOAD.href}`, PEAK_MEMORY_FILE: note },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-2_000);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  const ms = performance.now() - began;
  if (code !== 0) throw new Error(words.trim().split('\n').slice(-12).join(' ') || `it ended with code ${code}`);
  const notes = readFileSync(note, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number) as [number, number]);
  return {
    ms,
    peakMemoryMb: Math.max(...notes.map(([peakMb]) => peakMb)),
    cpuSeconds: notes.reduce((sum, [, seconds]) => sum + seconds, 0),
  };
}
