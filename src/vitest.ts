/** A suite as a vitest test: our engine evaluates, vitest asserts on the finished run. Importing this adds the matchers. */

import { expect } from 'vitest';
import { z } from 'zod';
import { chosenSamples, openAsking } from './asking.ts';
import type { Decision } from './core/decision.ts';
import { isProofstillError, ProofstillError } from './core/errors.ts';
import { decodingSchema, type ModelRecords } from './core/evaluated.ts';
import type { Model } from './core/output.ts';
import { SPLITS } from './core/sample.ts';
import { isSuite, type Suite } from './core/suite.ts';
import type { Score } from './core/verdict.ts';
import { gate } from './gate/gate.ts';
import { type Policy, type PolicyInput, parsePolicy } from './gate/policy.ts';
import { baselineFor, ofPolicies, readPolicies, readsOfAll } from './gate-files.ts';
import { gateAssertion } from './report/decision-assertion.ts';
import { findSuite } from './resolve.ts';
import { LEDGER } from './run/ledger.ts';
import { readMeasurements } from './run/measurement-file.ts';

const optionsSchema = decodingSchema.partial().extend({
  /** A checkpoint directory, `reference`, `replay:<file.jsonl>`, or a model of your own. */
  model: z.custom<Model | string>(isModel, 'expected a model or its reference'),
  /** Which committed samples. */
  split: z.enum(SPLITS).default('holdout'),
  /** Only the first of them. */
  limit: z.int().positive().optional(),
  /** Instead of the committed samples so many new ones, drawn by `seed`. */
  fresh: z.int().positive().optional(),
  /** Share of the outputs that may go unscored before the evaluation ends. */
  maxUnscored: z.number().min(0).max(1).optional(),
  /** Folder to keep every output in; a run that was ended is gone on with. */
  run: z.string().min(1).optional(),
  /** File that counts how often a holdout was read. */
  ledger: z.string().min(1).default(LEDGER),
  signal: z.custom<AbortSignal>().optional(),
});
export type EvaluateSuiteOptions = z.input<typeof optionsSchema>;

/** A model, evaluated on a suite: what the matchers look at. */
export interface FinishedRun extends ModelRecords {
  /** How often its samples were read so far, by the ledger. */
  readonly reads?: Decision['reads'];
}

/**
 * Asks a model every sample of a suite, at the top level of a test file or in `beforeAll`; other tests get their turns.
 * @param suite a suite, the name of a built-in one, or the path of a script that exports one
 * @throws config error for an option that is none; suite, model, verifier or record error as `proofstill evaluate` does
 */
export async function evaluateSuite(suite: Suite | string, options: EvaluateSuiteOptions): Promise<FinishedRun> {
  try {
    return await finished(suite, options);
  } catch (error) {
    throw explained(error);
  }
}

async function finished(suite: Suite | string, options: EvaluateSuiteOptions): Promise<FinishedRun> {
  const { model, signal, run, ledger, split, limit, fresh, maxUnscored, ...decoding } = checkedOptions(options);
  const asked = typeof suite === 'string' ? await findSuite(suite) : suite;
  if (!isSuite(asked)) {
    throw new ProofstillError('config', `expected a suite or its name, got ${typeof asked}`, {
      place: 'evaluateSuite(suite, …)',
      hint: "Name one, 'quadratics', or make one with defineSuite.",
    });
  }
  const samples = chosenSamples(asked, { split, limit, fresh, seed: decoding.seed });
  await using asking = await openAsking({ suite: asked, samples, model, decoding, folder: run, by: 'vitest', ledger });
  await asking.ask(samples, {
    ...(signal ? { signal } : {}),
    ...(maxUnscored === undefined ? {} : { maxUnscored }),
  });
  const evaluations = [asking.evaluated];
  const measurements = run === undefined ? [] : readMeasurements(run);
  return { evaluations, measurements, reads: readsOfAll({ evaluations, measurements }, ledger) };
}

export interface PassGateOptions {
  /** A run, or the path of one or of a baseline. @default proofstill.baseline.jsonl, where it is there */
  readonly baseline?: FinishedRun | string;
}

export interface AsGoodOptions {
  /** How much worse still counts as good: a share, 0 to 1. */
  readonly margin: number;
  /** @default answer */
  readonly score?: Score;
  /** @default all areas together */
  readonly area?: string;
  /** @default 0.95 */
  readonly confidence?: number;
}

/** A policy, for the suite and split of the run where it names none. */
export type RunPolicy = Omit<PolicyInput, 'suite'> & { readonly suite?: string };

declare module 'vitest' {
  interface Matchers<T> {
    /** Passes where every rule of a policy, or of its file, is shown to hold. What cannot be told is no pass. */
    toPassGate(policy: RunPolicy | string, options?: PassGateOptions): void;
    /** Passes where a score is shown not to be worse than the baseline's by `margin` or more, on the same samples. */
    toBeAtLeastAsGoodAs(baseline: FinishedRun | string, options: AsGoodOptions): void;
  }
}

expect.extend({
  toPassGate(received: unknown, policy: RunPolicy | string, { baseline }: PassGateOptions = {}) {
    const policiesFor = (run: FinishedRun): Policy[] =>
      typeof policy === 'string' ? policiesIn(policy, run) : [policyOf(run, policy, 'toPassGate')];
    return judged(received, policiesFor, { baseline, wanted: 'pass its gate' });
  },
  toBeAtLeastAsGoodAs(received: unknown, baseline: FinishedRun | string, options: Partial<AsGoodOptions> = {}) {
    const { margin, score = 'answer', area, ...rest } = options;
    const rules = { [score]: { margin } };
    const policy = { ...rest, ...(area === undefined ? rules : { areas: { [area]: rules } }) };
    const policiesFor = (run: FinishedRun): Policy[] => [policyOf(run, policy, 'toBeAtLeastAsGoodAs')];
    return judged(received, policiesFor, { baseline, wanted: 'be at least as good as its baseline' });
  },
});

interface Judging {
  readonly baseline: FinishedRun | string | undefined;
  /** What the run should do, for the message. */
  readonly wanted: string;
}

function judged(
  received: unknown,
  policiesFor: (run: FinishedRun) => Policy[],
  judging: Judging,
): { pass: boolean; message: () => string } {
  try {
    const run = finishedRun(received, 'expect(run)');
    const policies = policiesFor(run);
    const baseline = baselineOf(judging, policies);
    const { reads = [] } = run;
    const decision = gate({ policies, candidate: run, ...(baseline ? { baseline } : {}), reads, isSubset: true });
    const pass = decision.verdict === 'passed';
    return { pass, message: () => gateAssertion(decision, `${pass ? 'not ' : ''}to ${judging.wanted}`) };
  } catch (error) {
    throw explained(error);
  }
}

function baselineOf({ baseline }: Judging, policies: readonly Policy[]): ModelRecords | undefined {
  if (typeof baseline !== 'object') return baselineFor(policies, baseline);
  return ofPolicies(finishedRun(baseline, 'the baseline'), policies);
}

/** The policies of a file that are of the run's suite. */
function policiesIn(file: string, { evaluations }: FinishedRun): Policy[] {
  const suites = evaluations.map(({ head }) => head.suite.name);
  const policies = readPolicies(file).filter(({ suite }) => suites.includes(suite));
  if (policies.length > 0) return policies;
  throw new ProofstillError('config', `there is no policy for suite ${suites.join(', ')} in this file`, {
    place: file,
    hint: 'Add one, or hand it over: toPassGate({ answer: { floor: 0.9 } })',
  });
}

/** Of the run's own suite and split, where nothing else is said. @throws config error as {@link parsePolicy} */
function policyOf({ evaluations }: FinishedRun, policy: object, place: string): Policy {
  const { suite, split } = evaluations[0]!.head;
  return parsePolicy({ suite: suite.name, split, ...policy }, place)[0]!;
}

/** @throws config error for anything else */
function finishedRun(value: unknown, place: string): FinishedRun {
  const { evaluations } = (value ?? {}) as Partial<FinishedRun>;
  if (Array.isArray(evaluations) && evaluations.length > 0) return value as FinishedRun;
  const found = value instanceof Promise ? 'a promise' : value === null ? 'null' : typeof value;
  throw new ProofstillError('config', `expected a finished run, got ${found}`, {
    place,
    hint: "Await it: const run = await evaluateSuite('quadratics', { model: 'students/nano' });",
  });
}

/** Of an error vitest shows the message and no more: place and mend become part of it. */
function explained(error: unknown): unknown {
  if (!isProofstillError(error)) return error;
  const { place, hint } = error;
  if (place !== undefined) error.message += `\n  at: ${place}`;
  if (hint !== undefined) error.message += `\n fix: ${hint}`;
  return error;
}

function isModel(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  const { fingerprint, generate } = (value ?? {}) as Partial<Model>;
  return typeof fingerprint === 'string' && typeof generate === 'function';
}

function checkedOptions(options: EvaluateSuiteOptions): z.infer<typeof optionsSchema> {
  const checked = optionsSchema.safeParse(options);
  if (checked.success) return checked.data;
  throw new ProofstillError('config', z.prettifyError(checked.error), {
    place: 'evaluateSuite(suite, options)',
    hint: "For example: evaluateSuite('quadratics', { model: 'students/nano', fresh: 200 })",
  });
}
