/** `proofstill verify <suite>`: outputs that were made elsewhere, scored by the suite's own verifier. */

import { ProofstillError } from '../core/errors.ts';
import type { EvaluationHead } from '../core/evaluated.ts';
import { SCHEMA, type Scoreboard } from '../core/records.ts';
import { SPLITS, type Split } from '../core/sample.ts';
import type { Suite } from '../core/suite.ts';
import type { Policy } from '../core/verdict.ts';
import { type JudgedSample, type ReasonCount, reasons, scoreboard } from '../evaluate/aggregate.ts';
import { evaluationHead } from '../evaluate/head.ts';
import { outputLineSchema, outputOfLine } from '../model/replay.ts';
import { count } from '../report/format.ts';
import { scoreTable, table } from '../report/terminal.ts';
import { findSuite } from '../resolve.ts';
import { VERSION } from '../run/version.ts';
import { judgeAttempt } from '../verify/evaluation.ts';
import { type CliContext, printJson } from './context.ts';
import { newEvaluation } from './evaluations-file.ts';
import { progressView } from './progress.ts';
import { readLinesOf, surveyLines } from './read-lines.ts';

/** Ids and reasons shown; `--json` has them all. */
const SHOWN = 10;

export interface OutputsOptions {
  readonly in: string;
  readonly split: Split;
  readonly policy: Policy;
  /** Outputs of one sample at most. */
  readonly attempts: number;
  readonly out?: string | undefined;
  readonly json: boolean;
}

/** What became of the lines of a file: every one is scored, or counted under what kept it from being. */
interface Scored {
  readonly judged: JudgedSample[];
  /** Outputs of each scored sample, by id, and the place of the last. */
  readonly seen: Map<string, { attempts: number; place: string }>;
  readonly unknownIds: Set<string>;
  readonly otherSplits: Map<Split, number>;
}

/** Scores every line of a file of outputs, and says which samples have none and which outputs have no sample. */
export async function scoreOutputs(context: CliContext, flags: OutputsOptions, reference: string): Promise<void> {
  const { split, policy, json } = flags;
  const suite = await findSuite(reference);
  const { judged, seen, unknownIds, otherSplits } = await scored(context, flags, suite);
  const asked = suite.samples.filter((sample) => sample.split === split);
  const missingIds = asked.flatMap(({ id }) => (seen.has(id) ? [] : [id]));
  const result = {
    schema: SCHEMA,
    suite: suite.name,
    split,
    policy,
    ...scoreboard(judged, suite.areas),
    reasons: reasons(judged),
    unscoredReasons: reasons(judged, 'unscored'),
    missing: missingIds.length,
    missingIds,
    unknownIds: [...unknownIds],
    otherSplits: Object.fromEntries(otherSplits),
  };
  if (json) return printJson(context, result);
  const lines = [
    scoreTable(result),
    ...reasonLines(result),
    `${missingIds.length} of ${asked.length} ${split} samples have no output${listed(missingIds)}`,
    ...(unknownIds.size === 0 ? [] : [`${unknownIds.size} ids are of no sample${listed([...unknownIds])}`]),
    ...[...otherSplits].map(([name, outputs]) => `${outputs} outputs are of ${name} samples: see --split ${name}`),
  ];
  context.process.stdout.write(`${lines.join('\n')}\n`);
}

async function scored(context: CliContext, flags: OutputsOptions, suite: Suite): Promise<Scored> {
  const { split, policy, out } = flags;
  const samples = new Map(suite.samples.map((sample) => [sample.id, sample]));
  const result: Scored = { judged: [], seen: new Map(), unknownIds: new Set(), otherSplits: new Map() };
  const { judged, seen, unknownIds, otherSplits } = result;
  const survey = await surveyLines(flags.in);
  const progress = progressView(context.process);
  progress.stage(`Verify ${flags.in} on the ${split} samples of ${suite.name}`);
  const kept = out === undefined ? undefined : newEvaluation(out, headOf(flags, suite, survey?.hash));
  let done = 0;
  try {
    for await (const { value, place } of readLinesOf(flags.in, outputLineSchema)) {
      const sample = samples.get(value.id);
      if (!sample) unknownIds.add(value.id);
      else if (sample.split !== split) otherSplits.set(sample.split, (otherSplits.get(sample.split) ?? 0) + 1);
      else {
        const attempt = nextAttempt(seen, value.id, place, flags.attempts);
        const output = outputOfLine(value);
        const evaluation = await judgeAttempt(suite, { sample, attempt, output }, { policy, signal: context.signal });
        kept?.append(evaluation);
        judged.push({ sample: sample.id, area: sample.area, verdict: evaluation.verdict });
      }
      if (survey) progress.update(++done, survey.lines);
    }
  } finally {
    progress.end();
    kept?.close();
  }
  if (judged.length === 0) throw nothingScored(flags, suite, result);
  return result;
}

function headOf({ split, in: file }: OutputsOptions, suite: Suite, hash = 'read once'): EvaluationHead {
  const samples = suite.samples.filter((sample) => sample.split === split);
  const model = { reference: `replay:${file}`, fingerprint: `replay:${hash}` };
  return evaluationHead({ suite, samples, model, versions: { proofstill: VERSION, node: process.versions.node } });
}

/** The number of this output among those of its sample. @throws record error where there is one too many */
function nextAttempt(seen: Scored['seen'], id: string, place: string, attempts: number): number {
  const earlier = seen.get(id);
  const attempt = earlier?.attempts ?? 0;
  if (earlier && attempt >= attempts) {
    const message =
      attempts === 1
        ? `sample ${id} has an output already, at ${earlier.place}`
        : `sample ${id} has ${attempts} outputs already, the last at ${earlier.place}`;
    throw new ProofstillError('record', message, {
      place,
      hint: `Delete all but one of them; or, where they are attempts at one sample, say --attempts ${attempts + 1}.`,
    });
  }
  seen.set(id, { attempts: attempt + 1, place });
  return attempt;
}

function nothingScored({ in: file, split }: OutputsOptions, suite: Suite, scored: Scored): ProofstillError {
  const [unknown] = scored.unknownIds;
  const others = SPLITS.filter((other) => scored.otherSplits.has(other));
  if (others.length > 0) {
    return new ProofstillError('record', `no output is of a ${split} sample of ${suite.name}`, {
      place: file,
      hint: `They are of ${others.join(' and ')} samples: say --split ${others[0]}.`,
    });
  }
  if (unknown !== undefined) {
    return new ProofstillError('record', `suite ${suite.name} has no sample ${unknown}, nor any of the others`, {
      place: file,
      hint: 'Name outputs by the ids of the samples that they answer, and score them on the suite that they are of.',
    });
  }
  return new ProofstillError('record', `expected outputs for ${split} samples of ${suite.name}, found none`, {
    place: file,
    hint: 'Write a line {"id":"…","text":"…","finishReason":"stop"} for each sample.',
  });
}

function reasonLines(result: Scoreboard & { reasons: ReasonCount[]; unscoredReasons: ReasonCount[] }): string[] {
  const rows = [
    ...result.reasons.map((reason) => ({ ...reason, kind: 'failed' })),
    ...result.unscoredReasons.map((reason) => ({ ...reason, kind: 'unscored' })),
  ];
  if (rows.length === 0) return [];
  const shown = rows
    .slice(0, SHOWN)
    .map(({ kind, area, check, reason, count: n }) => [kind, area, check, reason, count(n)]);
  const more = rows.length > SHOWN ? [`and ${rows.length - SHOWN} more, in --json`] : [];
  return ['', table(['', 'area', 'check', 'reason', 'outputs'], shown, false), ...more, ''];
}

function listed(ids: readonly string[]): string {
  if (ids.length === 0) return '.';
  const more = ids.length > SHOWN ? `, and ${ids.length - SHOWN} more, in --json` : '';
  return `: ${ids.slice(0, SHOWN).join(', ')}${more}.`;
}
