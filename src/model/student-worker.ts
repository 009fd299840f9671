/** The thread in which a student answers. */

import { existsSync } from 'node:fs';
import { type Output, partsOf } from '../core/output.ts';
import type { Precision } from '../core/records.ts';
import { randomStream } from '../core/seed.ts';
import { inferenceGraph } from '../nn/inference-graph.ts';
import { readCheckpoint } from './checkpoint.ts';
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
    const checkpoint = readCheckpoint(call.directory);
    const file = networkFile(call.directory, call.precision);
    const network = existsSync(file) ? file : inferenceGraph(checkpoint.config, checkpoint.weights, call.precision);
    student = {
      session: await DecodeSession.create(network, checkpoint.config, call.threads),
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

function peakMemoryMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}
