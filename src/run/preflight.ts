/** Whether a run has room, in files and in memory, before anything is paid for. */

import { existsSync, statfsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { ProofstillError } from '../core/errors.ts';
import { megabytes } from '../report/format.ts';
import type { Config } from './config.ts';
import { orExplain } from './files.ts';

/** What a run is going to make, at most. */
export interface RunPlan {
  readonly rounds: number;
  /** Teacher outputs in a round. */
  readonly candidates: number;
  readonly maxTokens: number;
  /** Of the student's weights as they are trained, in fp32. */
  readonly weightBytes: number;
}

export interface Needs {
  readonly bytesOnDisk: number;
  readonly bytesInMemory: number;
}

/** Of English text; formulas and Chinese have fewer. */
const BYTES_PER_TOKEN = 4;
/** A long problem with its template. */
const PROMPT_BYTES = 1000;
/** A candidate is in `calls.jsonl` as it came, and in `candidates/` as it was judged. */
const COPIES = 2;
/** A checkpoint directory: the weights, the fp32 network and the int8 one. */
const CHECKPOINT_COPIES = 2.25;
/** The student in training: weights, gradients and AdamW's two moments. */
const TRAINED_COPIES = 4;
/** Node with ONNX Runtime and nothing loaded. */
const PROCESS_BYTES = 200e6;

/** What a config asks for, if each problem takes as many trials as it may. */
export function runPlan(config: Omit<Config, 'suites'>, weightBytes: number): RunPlan {
  const { budget, problems, candidates, trials, maxTokens } = config;
  return { rounds: budget.rounds, candidates: problems * Math.max(candidates, trials), maxTokens, weightBytes };
}

/** What a run needs if every output is as long as it may be. A checkpoint is kept for each round, and the one it began with. */
export function runNeeds({ rounds, candidates, maxTokens, weightBytes }: RunPlan): Needs {
  const roundBytes = candidates * (PROMPT_BYTES + maxTokens * BYTES_PER_TOKEN);
  return {
    bytesOnDisk: COPIES * rounds * roundBytes + (rounds + 1) * CHECKPOINT_COPIES * weightBytes,
    bytesInMemory: PROCESS_BYTES + roundBytes + TRAINED_COPIES * weightBytes,
  };
}

/** Bytes that this process may use; a container's limits count. */
export interface Room {
  readonly diskFree: number;
  readonly memory: number;
  readonly memoryFree: number;
}

/** The room for files in `folder`, which need not be there yet, and for this process. @throws record error */
export function roomIn(folder: string): Room {
  const place = existing(resolve(folder));
  const { bavail, bsize } = orExplain(place, () => statfsSync(place));
  // 0, or more than there is, where nothing limits this process.
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const memory = Math.min(totalmem(), limit);
  return { diskFree: bavail * bsize, memory, memoryFree: Math.min(memory, process.availableMemory()) };
}

/**
 * Holds what a run needs against what there is.
 * @returns a warning where memory is there but in use; others may give it back
 * @throws config error where the disk has too little free, or the machine or container too little memory at all
 */
export function requireRoom(folder: string, needs: Needs, room: Room = roomIn(folder)): string | undefined {
  const { bytesOnDisk, bytesInMemory } = needs;
  if (bytesOnDisk > room.diskFree) {
    throw new ProofstillError(
      'config',
      `this run may need ${size(bytesOnDisk)} on disk, and ${size(room.diskFree)} are free`,
      {
        place: folder,
        hint: 'Make room (proofstill runs prune), name a folder on another disk with --run, or ask for less: candidates, maxTokens, rounds.',
      },
    );
  }
  const inMemory = `this run may need ${size(bytesInMemory)} of memory, and`;
  if (bytesInMemory > room.memory) {
    throw new ProofstillError('config', `${inMemory} this process can have ${size(room.memory)}`, {
      place: folder,
      hint: 'Use a larger machine, raise the limit of the container, or ask for less: candidates, maxTokens, a smaller student.',
    });
  }
  return bytesInMemory > room.memoryFree ? `${inMemory} ${size(room.memoryFree)} are free.` : undefined;
}

const size = (bytes: number): string => megabytes(bytes / 1e6);

function existing(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existing(dirname(path));
}
