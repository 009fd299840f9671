/** The published command line at work on a server's candidates: to its end, or until it is killed. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { askedBy } from '../../src/cli/generate-plan.ts';
import { parseEndpoint } from '../../src/core/endpoint.ts';
import { candidateSchema } from '../../src/core/records.ts';
import { allocate } from '../../src/generate/allocate.ts';
import { problemsOf } from '../../src/generate/problems.ts';
import { unaskedModel } from '../../src/model/http/unasked.ts';
import { findSuite } from '../../src/resolve.ts';
import { DEFAULTS, recordConfig } from '../../src/run/config.ts';
import { openLine, scanLines } from '../../src/run/lines.ts';
import type { ForkedServer } from '../../test/openai-server/index.ts';
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
  const { ms, peakMemoryMb } = await wholeProcess({
    args: argumentsOf(baseURL, folder, problems),
    cwd: dirname(folder),
  });
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
  /** The kill comes when the server has seen so many more. */
  readonly afterRequests: number;
}

/** Goes on with a run folder and kills the process. @returns whether there was something to kill */
export async function killed(server: ForkedServer, folder: string, options: KillOptions): Promise<boolean> {
  const { problems, afterRequests } = options;
  const { JITI_ALIAS: _, ...env } = process.env;
  const { requests: before } = await server.stats();
  const args = argumentsOf(server.baseURL, folder, problems);
  const child = spawn(process.execPath, args, { cwd: dirname(folder), env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  while (child.exitCode === null && (await server.stats()).requests < before + afterRequests) await setTimeout(2);
  const isAlive = child.exitCode === null;
  child.kill('SIGKILL');
  await ended;
  // What it had sent is still being answered.
  while ((await server.stats()).underWay > 0) await setTimeout(2);
  return isAlive;
}

/** Keys of the calls whose answers are kept in a run folder. */
export function keptCalls(folder: string): ReadonlySet<string> {
  const file = join(folder, 'calls.jsonl');
  const lines = existsSync(file) ? [...scanLines(file)].filter(({ isTorn }) => !isTorn) : [];
  return new Set(lines.map(({ text }) => (JSON.parse(text) as { key: string }).key));
}

/** The call of each seed that the server is sent. */
export async function keysBySeed(baseURL: string, problems: number): Promise<ReadonlyMap<number, string>> {
  const suite = await findSuite(SUITE);
  const config = { ...DEFAULTS, teacher: `openai:teacher@${baseURL}`, candidates: PER_PROBLEM, trials: PER_PROBLEM };
  const allocation = allocate({
    scoreboard: { areas: {} },
    areas: suite.areas,
    problems,
    target: config.targets.answer,
  });
  const named = [...problemsOf({ suite, allocation, round: 1, seed: config.seed })];
  const work = { config: recordConfig(config), suite, problems: named };
  const calls = await askedBy(unaskedModel(parseEndpoint(config.teacher)), work);
  return new Map(calls.map(({ key, body }) => [body.seed as number, key]));
}

function argumentsOf(baseURL: string, folder: string, problems: number): string[] {
  const asked = ['--problems', `${problems}`, '--candidates', `${PER_PROBLEM}`, '--trials', `${PER_PROBLEM}`];
  return [BIN, 'generate', SUITE, '--teacher', `openai:teacher@${baseURL}`, ...asked, '--run', folder, '--json'];
}
