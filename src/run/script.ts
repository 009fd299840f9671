/** Runs what people write beside their data: configs and suites, in TypeScript or JavaScript. */

import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';

// `proofstill` in a script is this very package, also where it is not installed beside the script (npx).
const entry = (path: string) => fileURLToPath(new URL(`${path}/index${extname(import.meta.url)}`, import.meta.url));
const jiti = createJiti(import.meta.url, {
  alias: {
    proofstill: entry('..'),
    'proofstill/verifiers': entry('../../verifiers'),
    'proofstill/suites': entry('../../suites'),
  },
  fsCache: false,
});

/** The default export of the script at `path` (absolute), or all its exports where it has no default. @throws what it throws */
export function importScript(path: string): Promise<unknown> {
  return jiti.import(path, { default: true });
}
