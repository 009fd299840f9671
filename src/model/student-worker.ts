/** The thread in which a student answers. */

import { existsSync, readFileSync } from 'node:fs';
import { type Output, partsOf } from '../core/output.ts';
import type { Precision } from '../core/records.ts';
import { randomStream } from '../core/seed.ts';
import { inferenceGraph } from '../nn/inference-graph.ts';
import { readCheckpoint, readConfig } from './checkpoint.ts';
import { DecodeSession } from './decode.ts';
import { networkFile } from './network-file.ts';
import { openTokenizer, type Tokenizer } from './tokenizer.ts';
import { serve } from './worker.ts';

export type StudentCall =
  | { readonly kind: 'open'; readonly directory: string; readonly precision: Precision; readonly threads: number }
  | { readonly kind: 'answer'; readonly requests: readonly StudentRequest[]; readonly options: StudentOptions };

export interface StudentRequest {
  readonly id: string;
  readonly prompt: string;
  readonly attempt: number;
}

export interface StudentOptions {
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
}

/** What an answer is worth to a measurement besides its text: milliseconds from the start to each token. */
export type TimedOutput = Output & { readonly tokenMs: readonly number[] };

let student: { readonly session: DecodeSession; readonly tokenizer: Tokenizer } | undefined;

serve<StudentCall, never, { outputs: TimedOutput[]; peakMemoryMb: number }>(async (call, { cancelled }) => {
  if (call.kind === 'open') {
    student = {
      session: await DecodeSession.create(networkOf(call), readConfig(call.directory), call.threads),
      tokenizer: openTokenizer(call.directory),
    };
    return { outputs: [], peakMemoryMb: peakMemoryMb() };
  }
  if (!student) throw new Error('the student is not open yet');
  const { session, tokenizer } = student;
  const began = performance.now();
  const sequences = call.requests.map(({ id, prompt, attempt }) => ({
    prompt: tokenizer.prompt(prompt),
    random: randomStream(call.options.seed, 'student', id, attempt),
  }));
  const prepared = performance.now() - began;
  const decoded = await session.decode(sequences, { ...call.options, stopIds: tokenizer.stopIds, cancelled });
  const outputs = decoded.map(({ ids, finishReason, tokenMs }, index): TimedOutput => {
    const text = tokenizer.decode(ids);
    const timed = tokenMs.map((ms) => prepared + ms);
    return {
      text,
      ...partsOf(text),
      finishReason,
      tokens: { in: sequences[index]!.prompt.length, out: ids.length },
      timings: { firstTokenMs: timed[0] ?? 0, totalMs: timed.at(-1) ?? 0 },
      tokenMs: timed,
    };
  });
  return { outputs, peakMemoryMb: peakMemoryMb() };
});

/** The exported network's path where there is one, for weights are not read then; else a network made of them. */
function networkOf({ directory, precision }: Extract<StudentCall, { kind: 'open' }>): string | Uint8Array {
  const file = networkFile(directory, precision);
  if (existsSync(file)) return file;
  const { config, weights } = readCheckpoint(directory);
  return inferenceGraph(config, weights, precision);
}

/** Most memory that this process held at once. On Linux, getrusage would count what its parent held when it forked. */
function peakMemoryMb(): number {
  const status = '/proc/self/status';
  const [, peakKb] = (existsSync(status) && /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))) || [];
  return (1024 * Number(peakKb ?? process.resourceUsage().maxRSS)) / 1e6;
}
