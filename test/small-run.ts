/** A whole run in seconds: the quadratics suite with few samples, and a student too small to learn them. */

import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Config, DEFAULTS, defineSuite, type Suite } from 'proofstill';
import { quadratics } from 'proofstill/suites';

export const smallSuite: Suite = defineSuite({
  ...quadratics,
  samples: [
    ...quadratics.samples.filter(({ split }) => split === 'holdout').slice(0, 20),
    ...quadratics.samples.filter(({ split }) => split === 'stretch').slice(0, 4),
  ],
});

export const smallConfig: Config = {
  ...DEFAULTS,
  suites: [resolve('test/small-run.ts')],
  student: smallStudent(),
  train: { ...DEFAULTS.train, epochs: 2, batchTokens: 1280, rowLength: 320 },
  targets: { answer: 0.9, p95Ms: 1000 },
  budget: { rounds: 2, minutes: 60 },
  problems: 40,
  candidates: 3,
  steerSamples: 10,
  maxTokens: 200,
  seed: 7,
};

/** The tiny fixture with general rows and room for whole traces: rotary embedding has no parameters, so any context fits its weights. */
function smallStudent(): string {
  const directory = join(mkdtempSync(join(tmpdir(), 'proofstill-student-')), 'tiny');
  cpSync('test/fixtures/tiny-qwen2', directory, { recursive: true });
  const file = join(directory, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...config, max_position_embeddings: 512 }));
  const general = readFileSync('students/nano/general.jsonl', 'utf8').split('\n').slice(0, 50);
  writeFileSync(join(directory, 'general.jsonl'), `${general.join('\n')}\n`);
  return directory;
}
