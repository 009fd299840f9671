/** `proofstill measure`: what a checkpoint costs on this device. */

import { buildCommand } from '@stricli/core';
import type { ModelRequest } from '../../core/output.ts';
import type { Precision } from '../../core/records.ts';
import { randomStream } from '../../core/seed.ts';
import { quantile } from '../../core/statistics/quantile.ts';
import { drawProblem, type Suite } from '../../core/suite.ts';
import { type CliContext, printJson } from '../context.ts';
import { count, jsonFlag, precisionFlag, seedFlag, text } from '../flags.ts';

interface MeasureFlags {
  readonly suite: string;
  readonly precision?: Precision;
  readonly threads: number;
  readonly samples: number;
  readonly maxTokens: number;
  readonly seed?: number;
  readonly run?: string;
  readonly json: boolean;
}

export const measureCommand = buildCommand<MeasureFlags, [string], CliContext>({
  docs: {
    brief: 'Measure latency, throughput, memory and size of a checkpoint on this device',
    fullDescription: [
      'Answers one prompt at a time, after a warm-up, in a process of its own. The network must be exported first.',
      'The prompts are fresh ones of all areas, where the suite makes them, else some of its committed samples.',
      'A fixed piece of work is timed before each answer: what a latency is compared in across machines and days.',
      '',
      'Examples:  proofstill measure my-student --precision int8     after: proofstill export my-student',
      '           proofstill measure my-student --run runs/candidate',
    ].join('\n'),
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ parse: text, brief: 'Checkpoint directory', placeholder: 'checkpoint' }],
    },
    flags: {
      suite: { kind: 'parsed', parse: text, brief: 'Where the prompts come from', default: 'quadratics' },
      precision: precisionFlag,
      threads: { kind: 'parsed', parse: count, brief: 'Processor threads', default: '1' },
      samples: {
        kind: 'parsed',
        parse: count,
        brief: 'Prompts to answer, at least 20; 59 bound a 95th percentile',
        default: '60',
      },
      maxTokens: { kind: 'parsed', parse: count, brief: 'Longest output, in tokens', default: '256' },
      seed: seedFlag,
      run: {
        kind: 'parsed',
        parse: text,
        brief: 'Also keep it, in measurements/ of this folder: where gate looks',
        placeholder: 'dir',
        optional: true,
      },
      json: jsonFlag,
    },
  },
  loader: async () => {
    const [{ findCheckpoint, findSuite }, { progressView }, { measure }, { writeMeasurement }] = await Promise.all([
      import('../../resolve.ts'),
      import('../progress.ts'),
      import('../../measure/measure.ts'),
      import('../../run/measurement-file.ts'),
    ]);
    return async function (this: CliContext, flags: MeasureFlags, reference: string): Promise<void> {
      const checkpoint = findCheckpoint(reference);
      const suite = await findSuite(flags.suite);
      const progress = progressView(this.process);
      progress.stage(`Measure ${reference}`);
      const measured = await measure({
        checkpoint,
        precision: flags.precision ?? 'fp32',
        suite: suite.name,
        threads: flags.threads,
        requests: promptsOf(suite, flags.samples, flags.seed ?? 1),
        maxTokens: flags.maxTokens,
        signal: this.signal,
        onProgress: (done, total) => progress.update(done, total),
      }).finally(() => progress.end());
      if (flags.run !== undefined) writeMeasurement(flags.run, measured);
      if (flags.json) return printJson(this, measured);
      const { whole, firstToken, interToken, calibration, truncated, device } = measured;
      const line = (name: string, { p50Ms, p95Ms, p99Ms, n }: typeof whole): string =>
        `${name.padEnd(14)} p50 ${p50Ms.toFixed(1)} ms  p95 ${p95Ms.toFixed(1)} ms  p99 ${p99Ms.toFixed(1)} ms  (n=${n})\n`;
      this.process.stdout.write(
        line('whole answer', whole) + line('first token', firstToken) + line('between tokens', interToken),
      );
      const cutOff = truncated > 0 ? `; ${truncated} of ${whole.n} answers were cut off at the limit` : '';
      const [p50Ms, p95Ms] = [quantile(calibration.ms, 0.5) ?? 0, quantile(calibration.ms, 0.95) ?? 0];
      this.process.stdout.write(
        [
          `calibration    p50 ${p50Ms.toFixed(1)} ms  p95 ${p95Ms.toFixed(1)} ms  (${calibration.workload})`,
          `${measured.tokensPerSecond.toFixed(0)} tokens/s, ${measured.peakMemoryMb.toFixed(0)} MB resident, ${measured.sizeMb.toFixed(1)} MB on disk, ${measured.precision}, ${measured.threads} thread(s), ${device.processor}`,
          `greedy, at most ${flags.maxTokens} tokens${cutOff}\n`,
        ].join('\n'),
      );
    };
  },
});

/** Area after area in turn: what an answer costs differs between them. */
function promptsOf(suite: Suite, count: number, seed: number): ModelRequest[] {
  const { areas, samples } = suite;
  if (!suite.problem) {
    const size = Math.min(count, samples.length);
    return Array.from({ length: size }, (_, index) => samples[Math.floor((index * samples.length) / size)]!);
  }
  const random = randomStream(seed, 'measure');
  return Array.from({ length: count }, (_, index) => {
    const { prompt } = drawProblem(suite, areas[index % areas.length]!, 'steer', random);
    return { id: `measure-${index}`, prompt };
  });
}
