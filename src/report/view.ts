/**
 * Everything that a report says, computed once from a run's records: each form (page, terminal) only sets it. A plain JSON
 * value without a date, so that the same run gives the same report to the byte.
 */

import { type Device, SCHEMA, type Stop } from '../core/records.ts';
import { type CostView, costView } from './costs.ts';
import { type ExampleView, exampleView } from './examples.ts';
import { type Headline, headlineOf } from './headline.ts';
import type { ReportInput } from './input.ts';
import { type LossView, lossView } from './losses.ts';
import { type ProgressView, progressView } from './progress.ts';
import { type AreaView, areaViews, type Comparisons, overallView } from './scores.ts';
import { type TrustView, trustView } from './trust.ts';

export interface ReportView {
  readonly schema: typeof SCHEMA;
  readonly suites: readonly string[];
  readonly headline: Headline;
  readonly overall: Comparisons;
  /** In the suite's order. */
  readonly areas: readonly AreaView[];
  readonly latency: {
    readonly p50Ms: number;
    readonly p95Ms: number;
    readonly p99Ms: number;
    readonly tokensPerSecond: number;
  };
  readonly costs: CostView;
  readonly progress: ProgressView;
  readonly losses: LossView;
  readonly trust: TrustView;
  readonly examples: ExampleView;
  readonly reproduction: Reproduction;
}

export interface Reproduction {
  readonly command: string;
  readonly seed: number;
  readonly checkpoint: string;
  readonly checkpointHash: string;
  readonly stoppedBecause: Stop;
  readonly wallSeconds: number;
  readonly device: Device;
  readonly versions: Readonly<Record<string, string>>;
  readonly hashes: Readonly<Record<string, string>>;
}

export function reportView(input: ReportInput): ReportView {
  const { summary, command, versions, hashes } = input;
  const { p50Ms, p95Ms, p99Ms, tokensPerSecond, device } = summary.latency;
  const { seed, checkpoint, checkpointHash, stoppedBecause, wallSeconds } = summary;
  return {
    schema: SCHEMA,
    suites: summary.suites,
    headline: headlineOf(summary),
    overall: overallView(summary),
    areas: areaViews(input),
    latency: { p50Ms, p95Ms, p99Ms, tokensPerSecond },
    costs: costView(input),
    progress: progressView(input),
    losses: lossView(input),
    trust: trustView(input),
    examples: exampleView(input),
    reproduction: { command, seed, checkpoint, checkpointHash, stoppedBecause, wallSeconds, device, versions, hashes },
  };
}
