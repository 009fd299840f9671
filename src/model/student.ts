/** A checkpoint that answers, in a thread of this process: the small model behind the contract of all models. */

import { ProofstillError } from '../core/errors.ts';
import type { GenerateOptions, Model, ModelRequest, Output } from '../core/output.ts';
import type { Precision } from '../core/records.ts';
import { checkpointHash, readConfig } from './checkpoint.ts';
import type { StudentCall, StudentRequest, TimedOutput } from './student-worker.ts';
import { openTokenizer } from './tokenizer.ts';
import { openThread, type Thread } from './worker.ts';

export interface StudentOptions {
  /** @default fp32 */
  readonly precision?: Precision;
  /** Processor threads of one step. @default 2 */
  readonly threads?: number;
}

export interface Student extends Model {
  /** Milliseconds from the start of loading until ready to answer. */
  readonly loadMs: number;
  /** Answers one request alone, with the time of each token: for measurements, never for scores. */
  time(request: ModelRequest, options: GenerateOptions): Promise<{ output: TimedOutput; peakMemoryMb: number }>;
}

/** Names a checkpoint at a precision by its content, without opening it. */
export function studentFingerprint(directory: string, precision: Precision): string {
  return `student:${checkpointHash(directory)}:${precision}`;
}

/** Sequences decoded side by side: beyond this, memory grows and speed does not. */
const BATCH = 64;

type StudentThread = Thread<StudentCall, never, { outputs: TimedOutput[]; peakMemoryMb: number }>;

/**
 * Opens a checkpoint directory: its exported network where there is one, else one made of its weights.
 * @throws model error where the checkpoint is incomplete, or its tokenizer knows more tokens than its network.
 */
export async function openStudent(directory: string, options: StudentOptions = {}): Promise<Student> {
  const { precision = 'fp32', threads = 2 } = options;
  const config = readConfig(directory);
  const { vocabularySize } = openTokenizer(directory);
  if (vocabularySize > config.vocabularySize) {
    const message = `the tokenizer has ${vocabularySize} tokens, the network only ${config.vocabularySize}`;
    throw new ProofstillError('model', message, {
      place: directory,
      hint: 'Use the tokenizer that the network was trained with.',
    });
  }
  const thread: StudentThread = openThread('student-worker', import.meta.url);
  const began = performance.now();
  try {
    await thread.call({ kind: 'open', directory, precision, threads });
  } catch (error) {
    await thread.close();
    throw error;
  }
  const loadMs = performance.now() - began;
  const ask = (requests: readonly StudentRequest[], generate: GenerateOptions): ReturnType<StudentThread['call']> => {
    const { maxTokens, temperature, topP, seed, signal } = generate;
    return thread.call({ kind: 'answer', requests, options: { maxTokens, temperature, topP, seed } }, { signal });
  };
  return {
    fingerprint: studentFingerprint(directory, precision),
    loadMs,
    async *generate(requests: readonly ModelRequest[], generate: GenerateOptions): AsyncGenerator<Output> {
      const { attempts = 1, firstAttempt = 0 } = generate;
      const all = requests.flatMap((request) =>
        Array.from({ length: attempts }, (_, index) => ({ ...request, attempt: firstAttempt + index })),
      );
      for (let start = 0; start < all.length; start += BATCH) {
        const { outputs } = await ask(all.slice(start, start + BATCH), generate);
        for (const { tokenMs: _, ...output } of outputs) yield output;
      }
    },
    async time(request, generate) {
      const { outputs, peakMemoryMb } = await ask([{ ...request, attempt: 0 }], generate);
      return { output: outputs[0]!, peakMemoryMb };
    },
    close: () => thread.close(),
  };
}
