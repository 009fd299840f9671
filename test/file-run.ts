/** A whole run in seconds on a suite that is nothing but a JSONL file, with a teacher behind a socket. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, type DistillEvent, distill, type RunFolder, type Summary } from 'proofstill';
import { findSuite } from '../src/resolve.ts';
import { openTeacher } from '../src/teacher.ts';
import { type Answerer, addNumbers } from './openai-server/index.ts';
import { smallConfig } from './small-run.ts';

/** Sums of two numbers: below a hundred with train samples of their own, above without any. */
export const FILE_SAMPLES = ['small', 'large'].flatMap((area) => {
  const ofSplit = (split: string, count: number, from: number) =>
    Array.from({ length: count }, (_, index) => {
      const [left, right] = [(area === 'small' ? 10 : 500) + from + index, 7 + (index % 3)];
      const id = `${split}-${area}-${index}`;
      return { id, area, split, prompt: `What is ${left}+${right}?`, expected: String(left + right) };
    });
  return [...ofSplit('holdout', 6, 0), ...ofSplit('steer', 10, 20), ...ofSplit('train', area === 'small' ? 5 : 0, 40)];
});

export function fileSuite(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'proofstill-suite-')), 'sums.jsonl');
  writeFileSync(file, FILE_SAMPLES.map((sample) => `${JSON.stringify(sample)}\n`).join(''));
  return file;
}

export const isWriting = (prompt: string): boolean => prompt.startsWith('Here are problems of one kind');

/** Writes sums that are 100 higher than those it is shown, and one of holdout; solves sums, three in ten wrongly. */
export const sumTeacher: Answerer = (body) => {
  const prompt = body.messages.at(-1)?.content ?? '';
  if (!isWriting(prompt)) return addNumbers(body);
  const shown = [...prompt.matchAll(/What is (\d+)\+(\d+)\?/g)];
  const written = shown.map(([, left, right]) => `What is ${Number(left) + 100}+${Number(right) + (body.seed! % 40)}?`);
  const leaked = FILE_SAMPLES[0]!.prompt;
  const content = [...written, leaked].map((problem) => JSON.stringify({ problem })).join('\n');
  return { reasoning: 'I change the numbers.', content };
};

export const fileConfig = (suite: string, baseURL: string, student = smallConfig.student): Config => ({
  ...smallConfig,
  suites: [suite],
  teacher: { model: 'teacher', baseURL, limits: { concurrency: 4 } },
  student,
  // 0.8·1.96²/0.2 = 15.4, and there are 20 steer samples.
  targets: { answer: 0.8, p95Ms: 1000 },
  problems: 24,
  maxTokens: 60,
});

/** Runs or resumes the loop in `run`, its teacher asked as the command line asks it. */
export async function fileRun(
  run: RunFolder,
  config: Config,
  onEvent: (event: DistillEvent) => void = () => undefined,
): Promise<Summary> {
  const suite = await findSuite(config.suites[0] as string);
  await using teacher = await openTeacher(config.teacher, suite, { calls: run.calls() });
  return await distill({ run, config, suite, teacher: teacher.model, condenser: teacher.plain, onEvent });
}
