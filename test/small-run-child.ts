/** Starts or resumes the small run in the folder that the first argument names, and says every event on a line. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRun, distill, openRun, recordConfig, referenceModel } from 'proofstill';
import { smallConfig, smallSuite } from './small-run.ts';

const folder = process.argv[2] as string;
const isNew = !existsSync(join(folder, 'run.json'));
using run = isNew ? createRun(folder, { config: recordConfig(smallConfig) }) : openRun(folder);
await distill({
  run,
  config: smallConfig,
  suite: smallSuite,
  teacher: referenceModel(smallSuite),
  onEvent: (event) => process.stdout.write(`${event.kind}\n`),
});
