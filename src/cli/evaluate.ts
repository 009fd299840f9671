/** What `proofstill evaluate` does, once its flags are read. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ProofstillError } from '../core/errors.ts';
import type { Decoding, EvaluationHead, ScoredAttempt } from '../core/evaluated.ts';
import type { Model } from '../core/output.ts';
import { type Precision, SCHEMA, type Scoreboard } from '../core/records.ts';
import { type Sample, SPLITS, type Split } from '../core/sample.ts';
import type { Proportion } from '../core/statistics/proportion.ts';
import type { Suite } from '../core/suite.ts';
import { scoreboard } from '../evaluate/aggregate.ts';
import { evaluate, evaluationKey } from '../evaluate/evaluate.ts';
import { evaluationHead } from '../evaluate/head.ts';
import { type AtK, atEveryK, type OutcomeRates, outcomeRates } from '../evaluate/repeats.ts';
import { freshSamples } from '../generate/fresh.ts';
import { interval, percent } from '../report/format.ts';
import { scoreTable, table } from '../report/terminal.ts';
import { openEvaluation } from '../run/evaluation-file.ts';
import { makeFolder, orExplain } from '../run/files.ts';
import { LEDGER, noteRead } from '../run/ledger.ts';
import { takeLock } from '../run/lock.ts';
import { VERSION } from '../run/version.ts';
import { requireSandboxIsolation } from '../verify/sandbox/isolation.ts';
import { type CliContext, printJson } from './context.ts';
import { progressView } from './progress.ts';
import { findModel, findSuite, isCheckpoint } from './resolve.ts';

export interface EvaluateFlags {
  readonly model: string;
  readonly split: Split;
  readonly attempts: number;
  readonly limit?: number;
  readonly fresh?: number;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly precision?: Precision;
  readonly maxUnscored?: number;
  readonly seed?: number;
  readonly run?: string;
  readonly ledger?: string;
  readonly requireIsolation: boolean;
  readonly json: boolean;
}

export async function evaluateVerb(this: CliContext, flags: EvaluateFlags, reference: string): Promise<void> {
  if (flags.requireIsolation) requireSandboxIsolation();
  const suite = await findSuite(reference);
  const samples = samplesOf(suite, flags);
  const model = await findModel(flags.model, suite, flags.precision);
  try {
    const head = headFor(flags, { suite, samples, model });
    const folder = flags.run ?? join('runs', new Date().toISOString().replaceAll(/[:.]/g, '-'));
    const attempts = await asked(this, flags, { suite, samples, model, head, folder });
    const figures = {
      chance: suite.chance,
      ...scoreboard(attempts, suite.areas),
      ...outcomeRates(attempts),
      ...(flags.attempts > 1 ? { atK: atEveryK(attempts, flags.attempts) } : {}),
    };
    const { name } = suite;
    if (flags.json) {
      printJson(this, { schema: SCHEMA, suite: name, model: flags.model, split: flags.split, run: folder, ...figures });
    } else this.process.stdout.write(`${textOf(figures)}\n\nKept in ${folder}\n`);
  } finally {
    await model.close();
  }
}

function textOf(
  figures: Scoreboard & OutcomeRates & { readonly chance: number; readonly atK?: readonly AtK[] },
): string {
  const { chance, unparsed, truncated, atK = [] } = figures;
  const rate = (share: Proportion): string => `${percent(share.value)} (${interval(share)})`;
  const rows = atK
    .filter(({ k }) => k === atK.length || (k & (k - 1)) === 0)
    .map(({ k, pass, all, majority }) => [String(k), rate(pass), rate(all), rate(majority)]);
  return [
    scoreTable(figures),
    '',
    `A guess is right in ${percent(chance)} of the cases. No answer could be read in ${rate(unparsed)}; the token limit cut off ${rate(truncated)}.`,
    ...(rows.length > 0 ? ['', table(['k', 'pass@k, any', 'pass^k, all', 'maj@k, most'], rows, false)] : []),
  ].join('\n');
}

/** The samples that the flags name. @throws config or suite error where there are none */
export function samplesOf(
  suite: Suite,
  { split, limit, fresh, seed = 1 }: Pick<EvaluateFlags, 'split' | 'limit' | 'fresh' | 'seed'>,
): Sample[] {
  if (fresh !== undefined) {
    if (limit !== undefined || split === 'stretch') {
      throw new ProofstillError(
        'config',
        `--fresh draws new samples, and takes no ${limit === undefined ? '--split stretch' : '--limit'}`,
        {
          place: '--fresh',
          hint: 'Leave one of them out.',
        },
      );
    }
    const drawn = freshSamples({ suite, split, count: fresh, seed });
    if (drawn.length > 0) return drawn;
    throw new ProofstillError('suite', `every ${split} problem that suite ${suite.name} makes is committed already`, {
      place: '--fresh',
      hint: 'Widen the ranges of problem(area, random).',
    });
  }
  const samples = suite.samples.filter((sample) => sample.split === split).slice(0, limit);
  if (samples.length > 0) return samples;
  const others = SPLITS.filter((other) => suite.samples.some((sample) => sample.split === other));
  throw new ProofstillError('suite', `suite ${suite.name} has no committed ${split} samples`, {
    place: '--split',
    hint: `It has samples of: ${others.join(', ') || 'no split'}.`,
  });
}

function headFor(
  flags: EvaluateFlags,
  { suite, samples, model }: { suite: Suite; samples: readonly Sample[]; model: Model },
): EvaluationHead {
  const { attempts, maxTokens, temperature, topP, seed = 1 } = flags;
  // Of a student only: a solver and a file have no network.
  const precision = isCheckpoint(flags.model) ? { precision: flags.precision ?? 'fp32' } : {};
  const decoding: Decoding = { attempts, maxTokens, temperature, topP, seed, ...precision };
  return evaluationHead({
    suite,
    samples,
    model: { reference: flags.model, fingerprint: model.fingerprint },
    decoding,
    versions: { proofstill: VERSION, node: process.versions.node },
  });
}

interface Asking {
  readonly suite: Suite;
  readonly samples: readonly Sample[];
  readonly model: Model;
  readonly head: EvaluationHead;
  readonly folder: string;
}

/** Asks what is not in the folder yet, into it. */
async function asked(context: CliContext, flags: EvaluateFlags, asking: Asking): Promise<readonly ScoredAttempt[]> {
  const { suite, samples, model, head, folder } = asking;
  if (existsSync(join(folder, 'run.json'))) {
    throw new ProofstillError('config', 'this folder is a run of distill', {
      place: folder,
      hint: 'Name another folder with --run.',
    });
  }
  orExplain(folder, () => makeFolder(join(folder, 'evaluations')));
  const release = takeLock(join(folder, 'lock'));
  try {
    const file = openEvaluation(join(folder, 'evaluations', `${fileName(suite.name)}.jsonl`), head);
    const progress = progressView(context.process);
    try {
      const { attempts = 1, maxTokens, temperature, topP, seed } = head.decoding!;
      const done = new Map(file.attempts.map((attempt) => [evaluationKey(attempt), attempt]));
      if (done.size === samples.length * attempts) return file.attempts;
      if (head.split === 'holdout' && file.attempts.length === 0) noteRead(flags.ledger ?? LEDGER, 'evaluate', head);
      const times = attempts === 1 ? '' : `, ${attempts} times each`;
      if (flags.fresh !== undefined && samples.length < flags.fresh) {
        progress.say(`The suite makes only ${samples.length} new ${head.split} problems of the ${flags.fresh} wanted.`);
      }
      progress.stage(`Evaluate ${flags.model} on ${samples.length} ${head.split} samples of ${suite.name}${times}`);
      const onProgress = (count: number, total: number): void => progress.update(count, total);
      const options = { suite, samples, model, attempts, maxTokens, temperature, topP, seed, signal: context.signal };
      const tolerance = flags.maxUnscored === undefined ? {} : { maxUnscored: flags.maxUnscored };
      for await (const evaluation of evaluate({ ...options, ...tolerance, done, onProgress })) file.append(evaluation);
      file.sync();
      return file.attempts;
    } finally {
      progress.end();
      file.close();
    }
  } finally {
    release();
  }
}

/** A suite's name as that of a file. */
export function fileName(name: string): string {
  return name.replaceAll(/[^\w.+-]/g, '-').slice(0, 80);
}
