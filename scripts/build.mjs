/**
 * Makes `dist` from the source tree, which it mirrors: the pages, the compiled code, and the data files that
 * suites and verifiers read beside their code. `npm ci` runs it (prepare); it needs the development dependencies only.
 */

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const compiler = findCompiler();

if (compiler) {
  rmSync(dist, { recursive: true, force: true });
  const { writePages } = await import('./build-page.mjs');
  writePages(join(dist, 'reports'));
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  for (const folder of ['suites', 'verifiers']) copyData(folder);
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const path of Object.values(bin)) chmodSync(join(root, path), 0o755);
} else {
  // `npm ci --omit=dev` runs prepare as well, and an install must not fail for want of a compiler.
  console.error('proofstill: the development dependencies are not installed; dist is left as it is');
  if (process.env.npm_lifecycle_event !== 'prepare') process.exitCode = 1;
}

/** Path of the TypeScript compiler's script, or `undefined` where it is not installed. */
function findCompiler() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  } catch {
    return undefined;
  }
}

/** Copies every JSON Lines file under `folder` to the same place under `dist`. */
function copyData(folder) {
  for (const path of readdirSync(join(root, folder), { recursive: true })) {
    if (path.endsWith('.jsonl')) cpSync(join(root, folder, path), join(dist, folder, path));
  }
}
