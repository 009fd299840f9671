/** Train problems by allocation, each with several candidate outputs of the teacher. */

import { ProofstillError, throwIfInterrupted } from '../core/errors.ts';
import type { Model, Output } from '../core/output.ts';
import type { Problem } from '../core/sample.ts';
import { randomStream } from '../core/seed.ts';
import type { Suite } from '../core/suite.ts';
import { drawProblems } from './draw.ts';

/** Problems asked of the teacher at once: enough for it to fill a batch, few enough that a kill loses little. */
const CHUNK = 64;

export interface GenerateOptions {
  readonly suite: Suite;
  readonly teacher: Model;
  /** How many problems each area gets. */
  readonly allocation: Readonly<Record<string, number>>;
  /** Turn of the loop, from 1: another round draws other problems. */
  readonly round: number;
  /** Outputs asked for each problem. */
  readonly candidates: number;
  readonly seed: number;
  readonly temperature: number;
  readonly topP: number;
  /** Limit on output tokens of one candidate. */
  readonly maxTokens: number;
  /** Keys already in the dataset: drawn again only where an area has run out of others. */
  readonly exclude?: ReadonlySet<string>;
  /** Problems of an earlier, interrupted run at the start of the order: neither asked for nor yielded again. @default 0 */
  readonly skip?: number;
  readonly signal?: AbortSignal;
  /** Called after every problem. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Generated {
  readonly problem: Problem;
  /** `candidates` outputs, in the order of attempts. */
  readonly outputs: readonly Output[];
}

/**
 * Draws problems of the train split and asks the teacher for candidates.
 * @returns problems in the suite's order of areas. The same seed, round, allocation and exclusions give the same ones.
 * @throws suite error where the suite has no generator; model error where the teacher gives fewer outputs than asked for.
 */
export async function* generate(options: GenerateOptions): AsyncGenerator<Generated, void> {
  const { teacher, candidates, seed, temperature, topP, maxTokens, signal, onProgress } = options;
  const total = Object.values(options.allocation).reduce((sum, count) => sum + count, 0);
  let done = options.skip ?? 0;
  const all = requests(options);
  for (let skipped = 0; skipped < done; skipped++) all.next();
  for (const chunk of chunks(all)) {
    const answers = teacher.generate(
      chunk.map(({ id, problem }) => ({ id, prompt: problem.prompt })),
      { attempts: candidates, maxTokens, temperature, topP, seed, ...(signal ? { signal } : {}) },
    );
    let outputs: Output[] = [];
    let answered = 0;
    for await (const output of answers) {
      // An output that came after the signal may be cut short.
      throwIfInterrupted(signal);
      outputs.push(output);
      const current = chunk[answered];
      if (outputs.length < candidates || !current) continue;
      yield { problem: current.problem, outputs };
      outputs = [];
      answered++;
      onProgress?.(++done, total);
    }
    if (answered < chunk.length) {
      throw new ProofstillError(
        'model',
        `expected ${candidates} outputs for each of ${chunk.length} problems, got fewer`,
        {
          place: teacher.fingerprint,
        },
      );
    }
  }
}

function* requests(options: GenerateOptions): Generator<{ id: string; problem: Problem }> {
  const { suite, allocation, round, seed, exclude } = options;
  for (const area of suite.areas) {
    const random = randomStream(seed, 'train', round, area);
    const count = allocation[area] ?? 0;
    let index = 0;
    for (const problem of drawProblems({
      suite,
      area,
      split: 'train',
      count,
      random,
      ...(exclude ? { exclude } : {}),
    })) {
      yield { id: `train-${round}-${area}-${index++}`, problem };
    }
  }
}

function* chunks<T>(items: Iterable<T>): Generator<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
