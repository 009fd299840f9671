/**
 * Policy and records → decision: whether a model may take the place of the one before. A pure function: the same records
 * and policy give the same decision, whoever asks. What is missing is an error, never a pass.
 */

import type { Decision } from '../core/decision.ts';
import type { Evaluated, EvaluationHead, ModelRecords } from '../core/evaluated.ts';
import { contentHash } from '../core/hash.ts';
import { SCHEMA } from '../core/records.ts';
import { mcnemarExact } from '../core/statistics/mcnemar.ts';
import { detectableDifference } from '../core/statistics/power.ts';
import { rateOf } from '../core/tallies.ts';
import { type Check, statusOf } from '../core/verdict.ts';
import { deviceFindings } from './device-rules.ts';
import { type Finding, ruleResults, verdictOfAll } from './finding.ts';
import type { Policy } from './policy.ts';
import { type Recheck, recordFindings } from './record-rules.ts';
import { type PairedSide, type Side, sideOf } from './side.ts';
import { scoreFindings } from './suite-rules.ts';

export interface GateInput {
  /** One for each suite. */
  readonly policies: readonly Policy[];
  readonly candidate: ModelRecords;
  /** What the candidate is held against, where a policy has margins or ratios. */
  readonly baseline?: ModelRecords;
  /** How often sets of samples were read so far. */
  readonly reads?: Decision['reads'];
  /** Recorded outputs that were generated anew, by suite. */
  readonly rechecks?: readonly Recheck[];
  /** The records grow until they decide: every bound then holds at every moment. @default false */
  readonly isSequential?: boolean;
  /** Whoever asks has chosen a part of the committed samples, and knows it; it is in the notes. @default false */
  readonly isSubset?: boolean;
}

/** Newly wrong samples that a decision names. */
const NAMED = 1000;

/**
 * Decides.
 * @throws config error where the policy names a suite or area that the records do not have, what it compares with is
 * missing, or its figures could never decide it; record error where two evaluations cannot be paired
 */
export function gate(input: GateInput): Decision {
  const { policies, reads = [] } = input;
  const sides = policies.map((policy) => sideOf(policy, input));
  const findings = sides.flatMap((side) => findingsOf(side, input));
  const rules = ruleResults(findings);
  const paired = sides.filter((side): side is PairedSide => side.pairing !== undefined);
  return {
    schema: SCHEMA,
    verdict: verdictOfAll(rules.map(({ verdict }) => verdict)),
    confidence: Math.min(...policies.map(({ confidence }) => confidence)),
    policy: contentHash(policies),
    candidate: sides.map(({ candidate }) => describe(candidate)),
    baseline: paired.map(({ baseline }) => describe(baseline)),
    rules,
    changes: paired.map(changesOf),
    broken: paired.flatMap(brokenOf).slice(0, NAMED),
    detectable: paired.flatMap(detectableOf),
    reads: [...reads],
    notes: sides.flatMap(notesOf),
  };
}

function findingsOf(side: Side, input: GateInput): Finding[] {
  const { policy, candidate } = side;
  const measurementOf = (records: ModelRecords | undefined, fingerprint: string | undefined) =>
    records?.measurements.find(
      (measurement) => measurement.fingerprint === fingerprint && measurement.suite === policy.suite,
    ) ?? records?.measurements[0];
  return [
    ...scoreFindings(side, input.isSequential ?? false),
    ...deviceFindings(policy, {
      candidate: measurementOf(input.candidate, candidate.head.model.fingerprint),
      baseline: measurementOf(input.baseline, side.baseline?.head.model.fingerprint),
      head: candidate.head,
      baselineHead: side.baseline?.head,
    }),
    ...recordFindings(side, input.rechecks ?? []),
  ];
}

function describe({ head, attempts }: Evaluated): Decision['candidate'][number] {
  const { suite, split, model, decoding, samples } = head;
  return {
    suite: suite.name,
    version: suite.version,
    split,
    model: model.reference,
    fingerprint: model.fingerprint,
    n: samples.n,
    attempts: decoding?.attempts ?? Math.max(1, Math.round(attempts.length / samples.n)),
    decoding: decodingWords(decoding),
  };
}

function decodingWords(decoding: EvaluationHead['decoding']): string {
  if (!decoding) return 'not known';
  const { temperature, topP, maxTokens, precision } = decoding;
  const drawn = temperature === 0 ? 'greedy' : `temperature ${temperature}, top-p ${topP}`;
  return [drawn, `at most ${maxTokens} tokens`, ...(precision ? [precision] : [])].join(', ');
}

function changesOf({ policy, pairing }: PairedSide): Decision['changes'][number] {
  const pairs = pairing.pairs('answer');
  const better = pairs.filter(({ before, after }) => rateOf(after) > rateOf(before)).length;
  const worse = pairs.filter(({ before, after }) => rateOf(after) < rateOf(before)).length;
  return { suite: policy.suite, n: pairs.length, fixed: better, broken: worse, p: mcnemarExact(better, worse) };
}

function brokenOf({ policy, candidate, pairing }: PairedSide): Decision['broken'] {
  const worse = pairing.pairs('answer').filter(({ before, after }) => rateOf(after) < rateOf(before));
  const failures = new Map(
    candidate.attempts
      .filter(({ verdict }) => statusOf(verdict, 'answer') === 'fail')
      .map(({ sample, verdict }) => [sample, verdict.checks.find(isFailedAnswer)?.reason]),
  );
  return worse.map(({ after: { sample, area } }) => {
    return { suite: policy.suite, area, sample, reason: failures.get(sample) ?? 'no-reason' };
  });
}

function isFailedAnswer({ score, status }: Check): boolean {
  return score === 'answer' && status === 'fail';
}

function detectableOf({ policy, pairing }: PairedSide): Decision['detectable'] {
  const pairs = pairing.pairs('answer');
  const different = pairs.filter(({ before, after }) => rateOf(before) !== rateOf(after)).length;
  const discordance = different / Math.max(1, pairs.length);
  const drop = detectableDifference(pairs.length, discordance > 0 ? { discordance } : {});
  return drop === null ? [] : [{ suite: policy.suite, n: pairs.length, drop }];
}

/** What a reader should know before believing the figures. */
function notesOf({ policy, candidate, baseline }: Side): string[] {
  const { suite } = policy;
  const { n, of } = candidate.head.samples;
  const truncated = candidate.attempts.filter(({ isTruncated }) => isTruncated);
  const right = truncated.filter(({ verdict }) => statusOf(verdict, 'answer') === 'pass').length;
  const differing = baseline ? decodingWords(baseline.head.decoding) !== decodingWords(candidate.head.decoding) : false;
  return [
    ...(truncated.length > 0
      ? [`${suite}: ${truncated.length} of the candidate's outputs were cut off by the token limit; ${countAs(right)}.`]
      : []),
    ...(n < of ? [`${suite}: decided on a part of its samples: ${n} of ${of}.`] : []),
    ...(differing ? [`${suite}: the baseline was decoded otherwise: ${decodingWords(baseline?.head.decoding)}.`] : []),
    ...(policy.split === 'holdout' ? [] : [`${suite}: decided on ${policy.split} samples, which are no holdout.`]),
  ];
}

function countAs(right: number): string {
  return right === 0 ? 'they count as wrong' : `its verifier calls ${right} of them right all the same`;
}
