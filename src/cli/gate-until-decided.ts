/** `proofstill gate --until-decided`: asks both models sample after sample, and stops as soon as the figures decide. */

import { join } from 'node:path';
import type { Decision } from '../core/decision.ts';
import { ProofstillError } from '../core/errors.ts';
import type { Decoding, EvaluationHead, ModelRecords } from '../core/evaluated.ts';
import type { Model } from '../core/output.ts';
import type { Sample } from '../core/sample.ts';
import { randomStream } from '../core/seed.ts';
import type { Suite } from '../core/suite.ts';
import { evaluate, evaluationKey } from '../evaluate/evaluate.ts';
import { evaluationHead } from '../evaluate/head.ts';
import { gate } from '../gate/gate.ts';
import { hasMargin, type Policy } from '../gate/policy.ts';
import { freshSamples } from '../generate/fresh.ts';
import { type EvaluationFile, openEvaluation } from '../run/evaluation-file.ts';
import { makeFolder, orExplain } from '../run/files.ts';
import { LEDGER, noteRead } from '../run/ledger.ts';
import { takeLock } from '../run/lock.ts';
import { readMeasurements } from '../run/measurement-file.ts';
import { VERSION } from '../run/version.ts';
import type { CliContext } from './context.ts';
import { fileName } from './evaluate.ts';
import { required } from './flags.ts';
import { type ProgressView, progressView } from './progress.ts';
import { findModel, findSuite, isCheckpoint } from './resolve.ts';

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

interface Contender {
  readonly model: Model;
  readonly file: EvaluationFile;
  readonly head: EvaluationHead;
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
  const baseline = hasMargin(policy) ? required(flags.baselineModel, '--baseline-model') : flags.baselineModel;
  const references = { candidate: required(flags.model, '--model'), baseline };
  orExplain(run, () => makeFolder(run));
  const release = takeLock(join(run, 'lock'));
  const progress = progressView(context.process);
  const open: Contender[] = [];
  try {
    for (const [role, reference] of Object.entries(references)) {
      if (reference !== undefined) open.push(await contender(reference, { policy, suite, samples, run, role, flags }));
    }
    progress.stage(`Gate ${references.candidate} on up to ${samples.length} samples of ${suite.name}`);
    return await decided(context, { policy, suite, samples, run, open, progress });
  } finally {
    progress.end();
    for (const { model, file } of open) {
      file.close();
      await model.close();
    }
    release();
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

async function contender(
  reference: string,
  {
    policy,
    suite,
    samples,
    run,
    role,
    flags,
  }: {
    policy: Policy;
    suite: Suite;
    samples: readonly Sample[];
    run: string;
    role: string;
    flags: UntilDecidedFlags;
  },
): Promise<Contender> {
  const { temperature = 0, topP = 1, maxTokens = 256, precision = 'fp32' } = policy.decoding;
  const model = await findModel(reference, suite, precision);
  const decoding: Decoding = {
    attempts: 1,
    maxTokens,
    temperature,
    topP,
    seed: flags.seed ?? 1,
    ...(isCheckpoint(reference) ? { precision } : {}),
  };
  const head = evaluationHead({
    suite,
    samples,
    model: { reference, fingerprint: model.fingerprint },
    decoding,
    versions: { proofstill: VERSION, node: process.versions.node },
  });
  const folder = join(run, ...(role === 'baseline' ? ['baseline'] : []), 'evaluations');
  orExplain(folder, () => makeFolder(folder));
  const file = openEvaluation(join(folder, `${fileName(suite.name)}.jsonl`), head);
  if (policy.split === 'holdout' && file.attempts.length === 0) noteRead(flags.ledger ?? LEDGER, 'gate', head);
  return { model, file, head };
}

async function decided(
  { signal }: CliContext,
  {
    policy,
    suite,
    samples,
    run,
    open,
    progress,
  }: {
    policy: Policy;
    suite: Suite;
    samples: readonly Sample[];
    run: string;
    open: readonly Contender[];
    progress: ProgressView;
  },
): Promise<Decision> {
  const measurements = readMeasurements(run);
  for (let end = BATCH; ; end += BATCH) {
    const batch = samples.slice(end - BATCH, end);
    for (const { model, file, head } of open) {
      const { attempts: _, precision: _p, ...decoding } = head.decoding!;
      const done = new Map(file.attempts.map((attempt) => [evaluationKey(attempt), attempt]));
      const here = new Map(
        batch.flatMap(({ id }) => {
          const key = evaluationKey({ sample: id, attempt: 0 });
          const found = done.get(key);
          return found ? [[key, found] as const] : [];
        }),
      );
      for await (const evaluation of evaluate({ suite, samples: batch, model, ...decoding, signal, done: here })) {
        file.append(evaluation);
      }
      file.sync();
    }
    const decision = gate({ policies: [policy], isSequential: true, ...sides(open, end, measurements) });
    progress.update(Math.min(end, samples.length), samples.length, decision.verdict);
    const isOpen = decision.rules.some(
      ({ rule, verdict }) => (rule === 'floor' || rule === 'margin') && verdict === 'inconclusive',
    );
    if (decision.verdict === 'failed' || !isOpen || end >= samples.length) return decision;
  }
}

function sides(
  [candidate, baseline]: readonly Contender[],
  end: number,
  measurements: ModelRecords['measurements'],
): { candidate: ModelRecords; baseline?: ModelRecords } {
  const records = ({ head, file }: Contender): ModelRecords['evaluations'] => [
    // What an earlier, interrupted run has beyond this moment is not looked at yet, or it would decide otherwise.
    { source: head.model.reference, head, attempts: file.attempts.slice(0, end) },
  ];
  return {
    candidate: { evaluations: records(candidate!), measurements },
    ...(baseline ? { baseline: { evaluations: records(baseline), measurements: [] } } : {}),
  };
}
