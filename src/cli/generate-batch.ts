/** `generate` by batches: calls written into files for whoever answers them, and their answers taken back. */

import { relative } from 'node:path';
import { takeBatchFiles, writeBatch } from '../batch-files.ts';
import { type Endpoint, endpointOf, teacherDecoding } from '../core/endpoint.ts';
import { ProofstillError } from '../core/errors.ts';
import { SCHEMA } from '../core/records.ts';
import type { BatchRequest } from '../model/batch.ts';
import type { Call } from '../model/http/call.ts';
import { batchOutput } from '../model/http/served.ts';
import { unaskedModel } from '../model/http/unasked.ts';
import { visible } from '../report/decision-text.ts';
import { count, megabytes } from '../report/format.ts';
import type { RunFolder } from '../run/folder.ts';
import { type CliContext, printJson } from './context.ts';
import { askedBy, type GenerateWork } from './generate-plan.ts';

type Work = GenerateWork & { readonly run: RunFolder };

/** Faults that are listed, of each kind. */
const SHOWN = 5;
const LONGEST_LINE = 1000;

/** Writes the calls that are to be made next. */
export async function writeBatchOut(context: CliContext, work: Work, file: string, json: boolean): Promise<void> {
  const calls = await missingCalls(work);
  if (calls.length === 0) {
    throw new ProofstillError('config', 'every call has its answer: there is nothing to ask', {
      place: '--batch-out',
      hint: 'Leave it out to have the candidates judged.',
    });
  }
  const files = await writeBatch(
    file,
    calls.map(({ key, body }) => ({ customId: key, body: body as BatchRequest['body'] })),
  );
  if (json) return printJson(context, { schema: SCHEMA, files });
  const lines = files.map(
    ({ file: path, requests, bytes }) => `${path}  ${count(requests)} requests, ${megabytes(bytes / 1e6)}`,
  );
  const folder = relative('.', work.run.directory);
  context.process.stdout.write(
    `${lines.join('\n')}\nWhen they are answered: the same command with --run ${folder} and --batch-in <files of results>\n`,
  );
}

/** Takes the answers of a batch. @returns whether nothing is left to ask */
export async function takeBatchIn(context: CliContext, work: Work, files: readonly string[]): Promise<boolean> {
  const endpoint = endpointIn(work);
  const decoding = teacherDecoding(work.config.teacher, work.config.maxTokens);
  const calls = work.run.calls();
  // Those of the first wave, whether they are answered or not, and those that are asked next.
  const asked = new Map(
    [...(await askedBy(unaskedModel(endpoint), work)), ...(await missingCalls(work))].map((call) => [call.key, call]),
  );
  const taken = takeBatchFiles(files, {
    calls,
    asked: new Set(asked.keys()),
    outputOf: (body, key) => batchOutput(endpoint, asked.get(key) as Call, { body, maxTokens: decoding.maxTokens }),
  });
  const say = (line: string): void => void context.process.stderr.write(`${visible(line, LONGEST_LINE)}\n`);
  say(`${count(taken.taken)} answers taken, ${count(taken.repeated)} that were there already.`);
  for (const [what, faults] of [
    ['failed', taken.failed],
    ['unknown', taken.unknown],
  ] as const) {
    if (faults.length === 0) continue;
    say(`${count(faults.length)} ${what}:`);
    for (const { place, reason } of faults.slice(0, SHOWN)) say(`  ${place}: ${reason}`);
    if (faults.length > SHOWN) say(`  and ${count(faults.length - SHOWN)} more`);
  }
  const left = await missingCalls(work);
  if (left.length === 0) return true;
  say(`${count(left.length)} calls have no answer yet: write them with --batch-out, or ask them without either flag.`);
  return false;
}

function missingCalls(work: Work): Promise<readonly Call[]> {
  return askedBy(unaskedModel(endpointIn(work), work.run.calls()), work);
}

function endpointIn({ config }: Work): Endpoint {
  const endpoint = endpointOf(config.teacher);
  if (endpoint) return endpoint;
  throw new ProofstillError('config', 'a batch is for a teacher behind an endpoint', {
    place: '--teacher',
    hint: 'Name one: openai:<model>@<base URL>.',
  });
}
