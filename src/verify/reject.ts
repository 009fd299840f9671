/** Rejection sampling: which of a teacher's outputs may a student learn from. Every stage is asked, whatever another one found. */

import type { Output } from '../core/output.ts';
import { type Candidate, type Failure, REJECTION_STAGES, type RejectionStage } from '../core/records.ts';
import type { Sample } from '../core/sample.ts';
import type { Suite } from '../core/suite.ts';
import { type Check, type Score, type Verdict, type Verifier, type VerifyOptions, verdictOf } from '../core/verdict.ts';
import { ALL_STAGES, isRejected, type Rejection, type SettleOptions, settle } from './settle.ts';
import { verifyOutput } from './verify.ts';

/** Who judges. */
export interface Judges {
  readonly suite: Pick<Suite, 'verify' | 'judge'>;
  /** Asked where the suite's own verifier has no check of that name: `readable` of `proofstill/verifiers`. */
  readonly readable?: Verifier | undefined;
}

/** What the stages found in one output. */
export interface Inspected {
  readonly verdict: Verdict;
  /** `name@version` of whoever judged. */
  readonly verifier: string;
  /** In the order of stages; those of `person` say why somebody should look, and are no verdict. */
  readonly failures: Failure[];
}

export interface InspectOptions extends Judges {
  /** @default every stage, and nobody is asked to look */
  readonly rejection?: Rejection;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Judges an output once, with policy `select`, and sorts what was found by stage. How an output ended is the business of
 * stage `complete` alone: the verifier is shown the text as if it had ended by itself, so that each stage can be switched
 * off for itself. What could not be scored fails at the stage of its score: nobody vouches for it.
 * @throws ProofstillError `interrupted` once the signal is aborted.
 */
export async function inspect(
  sample: Sample,
  output: Output,
  { suite, readable, rejection = ALL_STAGES, signal }: InspectOptions,
): Promise<Inspected> {
  const whole: Output = { ...output, finishReason: 'stop' };
  const asked: VerifyOptions = { policy: 'select', ...(signal ? { signal } : {}) };
  const own = await verifyOutput(suite.verify, sample, whole, asked);
  const extra = own.checks.some(({ name }) => name === READABLE) ? undefined : readable;
  const checks = extra ? [...own.checks, ...(await verifyOutput(extra, sample, whole, asked)).checks] : own.checks;
  const found = [...incomplete(output), ...failuresOf(checks)];
  const isPassing = !isRejected(found, rejection);
  const doubts =
    isPassing && rejection.person !== 'off' ? await doubtsAbout(sample, whole, { judge: suite.judge, asked }) : [];
  return {
    verdict: extra ? verdictOf(checks, own.answer) : own,
    verifier: [suite.verify, ...(extra ? [extra] : [])].map(({ name, version }) => `${name}@${version}`).join('+'),
    failures: inOrderOfStages([...found, ...doubts]),
  };
}

/** The same, in the order of stages and, within one, as they come. */
export function inOrderOfStages(failures: readonly Failure[]): Failure[] {
  return REJECTION_STAGES.flatMap((stage) => failures.filter((failure) => failure.stage === stage));
}

export type RejectOptions = InspectOptions & Partial<SettleOptions>;

/** What became of one output. */
export type Judged = Inspected & Pick<Candidate, 'fate'>;

/**
 * Judges the outputs for one problem and keeps some of those that pass every stage that is switched on: by default the
 * shortest. **Shapes**: `outputs` in order of attempts from 0; the result has the same order and length.
 * @throws as {@link inspect}
 */
export async function reject(
  sample: Sample,
  outputs: readonly Output[],
  options: RejectOptions,
): Promise<readonly Judged[]> {
  const { rejection = ALL_STAGES, keep = 1, selection = 'shortest', review } = options;
  const rows = [];
  for (const [attempt, output] of outputs.entries()) {
    rows.push({ id: sample.id, attempt, output, ...(await inspect(sample, output, options)) });
  }
  const settled = settle(rows, { rejection, keep, selection, ...(review ? { review } : {}) });
  return settled.map(({ verdict, verifier, failures, fate }) => ({ verdict, verifier, failures, fate }));
}

const READABLE = 'readable';
const STAGE_OF_SCORE: Record<Score, RejectionStage> = { format: 'template', answer: 'answer', trace: 'trace' };

function incomplete({ finishReason, served }: Output): Failure[] {
  if (finishReason === 'stop' && served?.refusal === undefined) return [];
  const reasons = { stop: 'refused', length: 'truncated', cancelled: 'cancelled', filtered: 'filtered' } as const;
  const reason = served?.refusal === undefined ? reasons[finishReason] : 'refused';
  return [{ stage: 'complete', check: 'finish-reason', reason }];
}

function failuresOf(checks: readonly Check[]): Failure[] {
  if (checks.length === 0) return [{ stage: 'answer', check: 'verdict', reason: 'no-check' }];
  return checks
    .filter(({ status }) => status !== 'pass')
    .map(({ name, score, status, reason }) => ({
      stage: name === READABLE ? 'readable' : STAGE_OF_SCORE[score],
      check: name,
      reason: reason ?? status,
    }));
}

/** Why a person should look at what passed. */
async function doubtsAbout(
  sample: Sample,
  output: Output,
  { judge, asked }: { judge: Verifier | undefined; asked: VerifyOptions },
): Promise<Failure[]> {
  const doubts: Failure[] = [];
  const status = judge && (await verifyOutput(judge, sample, output, asked)).status;
  if (judge && status !== 'pass') {
    const reason = status === 'fail' ? 'judge-disagrees' : 'judge-undecided';
    doubts.push({ stage: 'person', check: judge.name, reason });
  }
  if (sample.meta?.['doubtful'] === true) {
    doubts.push({ stage: 'person', check: 'expected', reason: 'doubtful-expected' });
  }
  return doubts;
}
