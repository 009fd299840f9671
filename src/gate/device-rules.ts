/** Ceilings of latency and size: what a model costs on a device, alone and beside the baseline. */

import { calibratedAnswers } from '../core/calibrated.ts';
import { ProofstillError } from '../core/errors.ts';
import type { EvaluationHead } from '../core/evaluated.ts';
import type { Measurement } from '../core/records.ts';
import { atLeastP, atMostP } from '../core/statistics/binomial.ts';
import { quantile } from '../core/statistics/quantile.ts';
import { measurementsFor, quantileLowerBound, quantileUpperBound } from '../core/statistics/quantile-bounds.ts';
import type { Finding } from './finding.ts';
import { neededForShare } from './needed.ts';
import type { Policy } from './policy.ts';
import { decimals } from './words.ts';

const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
type QuantileName = keyof typeof QUANTILES;
/** p-values of ratios are searched for down to here. */
const SMALLEST_P = 1e-6;

export interface Measured {
  readonly candidate: Measurement | undefined;
  readonly baseline: Measurement | undefined;
  /** Of the candidate's evaluation: what is measured must be what was scored. */
  readonly head: EvaluationHead;
  /** Of the baseline's, in the same way. */
  readonly baselineHead?: EvaluationHead | undefined;
}

/** A finding for each ceiling of a policy. @throws config error where a measurement is missing, too small, or of something else */
export function deviceFindings(policy: Policy, measured: Measured): Finding[] {
  const { latency, size, suite } = policy;
  const ceilings = Object.entries(latency) as [`${QuantileName}${'Ms' | 'Ratio'}`, number][];
  if (ceilings.length === 0 && size.maxMb === undefined) return [];
  const candidate = sameModel(measured, suite);
  if (ceilings.length > 0) refuseOtherDecoding(candidate, measured.head, suite);
  const sizes = size.maxMb === undefined ? [] : [sizeFinding(candidate, size.maxMb, policy)];
  return [
    ...ceilings.map(([key, limit]) => {
      const name = key.slice(0, 3) as QuantileName;
      return key.endsWith('Ms')
        ? latencyFinding(candidate, { name, limit }, policy)
        : ratioFinding(candidate, comparable(candidate, measured, suite), { name, limit }, policy);
    }),
    ...sizes,
  ];
}

interface Ceiling {
  readonly name: QuantileName;
  readonly limit: number;
}

/** As {@link atLeastP} of the answers that are within the limit: a quantile is below it where that share is above the quantile's. */
function latencyFinding(measured: Measurement, { name, limit }: Ceiling, policy: Policy): Finding {
  const { suite, confidence } = policy;
  const q = QUANTILES[name];
  const ms = measured.wholeMs;
  refuseFew(ms.length, measurementsFor(q, confidence), `${name}Ms`, suite);
  const within = ms.filter((time) => time <= limit).length;
  const value = quantile(ms, q);
  return {
    ...device(policy, 'latency', `${name} of a whole answer at most ${decimals(limit)} ms`),
    limit,
    value,
    bounds: () => ({
      low: quantileLowerBound(ms, q, confidence),
      high: quantileUpperBound(ms, q, confidence),
    }),
    n: ms.length,
    passP: atLeastP(within, ms.length, q),
    failP: atMostP(within, ms.length, q),
    found: ({ low, high }) =>
      `${decimals(value)} ms was found, between ${decimals(low)} and ${decimals(high)} ms (n=${ms.length}${cut(measured)})`,
    needed: (failAlpha) => neededForShare(within / ms.length, q, { alpha: 1 - confidence, failAlpha, seen: ms.length }),
  };
}

/** Each side's latency in units of its own calibration workload, so that machine and load cancel as far as they can. */
function ratioFinding(
  candidate: Measurement,
  baseline: Measurement,
  { name, limit }: Ceiling,
  policy: Policy,
): Finding {
  const { suite, confidence } = policy;
  const q = QUANTILES[name];
  const [above, below] = [calibratedAnswers(candidate), calibratedAnswers(baseline)];
  const n = Math.min(above.length, below.length);
  // Both bounds must hold together, each at half the error.
  refuseFew(n, measurementsFor(q, 1 - (1 - confidence) / 2), `${name}Ratio`, suite);
  const boundsAt = (alpha: number): { low: number | null; high: number | null } => {
    const each = 1 - alpha / 2;
    return {
      low: ratio(quantileLowerBound(above, q, each), quantileUpperBound(below, q, each)),
      high: ratio(quantileUpperBound(above, q, each), quantileLowerBound(below, q, each)),
    };
  };
  const value = ratio(quantile(above, q), quantile(below, q));
  return {
    ...device(
      policy,
      'latencyRatio',
      `${name} of a whole answer at most ${decimals(limit)} times the baseline's, calibrated`,
    ),
    limit,
    value,
    bounds: () => boundsAt(1 - confidence),
    n,
    passP: smallestAlpha((alpha) => isBelow(boundsAt(alpha).high, limit)),
    failP: smallestAlpha((alpha) => isBelow(limit, boundsAt(alpha).low)),
    found: ({ low, high }) =>
      `${decimals(value)} times was found, between ${decimals(low)} and ${decimals(high)} (n=${n}${cut(candidate)})`,
    needed: () => null,
  };
}

/** Bytes on disk are known, not estimated. */
function sizeFinding({ sizeMb }: Measurement, limit: number, policy: Policy): Finding {
  const isWithin = sizeMb <= limit;
  return {
    ...device(policy, 'size', `at most ${decimals(limit)} MB`),
    limit,
    value: sizeMb,
    bounds: () => ({ low: sizeMb, high: sizeMb }),
    n: 1,
    passP: isWithin ? 0 : 1,
    failP: isWithin ? 1 : 0,
    found: () => `the files have ${decimals(sizeMb)} MB`,
    needed: () => null,
  };
}

/** The smallest error at which a statement holds; larger errors give narrower bounds, so it holds from there on. */
function smallestAlpha(holds: (alpha: number) => boolean): number {
  if (!holds(1 - SMALLEST_P)) return 1;
  let [fails, works] = [SMALLEST_P, 1 - SMALLEST_P];
  if (holds(fails)) return fails;
  while (works / fails > 1.001) {
    const middle = Math.sqrt(fails * works);
    if (holds(middle)) works = middle;
    else fails = middle;
  }
  return works;
}

const isBelow = (left: number | null, right: number | null): boolean =>
  left !== null && right !== null && left <= right;

function ratio(above: number | null, below: number | null): number | null {
  return above === null || below === null ? null : above / below;
}

function sameModel({ candidate, head }: Measured, suite: string): Measurement {
  if (!candidate) {
    throw new ProofstillError('config', 'the policy limits latency or size, and the run has no measurement', {
      place: `suite ${suite}`,
      hint: 'Measure it: proofstill measure <checkpoint> --run <dir>',
    });
  }
  if (candidate.suite !== suite) {
    throw new ProofstillError(
      'config',
      `the candidate was measured on the prompts of ${candidate.suite}, not of ${suite}`,
      {
        place: `suite ${suite}`,
        hint: `Measure it: proofstill measure <checkpoint> --suite ${suite} --run <dir>`,
      },
    );
  }
  if (candidate.fingerprint === head.model.fingerprint) return candidate;
  throw new ProofstillError('config', 'what was measured is not what was evaluated: checkpoint or precision differ', {
    place: `suite ${suite}: ${candidate.fingerprint} was measured, and ${head.model.fingerprint} evaluated`,
    hint: 'Measure and evaluate the same checkpoint at the same --precision.',
  });
}

/** Longer answers take longer: a ceiling holds for the outputs that were scored. */
function refuseOtherDecoding({ decoding }: Measurement, head: EvaluationHead, suite: string): void {
  const { maxTokens, temperature } = head.decoding ?? {};
  if (decoding.maxTokens === maxTokens && decoding.temperature === temperature) return;
  const scored =
    maxTokens === undefined
      ? 'the evaluation does not say how it was decoded'
      : `the evaluation at temperature ${temperature}, at most ${maxTokens} tokens`;
  throw new ProofstillError('config', 'what was measured is not what was evaluated: the decoding differs', {
    place: `suite ${suite}: measured greedily, at most ${decoding.maxTokens} tokens; ${scored}`,
    hint: 'Measure and evaluate at the same --max-tokens, without --temperature.',
  });
}

function comparable(candidate: Measurement, { baseline, baselineHead }: Measured, suite: string): Measurement {
  const refuse = (message: string): never => {
    throw new ProofstillError('config', message, {
      place: `suite ${suite}`,
      hint: 'Measure it with this version, as the candidate was, and set it again: proofstill baseline set <run>',
    });
  };
  if (!baseline) return refuse('the policy compares latency, and the baseline has no measurement to compare with');
  if (baselineHead && baseline.fingerprint !== baselineHead.model.fingerprint)
    return refuse('the measurement of the baseline is of another checkpoint than its evaluation');
  if (baseline.suite !== suite) return refuse(`the baseline was measured on the prompts of ${baseline.suite}`);
  if (baseline.calibration.workload !== candidate.calibration.workload)
    return refuse('candidate and baseline were calibrated by different work');
  const limits = [candidate, baseline].map(
    ({ decoding, threads }) => `${decoding.maxTokens} tokens, ${threads} threads`,
  );
  if (limits[0] !== limits[1])
    return refuse(`the candidate was measured at ${limits[0]}, and the baseline at ${limits[1]}`);
  return baseline;
}

function refuseFew(n: number, needed: number, key: string, suite: string): void {
  if (n >= needed) return;
  throw new ProofstillError('config', `${n} measured answers can never show ${key}: it needs ${needed}`, {
    place: `latency.${key} of suite ${suite}`,
    hint: `Measure with --samples ${needed}.`,
  });
}

function device(
  { suite, confidence }: Policy,
  rule: Finding['rule'],
  claim: string,
): Pick<Finding, 'rule' | 'suite' | 'area' | 'score' | 'claim' | 'alpha'> {
  return { rule, suite, area: null, score: null, claim, alpha: 1 - confidence };
}

function cut({ truncated }: Measurement): string {
  return truncated === 0 ? '' : `, ${truncated} of them cut off by the token limit`;
}
