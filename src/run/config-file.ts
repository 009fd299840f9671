/** Finds and loads a config file. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { messageOf, ProofstillError } from '../core/errors.ts';
import { importScript } from './script.ts';

const SCRIPTS = ['.ts', '.mts', '.js', '.mjs'];
const HINT = 'A config looks like: export default defineConfig({ targets: { answer: 0.95 } })';

/** The config file of a folder: `proofstill.config.ts`, `.mts`, `.js`, `.mjs` or `.json`. @throws config error where there are several. */
export function findConfigFile(folder: string): string | undefined {
  const [file, other] = [...SCRIPTS, '.json']
    .map((extension) => join(folder, `proofstill.config${extension}`))
    .filter((path) => existsSync(path));
  if (!other) return file;
  throw new ProofstillError('config', 'there are several config files', {
    place: `${file}, ${other}`,
    hint: 'Keep one of them, or name one with --config.',
  });
}

/**
 * What a config file exports by default, unchecked.
 * @throws config error where the file is not there, of another kind, cannot be run, or exports no key.
 */
export async function loadConfigFile(file: string): Promise<unknown> {
  const path = resolve(file);
  if (!existsSync(path))
    throw new ProofstillError('config', 'there is no such config file', { place: file, hint: HINT });
  const config = await load(path).catch((cause: unknown) => {
    throw new ProofstillError('config', `cannot load the config: ${messageOf(cause)}`, {
      place: file,
      hint: HINT,
      cause,
    });
  });
  if (typeof config === 'object' && config !== null && Object.keys(config).length > 0) return config;
  throw new ProofstillError('config', 'the file exports no config', { place: file, hint: HINT });
}

async function load(path: string): Promise<unknown> {
  const extension = extname(path);
  if (extension === '.json') return JSON.parse(await readFile(path, 'utf8'));
  if (!SCRIPTS.includes(extension))
    throw new Error(`expected .ts, .mts, .js, .mjs or .json, got ${extension || 'no ending'}`);
  return importScript(path);
}
