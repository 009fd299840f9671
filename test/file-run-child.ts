/** Starts or resumes a run on a JSONL file: its folder, the suite, the teacher's URL and the student are the arguments. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRun, openRun, recordConfig } from 'proofstill';
import { fileConfig, fileRun } from './file-run.ts';

const [folder, file, baseURL, student] = process.argv.slice(2) as [string, string, string, string];
const config = fileConfig(file, baseURL, student);
const isNew = !existsSync(join(folder, 'run.json'));
using run = isNew ? createRun(folder, { config: recordConfig(config) }) : openRun(folder);
await fileRun(run, config, (event) => {
  process.stdout.write(`${event.kind === 'stage' ? event.title : event.kind}\n`);
});
