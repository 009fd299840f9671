/**
 * What one checkpoint costs on this device: latency, throughput, memory and size. Answers one request at a time, after a
 * warm-up, in a process of its own that does nothing else, and never from a cache. A fixed piece of work is done before
 * each answer, so that two machines, or two days of one, can be compared.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ProofstillError } from '../core/errors.ts';
import type { ModelRequest } from '../core/output.ts';
import { type Latency, type Measurement, type Precision, SCHEMA } from '../core/records.ts';
import { quantile } from '../core/statistics/quantile.ts';
import { networkFile } from '../model/network-file.ts';
import { describeDevice } from './device.ts';

export interface MeasureOptions {
  /** Checkpoint directory with the exported network of `precision`. */
  readonly checkpoint: string;
  readonly precision: Precision;
  /** Name of the suite that the requests are of. */
  readonly suite: string;
  /** Processor threads. */
  readonly threads: number;
  /** What is asked, each once; at least 20, for a 95th percentile of fewer is its maximum. */
  readonly requests: readonly ModelRequest[];
  /** Limit on output tokens. */
  readonly maxTokens: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What the measuring process is told, and what it says of each answer and at the end. */
export type MeasureTask = Omit<MeasureOptions, 'signal' | 'onProgress'> & { readonly warmup: number };
export type MeasureReport =
  | { readonly kind: 'ready'; readonly loadMs: number; readonly fingerprint: string; readonly workload: string }
  | {
      readonly kind: 'answer';
      readonly calibrationMs: number;
      /** From the prompt's text to each token, at least one. */
      readonly tokenMs: readonly number[];
      readonly isTruncated: boolean;
      readonly peakMemoryMb: number;
    }
  | { readonly kind: 'error'; readonly message: string };
type Ready = Extract<MeasureReport, { kind: 'ready' }>;
type Answer = Extract<MeasureReport, { kind: 'answer' }>;

const FEWEST = 20;
const WARMUP = 5;

/** @throws config error for too few requests; export error where the network is not exported; model error where it cannot answer. */
export async function measure(options: MeasureOptions): Promise<Measurement> {
  const { checkpoint, precision, suite, threads, requests, maxTokens } = options;
  if (requests.length < FEWEST) {
    throw new ProofstillError(
      'config',
      `expected at least ${FEWEST} requests to measure with, got ${requests.length}`,
      {
        place: checkpoint,
        hint: 'Ask for more samples.',
      },
    );
  }
  const network = networkFile(checkpoint, precision);
  if (!existsSync(network)) {
    throw new ProofstillError('export', `the network is not exported at ${precision}`, {
      place: network,
      hint: `Run: proofstill export ${checkpoint} --precision ${precision}`,
    });
  }
  const device = describeDevice();
  const { ready, answers } = await observe(options);
  const times = answers.map(({ tokenMs }) => tokenMs);
  const tokens = times.reduce((sum, { length }) => sum + length, 0);
  const wholeMs = times.map((ms) => ms.at(-1) as number);
  const totalMs = wholeMs.reduce((sum, ms) => sum + ms, 0);
  const tokenizer = join(checkpoint, 'tokenizer.json');
  return {
    schema: SCHEMA,
    checkpoint,
    suite,
    fingerprint: ready.fingerprint,
    precision,
    threads,
    decoding: { temperature: 0, maxTokens },
    device,
    firstToken: latency(times.map((ms) => ms[0] as number)),
    interToken: latency(times.flatMap((ms) => ms.slice(1).map((time, index) => time - (ms[index] as number)))),
    whole: latency(wholeMs),
    wholeMs,
    truncated: answers.filter(({ isTruncated }) => isTruncated).length,
    calibration: { workload: ready.workload, ms: answers.map(({ calibrationMs }) => calibrationMs) },
    tokensPerSecond: (1000 * tokens) / totalMs,
    tokensPerAnswer: tokens / answers.length,
    loadMs: ready.loadMs,
    peakMemoryMb: Math.max(...answers.map(({ peakMemoryMb }) => peakMemoryMb)),
    sizeMb: (statSync(network).size + statSync(tokenizer).size) / 1e6,
  };
}

function latency(ms: readonly number[]): Latency {
  const at = (q: number): number => quantile(ms, q) ?? 0;
  return { n: ms.length, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

/** Runs the measuring process to its end and returns what it said: an answer for each request, in order. */
function observe({ signal, onProgress, ...task }: MeasureOptions): Promise<{ ready: Ready; answers: Answer[] }> {
  const fromSource = import.meta.url.endsWith('.ts');
  const child: ChildProcess = fork(new URL(`./measuring-process.${fromSource ? 'ts' : 'js'}`, import.meta.url), {
    execArgv: fromSource ? ['--import', 'jiti/register'] : [],
  });
  return new Promise<{ ready: Ready; answers: Answer[] }>((resolve, reject) => {
    let ready: Ready | undefined;
    const answers: Answer[] = [];
    const interrupt = (): void => reject(new ProofstillError('interrupted', 'interrupted', { cause: signal?.reason }));
    if (signal?.aborted) interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    child.on('message', (report: MeasureReport) => {
      if (report.kind === 'error') {
        reject(new ProofstillError('model', report.message, { place: task.checkpoint }));
        return;
      }
      if (report.kind === 'ready') ready = report;
      else answers.push(report);
      onProgress?.(answers.length, task.requests.length);
      if (ready && answers.length === task.requests.length) resolve({ ready, answers });
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the measuring process ended with code ${code}`)));
    child.send({ ...task, warmup: WARMUP } satisfies MeasureTask);
  }).finally(() => child.kill());
}
