/** The same suite for every harness: one fixed answer, compared with an expected string, as often as wanted. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cost } from '../session/whole-process.ts';

/** A harness that runs the suite: its files are in a folder of its own. */
export interface NoOpHarness {
  readonly name: string;
  /** Runs it in a whole process, results kept on disk. @throws where it cannot, or not every answer passed */
  run(folder: string, samples: number): Promise<Cost>;
}

export const ANSWER =
  '<think>Two numbers with product 6 and sum 5 are 2 and 3, so the roots are 2 and 3.</think><answer>x=2, x=3</answer>';

/** Writes a harness's files. */
export function writeProject(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}

/** @throws where not every answer passed */
export function requireAll(passed: number, samples: number): void {
  if (passed !== samples) throw new Error(`expected ${samples} answers to pass, got ${passed}`);
}
