/** What `proofstill verify` does, once its flags are read. */

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf, ProofstillError } from '../core/errors.ts';
import { parseJsonLines } from '../core/json-lines.ts';
import { type Output, partsOf } from '../core/output.ts';
import { type Evaluation, SCHEMA } from '../core/records.ts';
import type { Sample, Split } from '../core/sample.ts';
import { reasons, scoreboard } from '../evaluate/aggregate.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import { replayModel } from '../model/replay.ts';
import { scoreTable } from '../report/terminal.ts';
import { verifyOutput } from '../verify/verify.ts';
import { type CliContext, printJson } from './context.ts';
import { flagName, required } from './flags.ts';
import { findSuite, findVerifier } from './resolve.ts';

export interface VerifyFlags {
  readonly in?: string;
  readonly split?: Split;
  readonly with?: string;
  readonly pairs?: string;
  readonly json: boolean;
}

export async function verifyVerb(this: CliContext, flags: VerifyFlags, reference?: string): Promise<void> {
  if (reference === undefined) {
    refuse(flags, ['in', 'split'], 'takes a suite to score outputs: proofstill verify <suite> --in outputs.jsonl');
    await gradePairs(this, flags);
  } else {
    refuse(flags, ['with', 'pairs'], 'grades bare pairs, without a suite: leave the suite out');
    await scoreOutputs(this, flags, reference);
  }
}

function refuse(flags: VerifyFlags, keys: readonly (keyof VerifyFlags)[], message: string): void {
  const [given] = keys.filter((key) => flags[key] !== undefined).map(flagName);
  if (given) {
    throw new ProofstillError('config', `${given} ${message}`, { place: given, hint: 'See proofstill verify --help.' });
  }
}

/** Graders' tables may say more of a pair than these three. */
const pairSchema = z.looseObject({ id: z.string(), expected: z.string(), output: z.string() });

async function gradePairs(context: CliContext, flags: VerifyFlags): Promise<void> {
  const verifier = await findVerifier(required(flags.with, '--with'));
  const options = { policy: 'score', signal: context.signal } as const;
  const results = [];
  for (const { id, expected, output } of readLinesOf(required(flags.pairs, '--pairs'), pairSchema)) {
    const sample: Sample = { id, suite: 'pairs', area: 'pairs', split: 'holdout', prompt: '', expected, key: id };
    const { status, reason } = await verifyOutput(verifier, sample, outputOf(output), options);
    results.push({ id, status, ...(reason ? { reason } : {}) });
  }
  if (flags.json) return printJson(context, { results });
  for (const { id, status, reason = '' } of results) {
    context.process.stdout.write(`${`${id}  ${status}  ${reason}`.trimEnd()}\n`);
  }
}

function outputOf(text: string): Output {
  const cost = { tokens: { in: 0, out: 0 }, timings: { firstTokenMs: 0, totalMs: 0 } };
  return { text, ...partsOf(text), finishReason: 'stop', ...cost };
}

async function scoreOutputs(context: CliContext, flags: VerifyFlags, reference: string): Promise<void> {
  const suite = await findSuite(reference);
  const { split = 'holdout', json } = flags;
  const file = required(flags.in, '--in');
  const model = await replayModel(file);
  const attemptsOf = attemptsIn(file);
  const ids = new Set(suite.samples.map(({ id }) => id));
  const unknown = [...attemptsOf.keys()].find((id) => !ids.has(id));
  if (unknown !== undefined) {
    throw new ProofstillError('record', `suite ${suite.name} has no sample ${unknown}`, {
      place: file,
      hint: 'Name outputs by the ids of the samples that they answer, and score them on the suite that they are of.',
    });
  }
  const asked = suite.samples.filter((sample) => sample.split === split);
  const samples = asked.filter(({ id }) => attemptsOf.has(id));
  if (samples.length === 0) {
    throw new ProofstillError('record', `expected outputs for ${split} samples of ${suite.name}, found none`, {
      place: file,
      hint: 'Write a line {"id":"…","text":"…","finishReason":"stop"} for each sample, or name another --split.',
    });
  }
  // A sample with fewer attempts than another is an error of the replay, named there.
  const attempts = Math.max(...samples.map(({ id }) => attemptsOf.get(id) ?? 0));
  const options = { suite, samples, model, attempts, maxTokens: Number.MAX_SAFE_INTEGER, seed: 0 };
  const evaluations: Evaluation[] = [];
  for await (const evaluation of evaluate({ ...options, signal: context.signal })) evaluations.push(evaluation);
  const board = scoreboard(evaluations, suite.areas);
  const missing = asked.length - samples.length;
  if (json) {
    const failures = reasons(evaluations);
    return printJson(context, { schema: SCHEMA, suite: suite.name, split, ...board, reasons: failures, missing });
  }
  context.process.stdout.write(
    `${scoreTable(board)}\n${missing} of ${asked.length} ${split} samples have no output.\n`,
  );
}

/** How many outputs a file holds for each id. */
function attemptsIn(file: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { id } of readLinesOf(file, z.looseObject({ id: z.string() }))) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** @throws record error where the file cannot be read, or with `file:line` at the first line that is not what it should be */
function readLinesOf<T>(file: string, schema: z.ZodType<T>): T[] {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (cause) {
    const message = `cannot read the file: ${messageOf(cause)}`;
    throw new ProofstillError('record', message, { place: file, hint: 'Name a JSON Lines file.', cause });
  }
  return parseJsonLines(content, schema, file);
}
