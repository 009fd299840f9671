/** What a gate decided and on which figures: `gate.json`, from which terminal, JUnit, job summary and comment are made. */

import { z } from 'zod';
import { SCHEMA } from './records.ts';
import { SCORES } from './verdict.ts';

const count = z.int().nonnegative();
const figure = z.number().nullable();

/** `inconclusive`: the records can tell neither way. It is never taken for a pass. */
export const GATE_VERDICTS = ['passed', 'failed', 'inconclusive'] as const;
export type GateVerdict = (typeof GATE_VERDICTS)[number];

/**
 * `floor`: a score's rate is at least a limit. `margin`: it is not worse than the baseline's by more than a limit.
 * `latency` (milliseconds) and `latencyRatio` (to the baseline's, both in units of their calibration workload): a quantile of
 * whole answers is at most a limit. `size`: megabytes are at most a limit. `unscored`: the share that nobody could judge is
 * at most a limit. `recorded`: recorded outputs are those that the model gives.
 */
export const RULES = ['floor', 'margin', 'latency', 'latencyRatio', 'size', 'unscored', 'recorded'] as const;

/** One rule of a policy, held against the records. */
export const ruleSchema = z.strictObject({
  rule: z.enum(RULES),
  suite: z.string(),
  /** `null`: over all areas. */
  area: z.string().nullable(),
  /** Of floors and margins. */
  score: z.enum(SCORES).nullable(),
  /** What must hold, in words: `answer at least 90%`. */
  claim: z.string(),
  /** In the unit of the rule: a share of 0 to 1, milliseconds, a ratio, megabytes. */
  limit: z.number(),
  /** What was found, and its one-sided bounds at the policy's confidence; `null` where there is none. A margin's is the difference. */
  value: figure,
  low: figure,
  high: figure,
  /** Samples, pairs, or measured answers that it rests on. */
  n: count,
  verdict: z.enum(GATE_VERDICTS),
  /** Why, in one sentence with the figures. */
  because: z.string(),
  /** Further samples that would decide it if the rates stay as they are; `null` where it is decided or none can be named. */
  more: count.nullable(),
});
export type RuleResult = z.infer<typeof ruleSchema>;

/** What a side of a decision was: a model, as it was evaluated on a suite. */
const sideSchema = z.strictObject({
  suite: z.string(),
  version: z.string(),
  split: z.string(),
  /** As a person named it, and by content. */
  model: z.string(),
  fingerprint: z.string(),
  /** Samples, and attempts at each. */
  n: count,
  attempts: count,
  /** How outputs were drawn, in words: `greedy, at most 256 tokens, fp32`. */
  decoding: z.string(),
});

/** A sample whose answer the baseline had right and the candidate has wrong. Ids and reason codes only: holdout texts stay hidden. */
const brokenSchema = z.strictObject({ suite: z.string(), area: z.string(), sample: z.string(), reason: z.string() });

export const decisionSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  verdict: z.enum(GATE_VERDICTS),
  /** Of each one-sided bound, 0 to 1. */
  confidence: z.number(),
  /** SHA-256 of the policy. */
  policy: z.string(),
  candidate: z.array(sideSchema),
  /** Empty where no rule compares. */
  baseline: z.array(sideSchema),
  rules: z.array(ruleSchema),
  /** By suite: answers newly right and newly wrong beside the baseline. */
  changes: z.array(z.strictObject({ suite: z.string(), n: count, fixed: count, broken: count, p: z.number() })),
  /** Newly wrong, in the order of the suite; at most 1,000. */
  broken: z.array(brokenSchema),
  /** Smallest drop that the pairs at hand would have shown with 80% probability, by suite: a share. */
  detectable: z.array(z.strictObject({ suite: z.string(), n: count, drop: z.number() })),
  /** How often each set of samples was read so far, and by how many different models. */
  reads: z.array(z.strictObject({ suite: z.string(), set: z.string(), reads: count, models: count })),
  /** What a reader should know, a sentence each: a different device, an old verifier. */
  notes: z.array(z.string()),
});
export type Decision = z.infer<typeof decisionSchema>;
