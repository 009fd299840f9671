/** What `npm run build` made, for tests of the package as users get it. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const condition = z.union([z.string(), z.record(z.string(), z.string())]);
const manifestSchema = z.object({
  bin: z.record(z.string(), z.string()),
  exports: z.record(z.string(), condition),
  dependencies: z.record(z.string(), z.string()),
});

/** The project's folder, with a separator at its end. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

export const MANIFEST = manifestSchema.parse(JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')));

/** Path of the compiled `proofstill` command. @throws where `dist` is not built, saying how to build it. */
export function builtBin(): string {
  const bin = `${ROOT}${MANIFEST.bin['proofstill']}`;
  if (!existsSync(bin)) throw new Error(`expected the built command at ${bin}, found nothing; run: npm run build`);
  return bin;
}
