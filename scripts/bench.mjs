/**
 * Runs a benchmark from source: `npm run bench -- <name> [its options]`. Without a name it lists them, each with the
 * first sentence of its file. A benchmark is a TypeScript file right inside `benchmarks`.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'benchmarks');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();
const [name, ...rest] = process.argv.slice(2);

if (name === undefined) {
  console.log('npm run bench -- <name> [options]\n');
  for (const each of names) console.log(`  ${each.padEnd(12)}${purposeOf(each)}`);
} else if (names.includes(name)) {
  // Worker threads start their own loader: `openThread` sees from its module's name that it runs from source.
  const loader = ['--conditions=proofstill-source', '--import', 'jiti/register'];
  // The condition alone leaves what the loader resolves itself in `dist`.
  const aliases = {
    proofstill: 'src/index.ts',
    'proofstill/verifiers': 'verifiers/index.ts',
    'proofstill/suites': 'suites/index.ts',
  };
  const paths = Object.entries(aliases).map(([specifier, file]) => [specifier, join(root, file)]);
  const { status, error } = spawnSync(process.execPath, [...loader, join(folder, `${name}.ts`), ...rest], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, JITI_ALIAS: JSON.stringify(Object.fromEntries(paths)) },
  });
  if (error) throw error;
  process.exitCode = status ?? 130;
} else {
  const { nearest } = await createJiti(import.meta.url).import('../src/run/nearest.ts');
  const meant = nearest(name, names);
  console.error(`error: there is no benchmark "${name}"`);
  console.error(`fix: ${meant ? `did you mean ${meant}?` : `choose one of ${names.join(', ')}`}`);
  process.exitCode = 2;
}

/** The first sentence of the comment that a benchmark's file opens with. */
function purposeOf(benchmark) {
  const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(join(folder, `${benchmark}.ts`), 'utf8')) ?? [];
  const text = comment.replaceAll(/\s*\n \* ?/g, ' ').trim();
  return text.split(/(?<=[.?!])\s/)[0] ?? '';
}
