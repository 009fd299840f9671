/** What `npm install --prefix benchmarks` has put there. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where peers are; projects in a folder within it can import them. */
export const PEERS = fileURLToPath(new URL('../node_modules', import.meta.url));

/** A file of a peer. @throws where it is not installed */
export function installed(name: string, file: string): string {
  const path = join(PEERS, name, file);
  if (!existsSync(path)) throw new Error(`${name} is not installed: npm install --prefix benchmarks`);
  return path;
}

/** The node of benchmarks/package.json, for peers that want a newer one than ours; else this one. */
export function installedNode(): string {
  const path = join(PEERS, 'node/bin/node');
  return existsSync(path) ? path : process.execPath;
}
