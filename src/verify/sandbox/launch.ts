/**
 * Starts a sandbox child behind all the walls that there are: nothing of the environment, no file but its own program and
 * libraries, no writing, no processes, no threads, no network where the system can close it, and a bounded heap.
 */

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sandboxIsolation } from './isolation.ts';
import type { Libraries } from './protocol.ts';

/** Megabytes of JavaScript heap of the child itself; each isolate has a limit of its own. */
const HEAP_MB = 256;

/** A child with an open channel. It ends by itself once this process is gone. */
export function launch(): ChildProcess {
  const libraries = findLibraries();
  return start([...program(libraries), JSON.stringify(libraries)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
}

/** Any program of Node's behind the same walls. */
export function start(program: readonly string[], options: SpawnOptions): ChildProcess {
  const [command, ...parameters] = [
    ...sandboxIsolation().command,
    process.execPath,
    ...flags(findLibraries()),
    ...program,
  ];
  return spawn(command as string, parameters, { ...options, env: {}, cwd: here, windowsHide: true });
}

const here = dirname(fileURLToPath(import.meta.url));
const isSource = import.meta.url.endsWith('.ts');

function findLibraries(): Libraries {
  const { resolve } = createRequire(import.meta.url);
  const sqlJs = resolve('sql.js/dist/sql-wasm.js');
  const jiti = resolve('jiti');
  try {
    return { isolatedVm: resolve('isolated-vm'), sqlJs, jiti };
  } catch {
    return { sqlJs, jiti };
  }
}

function flags({ isolatedVm, sqlJs, jiti }: Libraries): string[] {
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  const readable = [here, dirname(sqlJs), dirname(dirname(jiti)), ...(isolatedVm ? [dirname(isolatedVm)] : [])];
  return [
    '--no-warnings',
    // isolated-vm asks for it from Node 20 on.
    '--no-node-snapshot',
    `--max-old-space-size=${HEAP_MB}`,
    permission,
    '--allow-addons',
    ...readable.map((folder) => `--allow-fs-read=${folder}/*`),
  ];
}

/** The child's program. Node 20 runs no TypeScript, and the loader's usual hooks need a thread, which is forbidden. */
function program({ jiti }: Libraries): string[] {
  if (!isSource) return [fileURLToPath(new URL('./child.js', import.meta.url))];
  const child = JSON.stringify(fileURLToPath(new URL('./child.ts', import.meta.url)));
  return ['--eval', `require(${JSON.stringify(jiti)}).createJiti(${child}, { fsCache: false }).import(${child})`, '--'];
}
