/**
 * What each stage writes and reads back, as versioned zod schemas: the only thing that stages have in common. Records
 * that must be the same for the same seed hold no timings; measurements and rounds' `seconds` hold nothing else.
 */

import { z } from 'zod';
import { FINISH_REASONS } from './output.ts';
import { SCORES } from './verdict.ts';

/** Raised when a record's shape changes; every line carries it. */
export const SCHEMA = 1;

const schema = z.literal(SCHEMA);
const count = z.int().nonnegative();
const milliseconds = z.number().positive();
const status = z.enum(['pass', 'fail', 'unscored']);
const byArea = <T extends z.ZodType>(value: T) => z.record(z.string(), value);

export const verdictSchema = z.strictObject({
  status,
  reason: z.string().optional(),
  answer: z.string().optional(),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      score: z.enum(SCORES),
      status,
      reason: z.string().optional(),
      detail: z.string().optional(),
    }),
  ),
});

const recordedOutput = z.strictObject({
  text: z.string(),
  finishReason: z.enum(FINISH_REASONS),
  tokens: z.strictObject({ in: count, out: count }),
});

/** A line of `evaluations/<name>.jsonl`: one attempt at one sample, judged. */
export const evaluationSchema = z.strictObject({
  schema,
  sample: z.string(),
  area: z.string(),
  prompt: z.string(),
  expected: z.string().optional(),
  attempt: count,
  output: recordedOutput,
  verdict: verdictSchema,
  /** The second judge's verdict, where the suite has one. */
  judge: verdictSchema.optional(),
});
export type Evaluation = z.infer<typeof evaluationSchema>;

/** The stages that a candidate must pass, in order; `person` looks at what passed all others. */
export const REJECTION_STAGES = ['complete', 'template', 'answer', 'trace', 'readable', 'person'] as const;
export type RejectionStage = (typeof REJECTION_STAGES)[number];

/** What one check of one stage had against a candidate. */
const failureSchema = z.strictObject({ stage: z.enum(REJECTION_STAGES), check: z.string(), reason: z.string() });
export type Failure = z.infer<typeof failureSchema>;

/** As `Served` in output.ts. */
export const servedSchema = z.strictObject({
  provider: z.string(),
  model: z.string(),
  promptHash: z.string(),
  usd: z.number().nullable(),
  reasoningTokens: count.exactOptional(),
  cachedTokens: count.exactOptional(),
  requests: count,
  refusal: z.string().exactOptional(),
});

/** A line of `candidates/round-<n>.jsonl`: one teacher output for one problem, how it came about, and what became of it. */
export const candidateSchema = z.strictObject({
  schema,
  /** The problem's name in this run: candidates of one problem share it. */
  id: z.string(),
  key: z.string(),
  area: z.string(),
  prompt: z.string(),
  expected: z.string().exactOptional(),
  attempt: count,
  output: recordedOutput,
  /** The teacher's fingerprint. */
  teacher: z.string(),
  decoding: z.strictObject({ temperature: z.number(), topP: z.number(), maxTokens: count, seed: count }),
  /** `name@version` of the suite's verifier, and with a `+` of whoever judged what that does not. */
  verifier: z.string(),
  /** Of a teacher behind an endpoint. */
  served: servedSchema.exactOptional(),
  /** The attempt that this one is a shorter rewriting of, and that one's output tokens. */
  condensed: z.strictObject({ from: count, tokens: count }).exactOptional(),
  /**
   * `kept` goes into the dataset; `spare` passed, but others of the problem were chosen; `waiting` passed all stages but the
   * person's, and nobody has looked at it yet.
   */
  fate: z.enum(['kept', 'spare', 'waiting', 'rejected']),
  /**
   * Every stage that found fault, also where that stage is switched off; the first one that is on rejected it. Those of
   * `person` say why somebody should look, or (check `review`) that somebody refused it.
   */
  failures: z.array(failureSchema),
});
export type Candidate = z.infer<typeof candidateSchema>;

/** A line of `reviews.jsonl`: what a person decided about a candidate. The last decision about one text counts. */
export const reviewSchema = z
  .strictObject({
    schema,
    /** The candidate's problem and attempt. */
    id: z.string(),
    attempt: count,
    /** SHA-256 of the text that was looked at. */
    hash: z.string(),
    /** `undo` withdraws the last decision about the same text. */
    decision: z.enum(['accept', 'reject', 'edit', 'undo']),
    /** What an edit made of the text: it passed the suite's verifier before it was recorded. */
    text: z.string().exactOptional(),
    note: z.string().exactOptional(),
    at: z.iso.datetime(),
  })
  .refine(({ decision, text }) => (decision === 'edit') === (text !== undefined), {
    message: 'expected a text with an edit, and with nothing else',
  });
export type Review = z.infer<typeof reviewSchema>;

/** A line of `datasets/round-<n>.jsonl`: what the student is to say to a prompt. */
export const datasetRowSchema = z.strictObject({
  schema,
  key: z.string(),
  area: z.string(),
  prompt: z.string(),
  text: z.string(),
  /** The candidate that it came from, `<problem id>#<attempt>`; absent for rows that the student brings. */
  from: z.string().exactOptional(),
});
export type DatasetRow = z.infer<typeof datasetRowSchema>;

const proportionSchema = z.strictObject({
  value: z.number().nullable(),
  n: count,
  low: z.number().nullable(),
  high: z.number().nullable(),
  unscored: count,
});
const scoresSchema = z.strictObject({ answer: proportionSchema, format: proportionSchema, trace: proportionSchema });
export type Scores = z.infer<typeof scoresSchema>;

/** Scores of one split, over all areas and area by area. */
export const scoreboardSchema = z.strictObject({ overall: scoresSchema, areas: byArea(scoresSchema) });
export type Scoreboard = z.infer<typeof scoreboardSchema>;

/** Milliseconds at the 50th, 95th and 99th percentile of `n` observations. */
const latencySchema = z.strictObject({ n: count, p50Ms: z.number(), p95Ms: z.number(), p99Ms: z.number() });
export type Latency = z.infer<typeof latencySchema>;

export const deviceSchema = z.strictObject({
  processor: z.string(),
  cores: count,
  memoryGb: z.number(),
  platform: z.string(),
  node: z.string(),
  onnxruntime: z.string(),
  /** Mean number of runnable processes over the last minute, when the measurement began. */
  load: z.number(),
});
export type Device = z.infer<typeof deviceSchema>;

export const PRECISIONS = ['fp32', 'int8'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** `measurements/<checkpoint>-<precision>-<suite>.json`: what one checkpoint costs on this device, one answer at a time. */
export const measurementSchema = z
  .strictObject({
    schema,
    /** As a person or a run names it. */
    checkpoint: z.string(),
    /** Whose prompts were answered: what an answer costs differs between them. */
    suite: z.string(),
    /** What answered, by content, as `Model.fingerprint` gives it. */
    fingerprint: z.string(),
    precision: z.enum(PRECISIONS),
    threads: z.int().positive(),
    /** How answers were drawn: greedily, up to a limit. */
    decoding: z.strictObject({ temperature: z.literal(0), maxTokens: z.int().positive() }),
    device: deviceSchema,
    firstToken: latencySchema,
    interToken: latencySchema,
    /** A whole answer, from the prompt's text to the last token. */
    whole: latencySchema,
    /** Every whole answer's milliseconds, in the order in which they were given. */
    wholeMs: z.array(milliseconds),
    /** Answers cut off by the token limit: their milliseconds are what they took at least. */
    truncated: count,
    /** A fixed piece of work, done once before each answer: `ms[i]` before the answer of `wholeMs[i]`, none of it part of that. */
    calibration: z.strictObject({ workload: z.string(), ms: z.array(milliseconds) }),
    tokensPerSecond: z.number(),
    tokensPerAnswer: z.number(),
    loadMs: z.number(),
    /** Highest resident memory of a process that does nothing but answer and calibrate; calibration takes some 16 MB of it. */
    peakMemoryMb: z.number(),
    /** Of the files that a device needs: network and tokenizer. */
    sizeMb: z.number(),
  })
  .refine(({ whole, wholeMs, calibration }) => wholeMs.length === whole.n && calibration.ms.length === whole.n, {
    message: 'expected as many answers and calibrations as whole.n says',
  })
  .refine(({ whole, truncated }) => truncated <= whole.n, { message: 'expected at most whole.n truncated answers' });
export type Measurement = z.infer<typeof measurementSchema>;

/** One training step's figures: mean loss per learnt token in nats, learning rate, gradient norm before clipping. */
export const stepSchema = z.strictObject({
  step: count,
  loss: z.number(),
  learningRate: z.number(),
  gradientNorm: z.number(),
});
export type Step = z.infer<typeof stepSchema>;

/** One turn of the loop, as `rounds.jsonl` keeps it and the report draws it. */
export const roundSchema = z.strictObject({
  schema,
  round: z.int().positive(),
  /** The student on fresh steer samples before this round's training. */
  steer: scoreboardSchema,
  /** Problems given to each area, from its expected deficit. */
  allocation: byArea(count),
  /** Candidates drawn, kept and lost, by area; `lost` names stage, check and reason, most frequent first. The others are spare. */
  candidates: z.strictObject({
    drawn: byArea(count),
    kept: byArea(count),
    /** For a person; absent where none do. */
    waiting: byArea(count).exactOptional(),
    lost: z.array(failureSchema.extend({ area: z.string(), count })),
  }),
  dataset: z.strictObject({
    /** All that was learnt, `general` included. */
    rows: count,
    general: count,
    duplicates: count,
    nearDuplicates: count,
    contaminated: count,
    tooLong: count,
    /** Absent where there is none. */
    templateLost: count.exactOptional(),
    hash: z.string(),
  }),
  training: z.strictObject({ steps: count, tokens: count, curve: z.array(stepSchema) }),
  checkpoint: z.strictObject({ path: z.string(), hash: z.string() }),
  seconds: z.strictObject({ evaluate: z.number(), generate: z.number(), train: z.number(), measure: z.number() }),
  p95Ms: z.number(),
});
export type Round = z.infer<typeof roundSchema>;

const holdoutSchema = z.strictObject({ holdout: scoresSchema, areas: byArea(scoresSchema) });

/** Why the loop ended. */
export const STOPS = ['targets-met', 'rounds', 'minutes', 'plateau', 'spend'] as const;
export type Stop = (typeof STOPS)[number];

/** `summary.json`, and what `distill --json` prints: the whole run in one document. */
export const summarySchema = z.strictObject({
  schema,
  seed: count,
  suites: z.array(z.string()),
  teacher: holdoutSchema,
  before: holdoutSchema,
  after: holdoutSchema,
  /** The last look at steer, for the gap between what the loop saw and what it is judged on. */
  steer: scoreboardSchema,
  /** Harder problems than the targets ask for; reported, never gated. */
  stretch: z.strictObject({ before: scoresSchema, after: scoresSchema }).optional(),
  /** Before and after, paired on the same holdout samples. */
  paired: z.strictObject({ fixed: count, broken: count, p: z.number() }),
  /** Share of holdout samples, both answered, on which the student gives the teacher's answer. */
  agreement: proportionSchema,
  /** Samples on which verifier and second judge disagree, by evaluation. */
  judges: z.array(z.strictObject({ evaluation: z.string(), sample: z.string(), verifier: status, judge: status })),
  latency: z.strictObject({
    p50Ms: z.number(),
    p95Ms: z.number(),
    p99Ms: z.number(),
    tokensPerSecond: z.number(),
    precision: z.enum(PRECISIONS),
    threads: count,
    device: deviceSchema,
  }),
  targets: z.strictObject({ answer: z.number(), p95Ms: z.number() }),
  targetsMet: z.boolean(),
  stoppedBecause: z.enum(STOPS),
  rounds: count,
  wallSeconds: z.number(),
  checkpoint: z.string(),
  /** SHA-256 of the checkpoint's weights. */
  checkpointHash: z.string(),
  report: z.string(),
});
export type Summary = z.infer<typeof summarySchema>;
