/** Writes suites/quadratics/samples.jsonl: `node --conditions=proofstill-source --import jiti/register scripts/make-quadratics.ts`. */

import { writeFileSync } from 'node:fs';
import { drawSamples } from '../suites/quadratics/draw.ts';

const lines = drawSamples().map((sample) => `${JSON.stringify(sample)}\n`);
writeFileSync(new URL('../suites/quadratics/samples.jsonl', import.meta.url), lines.join(''));
process.stderr.write(`wrote ${lines.length} samples\n`);
