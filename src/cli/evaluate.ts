/** What `proofstill evaluate` does, once its flags are read. */

import { join } from 'node:path';
import { type Asking, chosenSamples, openAsking } from '../asking.ts';
import { type Precision, SCHEMA, type Scoreboard } from '../core/records.ts';
import type { Sample, Split } from '../core/sample.ts';
import type { Proportion } from '../core/statistics/proportion.ts';
import { scoreboard } from '../evaluate/aggregate.ts';
import { type AtK, atEveryK, type OutcomeRates, outcomeRates } from '../evaluate/repeats.ts';
import { interval, percent } from '../report/format.ts';
import { scoreTable, table } from '../report/terminal.ts';
import { findSuite, isCheckpoint } from '../resolve.ts';
import { requireSandboxIsolation } from '../verify/sandbox/isolation.ts';
import { type CliContext, printJson } from './context.ts';
import { progressView } from './progress.ts';

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
  const samples = chosenSamples(suite, flags);
  const folder = flags.run ?? join('runs', new Date().toISOString().replaceAll(/[:.]/g, '-'));
  const { model, ledger } = flags;
  await using asking = await openAsking({ suite, samples, model, decoding: flags, folder, by: 'evaluate', ledger });
  await askAll(this, flags, asking, samples);
  const { attempts } = asking.evaluated;
  const figures = {
    chance: suite.chance,
    ...scoreboard(attempts, suite.areas),
    ...outcomeRates(attempts),
    ...(flags.attempts > 1 ? { atK: atEveryK(attempts, flags.attempts) } : {}),
  };
  if (flags.json) {
    printJson(this, { schema: SCHEMA, suite: suite.name, model, split: flags.split, run: folder, ...figures });
  } else this.process.stdout.write(`${textOf(figures)}\n\nKept in ${folder}\n`);
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

/** Asks what is not in the folder yet, into it. */
async function askAll(context: CliContext, flags: EvaluateFlags, asking: Asking, samples: Sample[]): Promise<void> {
  if (asking.left === 0) return;
  const { suite, split } = asking.evaluated.head;
  const progress = progressView(context.process);
  try {
    if (flags.fresh !== undefined && samples.length < flags.fresh) {
      progress.say(`The suite makes only ${samples.length} new ${split} problems of the ${flags.fresh} wanted.`);
    }
    if (flags.attempts > 1 && flags.temperature === 0 && isCheckpoint(flags.model)) {
      progress.say('Greedy attempts at one sample are all the same: give --temperature, for example 0.6.');
    }
    const times = flags.attempts === 1 ? '' : `, ${flags.attempts} times each`;
    progress.stage(`Evaluate ${flags.model} on ${samples.length} ${split} samples of ${suite.name}${times}`);
    await asking.ask(samples, {
      signal: context.signal,
      onProgress: (done, total) => progress.update(done, total),
      ...(flags.maxUnscored === undefined ? {} : { maxUnscored: flags.maxUnscored }),
    });
  } finally {
    progress.end();
  }
}
