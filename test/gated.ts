/** Runs of a small suite, and gates on them, as a person would type it. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Sample } from '../src/core/sample.ts';
import sums from './fixtures/sums.ts';
import { cli, folder, linesFile } from './run-cli.ts';

export const SUITE = 'test/fixtures/sums.ts';

/** What a model says that gets these samples wrong. */
export const says = (samples: readonly Sample[], wrong: (index: number) => boolean) =>
  linesFile(
    ...samples.map(({ id, expected }, index) => {
      return { id, text: `<answer>${wrong(index) ? 'no' : expected}</answer>`, finishReason: 'stop' };
    }),
  );

export function policyFile(policy: object): string {
  const file = join(folder(), 'policy.json');
  writeFileSync(file, JSON.stringify(policy));
  return file;
}

/** A run of the committed samples. */
export async function runOf(wrong: (index: number) => boolean): Promise<string> {
  const run = folder();
  const model = `replay:${says(sums.samples, wrong)}`;
  const { code, err } = await cli('evaluate', SUITE, '--run', run, '--ledger', join(run, 'l.jsonl'), '--model', model);
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return run;
}

export const gate = (run: string, policy: object, ...argv: string[]) =>
  cli('gate', run, '--policy', policyFile(policy), '--ledger', join(run, 'l.jsonl'), ...argv);
