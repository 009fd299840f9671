/** The published command line at work on a server's candidates: to its end, or until it is killed. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { candidateSchema } from '../../src/core/records.ts';
import { openLine, scanLines } from '../../src/run/lines.ts';
import type { ServerStats } from '../../test/openai-server/index.ts';
import { wholeProcess } from '../session/whole-process.ts';

export const PER_PROBLEM = 8;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOT, 'dist/src/cli/bin.js');
const SUITE = join(ROOT, 'test/fixtures/sums.ts');

export interface Harvest {
  readonly lines: number;
  /** Candidates by problem and attempt. */
  readonly distinct: number;
  /** Texts that the server never wrote. */
  readonly wrong: number;
  /** Problem, attempt and text of each that was kept, in the order of the file. */
  readonly kept: readonly string[];
  readonly ms: number;
  readonly peakMemoryMb: number;
}

/** Generates into a run folder, going on with what is in it. @throws where there is no build, or it fails */
export async function generated(baseURL: string, folder: string, problems: number): Promise<Harvest> {
  if (!existsSync(BIN)) throw new Error('there is no dist: npm run build');
  const { ms, peakMemoryMb } = await wholeProcess({ args: argumentsOf(baseURL, folder, problems), cwd: ROOT });
  const names = new Set<string>();
  const kept: string[] = [];
  let [lines, wrong] = [0, 0];
  for (const { text, place } of scanLines(join(folder, 'candidates', 'round-1.jsonl'))) {
    const { id, attempt, output, fate } = openLine(text, candidateSchema, place);
    lines++;
    names.add(`${id}#${attempt}`);
    if (!isAsWritten(output.text)) wrong++;
    if (fate === 'kept') kept.push(`${id}#${attempt} ${output.text}`);
  }
  return { lines, distinct: names.size, wrong, kept, ms, peakMemoryMb };
}

/** The server's model writes no other form: `addNumbers` of test/openai-server. */
function isAsWritten(text: string): boolean {
  const [, left, right, sum, said, answer] =
    /^<think>\s*I add (\d+) and (\d+) [a-z ]+: (\d+\+\d+)=(\d+)\.\s*<\/think>\s*<answer>(\d+)<\/answer>$/.exec(text) ??
    [];
  return sum !== undefined && sum === `${left}+${right}` && said === answer;
}

export interface KillOptions {
  readonly problems: number;
  readonly afterMs: number;
  readonly stats: () => Promise<ServerStats>;
}

/** Goes on with a run folder and kills the process. @returns calls that the server had under way then, and whether it had ended before. */
export async function killed(
  baseURL: string,
  folder: string,
  { problems, afterMs, stats }: KillOptions,
): Promise<{ readonly underWay: number; readonly isDone: boolean }> {
  const { JITI_ALIAS: _, ...env } = process.env;
  const child = spawn(process.execPath, argumentsOf(baseURL, folder, problems), { cwd: ROOT, env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  await Promise.race([setTimeout(afterMs), ended]);
  const isDone = child.exitCode !== null;
  const { underWay } = await stats();
  child.kill('SIGKILL');
  await ended;
  return { underWay: isDone ? 0 : underWay, isDone };
}

function argumentsOf(baseURL: string, folder: string, problems: number): string[] {
  const asked = ['--problems', `${problems}`, '--candidates', `${PER_PROBLEM}`, '--trials', `${PER_PROBLEM}`];
  return [BIN, 'generate', SUITE, '--teacher', `openai:teacher@${baseURL}`, ...asked, '--run', folder, '--json'];
}
