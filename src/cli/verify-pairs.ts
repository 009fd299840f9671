/** `proofstill verify --with`: bare pairs graded, so that anybody's table of them can be run on a verifier. */

import { z } from 'zod';
import type { Sample } from '../core/sample.ts';
import type { Policy, Verdict, Verifier, VerifyOptions } from '../core/verdict.ts';
import { findVerifier } from '../named-verifiers.ts';
import { outputOfText } from '../verify/labelled.ts';
import { verifyOutput } from '../verify/verify.ts';
import { type CliContext, printJson } from './context.ts';
import { progressView } from './progress.ts';
import { readLinesOf, surveyLines } from './read-lines.ts';

/** Pairs judged at once: verifiers that wait for a child process or a model wait together. */
const TOGETHER = 64;

/** Tables may say more of a pair than what is read here. Without an expected answer a verdict is not an error of the table. */
const pairSchema = z.looseObject({
  id: z.union([z.string(), z.number()]),
  prompt: z.string().nullish(),
  expected: z.string().nullish(),
  output: z.string(),
  meta: z.record(z.string(), z.unknown()).nullish(),
});
type Pair = z.infer<typeof pairSchema>;

interface Result {
  readonly id: Pair['id'];
  readonly status: Verdict['status'];
  readonly reason?: string;
}

export interface PairsOptions {
  readonly with: string;
  readonly pairs: string;
  readonly policy: Policy;
  readonly json: boolean;
}

/** Grades every line of a file of pairs, in its order. */
export async function gradePairs(context: CliContext, flags: PairsOptions): Promise<void> {
  const { policy, json } = flags;
  const verifier = await findVerifier(flags.with);
  const total = (await surveyLines(flags.pairs))?.lines;
  const progress = progressView(context.process);
  const results: Result[] = [];
  const options = { policy, signal: context.signal };
  progress.stage(`Grade ${flags.pairs} by ${verifier.name}`);
  try {
    for await (const pairs of chunksOf(readLinesOf(flags.pairs, pairSchema), TOGETHER)) {
      const graded = await Promise.all(pairs.map(({ value }) => grade(verifier, value, options)));
      results.push(...graded);
      if (total !== undefined) progress.update(results.length, total);
    }
  } finally {
    progress.end();
  }
  if (json) return printJson(context, { results });
  for (const { id, status, reason = '' } of results) {
    context.process.stdout.write(`${`${id}  ${status}  ${reason}`.trimEnd()}\n`);
  }
}

async function grade(verifier: Verifier, pair: Pair, options: VerifyOptions): Promise<Result> {
  const { id, prompt, expected, output, meta } = pair;
  const sample: Sample = {
    id: String(id),
    suite: 'pairs',
    area: 'pairs',
    split: 'holdout',
    prompt: prompt ?? '',
    ...(typeof expected === 'string' ? { expected } : {}),
    key: String(id),
    ...(meta ? { meta } : {}),
  };
  const { status, reason } = await verifyOutput(verifier, sample, outputOfText(output), options);
  return { id, status, ...(reason ? { reason } : {}) };
}

async function* chunksOf<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[], void> {
  let chunk: T[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
