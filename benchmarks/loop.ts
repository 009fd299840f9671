/**
 * Does the loop work, and how surely? The default run once for each of five seeds, judged on holdout:
 * `npm run bench -- loop`, or with other seeds `npm run bench -- loop 6 7`. Takes about six minutes a seed on two cores.
 */

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createRun, DEFAULTS, distill, recordConfig, referenceModel, type Summary } from 'proofstill';
import { quadratics } from 'proofstill/suites';
import { describeDevice } from '../src/measure/device.ts';

const given = process.argv.slice(2).map(Number);
const seeds = given.length > 0 ? given : [1, 2, 3, 4, 5];
const device = describeDevice();
console.error(`load ${device.load.toFixed(2)} on ${device.cores} cores, ${device.processor}`);

const summaries: Summary[] = [];
for (const seed of seeds) {
  const config = { ...DEFAULTS, seed, student: resolve(DEFAULTS.student) };
  const folder = join(mkdtempSync(join(tmpdir(), 'proofstill-loop-')), `seed-${seed}`);
  using run = createRun(folder, { config: recordConfig(config), device });
  const summary = await distill({ run, config, suite: quadratics, teacher: referenceModel(quadratics) });
  summaries.push(summary);
  print(seed, summary);
}

const [first] = summaries;
const each = (figure: (summary: Summary) => number | null): number[] =>
  summaries.map((summary) => figure(summary) ?? 0);
const answers = each(({ after }) => after.holdout.answer.value);
const figures = {
  seeds,
  n: first?.after.holdout.answer.n ?? 0,
  answerMean: answers.reduce((sum, value) => sum + value, 0) / answers.length,
  answerMin: Math.min(...answers),
  formatMin: Math.min(...each(({ after }) => after.holdout.format.value)),
  traceMin: Math.min(...each(({ after }) => after.holdout.trace.value)),
  beforeAnswer: first?.before.holdout.answer.value ?? null,
  beforeTrace: first?.before.holdout.trace.value ?? null,
  steerMinusHoldoutMax: Math.max(
    ...each(({ steer, after }) => (steer.overall.answer.value ?? 0) - (after.holdout.answer.value ?? 0)),
  ),
  p95MsMax: Math.max(...each(({ latency }) => latency.p95Ms)),
  wallSecondsMax: Math.max(...each(({ wallSeconds }) => wallSeconds)),
  checkpoints: summaries.map(({ checkpointHash }) => checkpointHash.slice(0, 16)),
};
console.log(JSON.stringify({ name: 'loop', ratios: {}, figures, device }));

function print(seed: number, { before, after, steer, latency, rounds, wallSeconds, stoppedBecause }: Summary): void {
  const share = (value: number | null): string =>
    value === null ? '   –  ' : `${(100 * value).toFixed(1).padStart(5)}%`;
  console.log(
    `\nseed ${seed}: ${stoppedBecause} after ${rounds} rounds, ${wallSeconds.toFixed(0)} s, p95 ${latency.p95Ms.toFixed(0)} ms`,
  );
  console.log('area        n   before answer   after answer  format   trace   steer answer');
  const row = (name: string, was: Summary['before']['holdout'], is: typeof was, seen: typeof was): void =>
    console.log(
      `${name.padEnd(9)} ${String(is.answer.n).padStart(4)}   ${share(was.answer.value).padStart(13)}  ${share(is.answer.value).padStart(13)}  ${share(is.format.value)}  ${share(is.trace.value)}  ${share(seen.answer.value).padStart(13)}`,
    );
  for (const [area, is] of Object.entries(after.areas))
    row(area, before.areas[area] as typeof is, is, steer.areas[area] as typeof is);
  row('all', before.holdout, after.holdout, steer.overall);
}
