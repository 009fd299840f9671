/** The rules that a checkpoint must hold to be accepted: data only, so that it can come from a file of the base branch. */

import { z } from 'zod';
import { ProofstillError } from '../core/errors.ts';
import { decodingSchema } from '../core/evaluated.ts';
import { SPLITS } from '../core/sample.ts';
import { SCORES } from '../core/verdict.ts';

const between = z.number().gt(0).lt(1);

const scoreSchema = z.strictObject({
  /** The rate is at least this. */
  floor: between.exactOptional(),
  /** The rate is not worse than the baseline's by this share or more. */
  margin: between.exactOptional(),
});
const scoresSchema = z.strictObject({
  answer: scoreSchema.exactOptional(),
  format: scoreSchema.exactOptional(),
  trace: scoreSchema.exactOptional(),
});
export type ScoreRules = z.infer<typeof scoresSchema>;

const ceiling = z.number().positive().exactOptional();

const latencySchema = z.strictObject({
  p50Ms: ceiling,
  p95Ms: ceiling,
  p99Ms: ceiling,
  p50Ratio: ceiling,
  p95Ratio: ceiling,
  p99Ratio: ceiling,
});

const policySchema = scoresSchema.extend({
  suite: z.string().min(1),
  split: z.enum(SPLITS).default('holdout'),
  /** Of every one-sided bound. */
  confidence: z.number().gt(0.5).lt(1).default(0.95),
  /** Rules of single areas, beside those of all areas together. */
  areas: z.record(z.string(), scoresSchema).default({}),
  /** Of whole answers: milliseconds on the device where it was measured, and ratios to the baseline, calibrated. */
  latency: latencySchema.default({}),
  /** Of the files that a device needs. */
  size: z.strictObject({ maxMb: ceiling }).default({}),
  /** Share of the samples that nobody could judge. */
  unscored: z.strictObject({ max: z.number().min(0).lt(1) }).default({ max: 0.01 }),
  /** What will be deployed: an evaluation that was decoded otherwise is refused. */
  decoding: decodingSchema.partial().default({}),
  /** Of recorded outputs that are generated anew: the share that may come out differently. */
  recorded: z.strictObject({ maxDifferent: z.number().min(0).lt(1) }).default({ maxDifferent: 0 }),
});
/** The policy of one suite, with every default. */
export type Policy = z.infer<typeof policySchema>;
/** As people write it. */
export type PolicyInput = z.input<typeof policySchema>;

/** What may be written at any depth, for whoever mistypes one. */
export const POLICY_KEYS: readonly string[] = [policySchema, scoreSchema, latencySchema].flatMap(({ shape }) =>
  Object.keys(shape),
);

const HINT = 'A policy looks like: {"suite":"quadratics","answer":{"floor":0.9,"margin":0.05},"latency":{"p95Ms":300}}';

/**
 * Checks what a policy file holds: one policy, or a list with one for each suite.
 * @param place named in errors
 * @throws config error for an unknown key, a limit that is no number in its range, a policy without a rule, or two of one suite
 */
export function parsePolicy(value: unknown, place: string): Policy[] {
  const one = Array.isArray(value) ? z.array(policySchema).min(1) : policySchema;
  const checked = one.safeParse(value);
  if (!checked.success) {
    throw new ProofstillError('config', z.prettifyError(checked.error), { place, hint: HINT });
  }
  const policies = Array.isArray(checked.data) ? checked.data : [checked.data];
  for (const [index, { suite, ...policy }] of policies.entries()) {
    if (policies.findIndex((other) => other.suite === suite) !== index) {
      throw new ProofstillError('config', `there are two policies for suite ${suite}`, { place, hint: 'Keep one.' });
    }
    if (!hasRule(policy)) {
      throw new ProofstillError('config', `the policy of suite ${suite} has no rule, so it would pass anything`, {
        place,
        hint: HINT,
      });
    }
  }
  return policies;
}

/** Whether a policy holds a model against a baseline. */
export function hasMargin({ areas, ...policy }: Policy): boolean {
  return [policy, ...Object.values(areas)].some((rules) => SCORES.some((score) => rules[score]?.margin !== undefined));
}

function hasRule({ answer, format, trace, areas, latency, size }: Omit<Policy, 'suite'>): boolean {
  const scores = [{ answer, format, trace }, ...Object.values(areas)].flatMap((rules) => Object.values(rules));
  return [...scores, latency, size].some((rules) => Object.values(rules ?? {}).some((limit) => limit !== undefined));
}
