/** `proofstill gate --until-decided`: asks both models sample after sample, and stops as soon as the figures decide. */

import { join } from 'node:path';
import { type Asking, openAsking } from '../asking.ts';
import type { Decision } from '../core/decision.ts';
import { ProofstillError } from '../core/errors.ts';
import type { Evaluated } from '../core/evaluated.ts';
import type { Sample } from '../core/sample.ts';
import { randomStream } from '../core/seed.ts';
import type { Suite } from '../core/suite.ts';
import { gate } from '../gate/gate.ts';
import { hasMargin, type Policy } from '../gate/policy.ts';
import { readsOfAll } from '../gate-files.ts';
import { freshSamples } from '../generate/fresh.ts';
import { findSuite } from '../resolve.ts';
import { LEDGER } from '../run/ledger.ts';
import { readMeasurements } from '../run/measurement-file.ts';
import type { CliContext } from './context.ts';
import { required } from './flags.ts';
import { type ProgressView, progressView } from './progress.ts';

/** Samples between two looks at the figures: as many as a student answers side by side. */
const BATCH = 64;
/** An equal model needs some 1,500 pairs for a margin of two points; looking as one goes costs about as much again. */
const MAX_SAMPLES = 5000;

export interface UntilDecidedFlags {
  readonly model?: string;
  readonly baselineModel?: string;
  readonly maxSamples?: number;
  readonly seed?: number;
  readonly suite?: string;
  readonly ledger?: string;
}

/** @throws config error for several policies, or without the models that they need */
export async function gateUntilDecided(
  context: CliContext,
  flags: UntilDecidedFlags,
  { policies, run }: { policies: readonly Policy[]; run: string },
): Promise<Decision> {
  const [policy, ...others] = policies;
  if (!policy || others.length > 0) {
    throw new ProofstillError(
      'config',
      `--until-decided gates one suite at a time, and the policy has ${policies.length}`,
      {
        place: '--policy',
        hint: 'Name a file with one policy.',
      },
    );
  }
  const suite = await findSuite(flags.suite ?? policy.suite);
  const samples = samplesFor(suite, policy, flags);
  const { temperature, topP, maxTokens, precision } = policy.decoding;
  const decoding = { temperature, topP, maxTokens, precision, seed: flags.seed };
  const common = { suite, samples, decoding, by: 'gate', ledger: flags.ledger };
  const model = required(flags.model, '--model');
  const baselineModel = hasMargin(policy) ? required(flags.baselineModel, '--baseline-model') : flags.baselineModel;
  await using candidate = await openAsking({ ...common, model, folder: run });
  await using baseline =
    baselineModel === undefined
      ? undefined
      : await openAsking({ ...common, model: baselineModel, folder: join(run, 'baseline') });
  const progress = progressView(context.process);
  const { maxSamples = MAX_SAMPLES } = flags;
  if (samples.length < maxSamples) progress.say(`There are only ${samples.length} ${policy.split} samples to ask.`);
  progress.stage(`Gate ${model} on up to ${samples.length} samples of ${suite.name}`);
  try {
    const { ledger = LEDGER } = flags;
    return await decided(context, { policy, samples, run, candidate, baseline, ledger, progress });
  } finally {
    progress.end();
  }
}

/** New problems where the suite makes them, else the committed ones, in random order. */
function samplesFor(
  suite: Suite,
  { split }: Policy,
  { maxSamples = MAX_SAMPLES, seed = 1 }: UntilDecidedFlags,
): Sample[] {
  const samples =
    suite.problem && split !== 'stretch'
      ? freshSamples({ suite, split, count: maxSamples, seed })
      : randomStream(seed, 'gate', 'order')
          .shuffle(suite.samples.filter((sample) => sample.split === split))
          .slice(0, maxSamples);
  if (samples.length > 0) return samples;
  throw new ProofstillError('suite', `suite ${suite.name} has no ${split} samples to decide on`, {
    place: `suite ${suite.name}`,
    hint: 'Widen the ranges of problem(area, random), or gate a finished run.',
  });
}

async function decided(
  { signal }: CliContext,
  {
    policy,
    samples,
    run,
    candidate,
    baseline,
    ledger,
    progress,
  }: {
    policy: Policy;
    samples: readonly Sample[];
    run: string;
    candidate: Asking;
    baseline: Asking | undefined;
    ledger: string;
    progress: ProgressView;
  },
): Promise<Decision> {
  const measurements = readMeasurements(run);
  for (let end = BATCH; ; end += BATCH) {
    const batch = samples.slice(end - BATCH, end);
    await candidate.ask(batch, { signal });
    await baseline?.ask(batch, { signal });
    const records = { evaluations: [upTo(end, candidate)], measurements };
    const decision = gate({
      policies: [policy],
      isSequential: true,
      reads: readsOfAll(records, ledger),
      candidate: records,
      ...(baseline ? { baseline: { evaluations: [upTo(end, baseline)], measurements: [] } } : {}),
    });
    progress.update(Math.min(end, samples.length), samples.length, decision.verdict);
    const isOpen = decision.rules.some(
      ({ rule, verdict }) => (rule === 'floor' || rule === 'margin') && verdict === 'inconclusive',
    );
    if (decision.verdict === 'failed' || !isOpen || end >= samples.length) return decision;
  }
}

/** What an earlier, interrupted run has beyond this moment is not looked at yet, or it would decide otherwise. */
function upTo(end: number, { evaluated }: Asking): Evaluated {
  return { ...evaluated, attempts: evaluated.attempts.slice(0, end) };
}
