/**
 * One evaluation as a file holds it, a head and then a line for each attempt, and as figures need it: without the texts,
 * so that a hundred thousand attempts fit into little memory.
 */

import { z } from 'zod';
import { deviceSchema, type Measurement, PRECISIONS, SCHEMA } from './records.ts';
import { SPLITS } from './sample.ts';
import type { Verdict } from './verdict.ts';

const count = z.int().nonnegative();
const versioned = z.strictObject({ name: z.string(), version: z.string() });

/** How outputs were drawn; what is gated is what will be deployed, so this is part of what a figure means. */
export const decodingSchema = z.strictObject({
  /** Outputs for each sample. */
  attempts: z.int().positive(),
  maxTokens: z.int().positive(),
  /** 0 is greedy. */
  temperature: z.number().nonnegative(),
  topP: z.number().positive(),
  seed: count,
  /** Of a student's network. */
  precision: z.enum(PRECISIONS).exactOptional(),
});
export type Decoding = z.infer<typeof decodingSchema>;

/** First line of an evaluation's file: of what suite and what model the lines below it are. Holds no clock time. */
export const headSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  kind: z.literal('evaluation'),
  suite: versioned.extend({
    areas: z.array(z.string()),
    /** Probability, 0 to 1, that a guess is right. */
    chance: z.number(),
  }),
  verifier: versioned,
  split: z.enum(SPLITS),
  /** The samples asked: how many, of how many that the suite has of this split, and the hash of their ids and problems in order. */
  samples: z.strictObject({ n: count, of: count, hash: z.string() }),
  model: z.strictObject({
    /** As a person named it. */
    reference: z.string(),
    /** By content: `student:<SHA-256 of the checkpoint>:fp32`. */
    fingerprint: z.string(),
  }),
  /** Absent where another tool asked the model and does not say. */
  decoding: decodingSchema.exactOptional(),
  /** Name to version of what made the outputs, such as `proofstill`, `node` or `inspect_ai`. */
  versions: z.record(z.string(), z.string()),
  device: deviceSchema.omit({ load: true }).exactOptional(),
});
export type EvaluationHead = z.infer<typeof headSchema>;

/** One attempt's scores. */
export interface ScoredAttempt {
  readonly sample: string;
  readonly area: string;
  /** From 0. */
  readonly attempt: number;
  /** Without answer and details: attempts judged alike may share one object. */
  readonly verdict: Verdict;
  /** As it was read out of the output; absent where none was found. */
  readonly answer?: string;
  /** Cut off by the token limit. */
  readonly isTruncated: boolean;
  /** Short hash of prompt and expected answer: samples of one id are paired only where this is the same too. */
  readonly problem: string;
}

/** An evaluation read back. **Shapes**: attempts in the order of the file, sample by sample. */
export interface Evaluated {
  /** Where it was read, for messages. */
  readonly source: string;
  readonly head: EvaluationHead;
  readonly attempts: readonly ScoredAttempt[];
}

/** What is known of one model: an evaluation for each suite that it was asked, and what it costs on a device. */
export interface ModelRecords {
  readonly evaluations: readonly Evaluated[];
  readonly measurements: readonly Measurement[];
}
