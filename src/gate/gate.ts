/**
 * Policy and records → decision: whether a model may take the place of the one before. A pure function: the same records
 * and policy give the same decision, whoever asks. What is missing is an error, never a pass.
 */

import type { Decision } from '../core/decision.ts';
import { ProofstillError } from '../core/errors.ts';
import type { Evaluated, EvaluationHead, ModelRecords } from '../core/evaluated.ts';
import { contentHash } from '../core/hash.ts';
import { type Pairing, pairingOf } from '../core/pairing.ts';
import { SCHEMA } from '../core/records.ts';
import { mcnemarExact } from '../core/statistics/mcnemar.ts';
import { detectableDifference } from '../core/statistics/power.ts';
import { rateOf, talliesOf } from '../core/tallies.ts';
import { statusOf } from '../core/verdict.ts';
import { deviceFindings } from './device-rules.ts';
import { decideAll, type Finding, verdictOfAll } from './finding.ts';
import type { Policy } from './policy.ts';
import { type Recheck, recordFindings } from './record-rules.ts';
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
  const alphas = sides.flatMap((side, index) => {
    const own = findings.filter(({ suite }) => suite === side.policy.suite);
    return own.map(() => 1 - policies[index]!.confidence);
  });
  const rules = decideAll(findings, alphas);
  const paired = sides.filter((side): side is PairedSide => side.pairing !== undefined);
  return {
    schema: SCHEMA,
    verdict: verdictOfAll(rules),
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

/** One suite: its policy, and what there is to hold against it. */
export interface Side {
  readonly policy: Policy;
  readonly candidate: Evaluated;
  readonly baseline?: Evaluated;
  readonly pairing?: Pairing;
}
type PairedSide = Required<Side>;

function sideOf(policy: Policy, { candidate, baseline, isSequential = false }: GateInput): Side {
  const own = evaluationOf(policy, candidate, 'candidate');
  refuseOtherDecoding(policy, own.head);
  const { n, of } = own.head.samples;
  if (n < of && !isSequential) {
    throw new ProofstillError(
      'config',
      `the candidate was asked ${n} of the ${of} ${policy.split} samples of ${policy.suite}`,
      {
        place: own.source,
        hint: 'Evaluate it on all of them: without --limit.',
      },
    );
  }
  if (!baseline) return { policy, candidate: own };
  const theirs = evaluationOf(policy, baseline, 'baseline');
  const pairing = pairingOf(theirs, own);
  const [alone] = [...pairing.missing, ...pairing.added];
  if (alone !== undefined && !isSequential) {
    const message = `candidate and baseline were not asked the same samples: ${pairing.missing.length} are the baseline's only, ${pairing.added.length} the candidate's`;
    throw new ProofstillError('config', message, {
      place: `sample ${alone}`,
      hint: 'Evaluate both on the same samples, or set the baseline again: proofstill baseline set <run>',
    });
  }
  return { policy, candidate: own, baseline: theirs, pairing };
}

function evaluationOf({ suite, split }: Policy, { evaluations }: ModelRecords, who: string): Evaluated {
  const found = evaluations.filter(({ head }) => head.suite.name === suite && head.split === split);
  if (found.length === 1) return found[0]!;
  const others = evaluations.map(({ head }) => `${head.split} of ${head.suite.name}`).join(', ') || 'nothing';
  const message =
    found.length === 0
      ? `the ${who} was not evaluated on ${split} of ${suite}`
      : `the ${who} was evaluated ${found.length} times on ${split} of ${suite}`;
  throw new ProofstillError('config', message, {
    place: `suite ${suite}`,
    hint: `It has evaluations of ${others}. Is the policy's suite right?`,
  });
}

/** What is gated is what will be deployed. */
function refuseOtherDecoding({ decoding, suite }: Policy, head: EvaluationHead): void {
  for (const [key, wanted] of Object.entries(decoding)) {
    const found = head.decoding?.[key as keyof typeof decoding];
    if (found === wanted) continue;
    throw new ProofstillError(
      'config',
      `the policy gates ${key} ${wanted}, and the candidate was decoded with ${found ?? 'something unknown'}`,
      {
        place: `decoding.${key} of suite ${suite}`,
        hint: 'Evaluate it as it will be deployed.',
      },
    );
  }
}

function findingsOf(side: Side, input: GateInput): Finding[] {
  const { policy, candidate } = side;
  const measurementOf = (records: ModelRecords | undefined, fingerprint: string | undefined) =>
    records?.measurements.find((measurement) => measurement.fingerprint === fingerprint) ?? records?.measurements[0];
  return [
    ...scoreFindings(side, input.isSequential ?? false),
    ...deviceFindings(policy, {
      candidate: measurementOf(input.candidate, candidate.head.model.fingerprint),
      baseline: measurementOf(input.baseline, side.baseline?.head.model.fingerprint),
      head: candidate.head,
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
      .map(({ sample, verdict }) => [sample, verdict.checks.find((check) => check.status === 'fail')?.reason]),
  );
  return worse.map(({ after: { sample, area } }) => {
    return { suite: policy.suite, area, sample, reason: failures.get(sample) ?? 'no-reason' };
  });
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
  const truncated = candidate.attempts.filter(({ isTruncated }) => isTruncated).length;
  const differing = baseline ? decodingWords(baseline.head.decoding) !== decodingWords(candidate.head.decoding) : false;
  return [
    ...(truncated > 0
      ? [`${suite}: ${truncated} of the candidate's outputs were cut off by the token limit; they count as wrong.`]
      : []),
    ...(differing ? [`${suite}: the baseline was decoded otherwise: ${decodingWords(baseline?.head.decoding)}.`] : []),
    ...(policy.split === 'holdout' ? [] : [`${suite}: decided on ${policy.split} samples, which are no holdout.`]),
  ];
}
