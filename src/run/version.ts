/** Which Proofstill this is. */

import { createRequire } from 'node:module';

// By the package's own name: the file lies at another depth in `dist` than in the source.
const manifest = createRequire(import.meta.url)('proofstill/package.json') as { version: string };

export const VERSION: string = manifest.version;
