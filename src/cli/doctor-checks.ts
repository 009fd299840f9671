/** What `proofstill doctor` looks at. Each check says what it found; what it cannot do at all, it throws. */

import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, platform } from 'node:os';
import { join } from 'node:path';
import { isProofstillError, messageOf } from '../core/errors.ts';
import { KEY_NAMES } from '../model/http/keys.ts';
import { Graph } from '../nn/graph.ts';
import { count, megabytes } from '../report/format.ts';
import { resolveConfig } from '../run/config.ts';
import { findConfigFile } from '../run/config-file.ts';
import { isInUse, readRun } from '../run/folder.ts';
import { LEDGER, unreadableReads } from '../run/ledger.ts';
import { roomIn } from '../run/preflight.ts';
import { sandboxIsolation } from '../verify/sandbox/isolation.ts';
import { openSandbox } from '../verify/sandbox/pool.ts';
import { callInSandbox } from '../verify/sandbox/sandbox.ts';

export interface Finding {
  /** `warn`: something does not work that not everybody needs. `fail`: nothing will work. */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** What to do about it. */
  readonly mend?: string;
}

export interface Check {
  readonly name: string;
  /** @throws where it fails; a hint of the error is its mend */
  readonly check: () => Finding | Promise<Finding>;
}

/** All checks, in the order in which one thing rests on another. */
export function checksOf(env: Readonly<Record<string, string | undefined>>): Check[] {
  return [
    { name: 'Node.js', check: () => nodeVersion(process.versions.node) },
    { name: 'machine', check: () => ok(`${platform()} ${arch()}, ${availableParallelism()} cores`) },
    { name: 'memory', check: () => memory(roomIn('.')) },
    { name: 'working folder', check: () => disk(roomIn('.')) },
    { name: 'ONNX Runtime', check: onnxRuntime },
    { name: 'code answers', check: codeAnswers },
    { name: 'sandbox network', check: sandboxNetwork },
    { name: 'API keys', check: () => keys(env) },
    { name: 'config', check: config },
    { name: 'ledger', check: () => ledger(LEDGER) },
    { name: 'runs', check: () => runs('runs') },
  ];
}

const ok = (found: string): Finding => ({ status: 'ok', found });
const warn = (found: string, mend: string): Finding => ({ status: 'warn', found, mend });
const fail = (found: string, mend: string): Finding => ({ status: 'fail', found, mend });

/** @param version as `process.versions.node` */
export function nodeVersion(version: string): Finding {
  const { engines } = createRequire(import.meta.url)('proofstill/package.json') as { engines: { node: string } };
  const [major, minor] = version.split('.').map(Number) as [number, number];
  const [least, leastMinor] = engines.node.replace(/^>=/, '').split('.').map(Number) as [number, number];
  if (major > least || (major === least && minor >= leastMinor)) return ok(version);
  return fail(`${version}, expected ${engines.node}`, 'Install a newer Node.js: https://nodejs.org');
}

type Room = ReturnType<typeof roomIn>;

/** Bytes below which a line of warning is worth reading. */
const LITTLE_MEMORY = 2e9;
const LITTLE_DISK = 5e9;
const NO_DISK = 100e6;

export function memory({ memory: all, memoryFree }: Pick<Room, 'memory' | 'memoryFree'>): Finding {
  const found = `${megabytes(all / 1e6)}, of which ${megabytes(memoryFree / 1e6)} are free`;
  if (memoryFree >= LITTLE_MEMORY) return ok(found);
  return warn(found, 'Close other programs, or raise the limit of the container, before training.');
}

export function disk({ diskFree }: Pick<Room, 'diskFree'>, folder = '.'): Finding {
  const found = `${megabytes(diskFree / 1e6)} free`;
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    return fail(`cannot be written to: ${messageOf(error)}`, 'Work in another folder, or mend its permissions.');
  }
  if (diskFree < NO_DISK) return fail(found, 'Make room: proofstill runs prune.');
  return diskFree < LITTLE_DISK ? warn(found, 'Make room: proofstill runs prune.') : ok(found);
}

/** Adds two numbers in a network. */
async function onnxRuntime(): Promise<Finding> {
  const graph = new Graph();
  const shape = { type: 'float', shape: [1] } as const;
  graph.output(
    'sum',
    graph.node('Add', [graph.input('left', 'float', [1]), graph.input('right', 'float', [1])], shape),
  );
  try {
    const { env, InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(graph.build());
    const number = (value: number) => new Tensor('float32', [value], [1]);
    const { sum } = await session.run({ left: number(2), right: number(3) });
    await session.release();
    const version = env.versions.node ?? env.versions.common;
    if (sum?.data[0] === 5) return ok(`${version}, runs a network`);
    return fail(`${version} says that 2 + 3 is ${String(sum?.data[0])}`, REINSTALL);
  } catch (error) {
    return fail(messageOf(error), REINSTALL);
  }
}

const REINSTALL = 'Install the package anew: npm ci. Its binaries are for Linux, macOS and Windows, on x64 and arm64.';

async function codeAnswers(): Promise<Finding> {
  await using sandbox = openSandbox({ size: 1 });
  const limits = { deadlineMs: 20_000, memoryMb: 64, sandbox };
  try {
    const ended = await callInSandbox('function add(a, b) { return a + b }', 'add', [2, 3], limits);
    if (ended.kind === 'returned' && ended.value === 5) return ok('run in a sandbox');
    return warn(`a call of a small function ended with: ${ended.kind}`, 'Try again when the machine is less busy.');
  } catch (error) {
    if (!isProofstillError(error)) throw error;
    return warn(`cannot be run here, which only suites with code need: ${error.message}`, error.hint ?? REINSTALL);
  }
}

function sandboxNetwork(): Finding {
  const { network, detail } = sandboxIsolation();
  if (network === 'closed') return ok(`closed (${detail})`);
  return warn(`open: ${detail}`, 'Before judging code of others, run everything in a container without network.');
}

export function keys(env: Readonly<Record<string, string | undefined>>): Finding {
  const set = KEY_NAMES.filter((name) => env[name]?.trim());
  return ok(set.length > 0 ? `${set.join(', ')} set` : 'none set, which only teachers behind an endpoint need');
}

async function config(): Promise<Finding> {
  const file = findConfigFile('.');
  if (file === undefined) return ok('no file here, so defaults hold');
  const { suites, student } = await resolveConfig({ file });
  const named = suites.map((suite) => (typeof suite === 'string' ? suite : suite.name));
  return ok(`${file}: ${named.join(', ')} for ${student}`);
}

export function ledger(file: string): Finding {
  if (!existsSync(file)) return ok('none yet');
  const unreadable = unreadableReads(file);
  if (unreadable.length === 0) return ok(`${file} can be read`);
  return warn(
    `${count(unreadable.length)} ${unreadable.length === 1 ? 'line' : 'lines'} cannot be read, the first at ${unreadable[0]}; each counts as a read`,
    'Restore the file from a copy, if there is one.',
  );
}

/** The runs in a folder by their state; those that were cut short, and those that cannot be read. */
export function runs(root: string): Finding {
  const states = (existsSync(root) ? readdirSync(root) : [])
    .map((name) => join(root, name))
    .filter((folder) => existsSync(join(folder, 'run.json')))
    .map((folder) => ({ folder, state: stateOf(folder) }));
  if (states.length === 0) return ok('none yet');
  const kinds = [...new Set(states.map(({ state }) => state))];
  const found = kinds.map((kind) => `${states.filter(({ state }) => state === kind).length} ${kind}`).join(', ');
  const first = (wanted: string): string | undefined => states.find(({ state }) => state === wanted)?.folder;
  const unreadable = first('unreadable');
  if (unreadable !== undefined) {
    return warn(
      found,
      `See what is wrong with ${unreadable}: proofstill runs list. Restore it from a copy, or delete it.`,
    );
  }
  const cut = first('cut short');
  return cut === undefined ? ok(found) : warn(found, `Go on with it: proofstill distill --resume --run ${cut}`);
}

function stateOf(folder: string): string {
  try {
    const { state } = readRun(folder);
    if (state === 'complete') return state;
    return isInUse(folder) ? 'at work' : 'cut short';
  } catch (error) {
    if (isProofstillError(error)) return 'unreadable';
    throw error;
  }
}
