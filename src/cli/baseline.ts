/** What `proofstill baseline set` and `show` do. */

import { existsSync } from 'node:fs';
import { ProofstillError } from '../core/errors.ts';
import type { Evaluated, ModelRecords } from '../core/evaluated.ts';
import { SCHEMA } from '../core/records.ts';
import { scoreboard } from '../evaluate/aggregate.ts';
import { visible } from '../report/decision-text.ts';
import { milliseconds } from '../report/format.ts';
import { scoreTable } from '../report/terminal.ts';
import { readBaseline, writeBaseline } from '../run/baseline.ts';
import { readRecords } from '../run/records.ts';
import { type CliContext, printJson } from './context.ts';

export interface BaselineFlags {
  readonly baseline: string;
  readonly json: boolean;
}

export function setBaseline(this: CliContext, { baseline, json }: BaselineFlags, run: string): void {
  const records = readRecords(run);
  for (const { head, source } of records.evaluations) {
    const { n, of } = head.samples;
    if (n === of) continue;
    throw new ProofstillError(
      'config',
      `the run was asked ${n} of the ${of} ${head.split} samples of ${head.suite.name}`,
      {
        place: source,
        hint: 'Evaluate all of them: without --limit.',
      },
    );
  }
  writeBaseline(baseline, records);
  if (json) printJson(this, documentOf(records, baseline));
  else this.process.stdout.write(`${textOf(records)}\n\nKept in ${baseline}: commit it.\n`);
}

export function showBaseline(this: CliContext, { baseline, json }: BaselineFlags): void {
  if (!existsSync(baseline)) {
    throw new ProofstillError('config', 'there is no baseline yet', {
      place: baseline,
      hint: 'Accept a run: proofstill baseline set <run>',
    });
  }
  const records = readBaseline(baseline);
  if (json) printJson(this, documentOf(records, baseline));
  else this.process.stdout.write(`${textOf(records)}\n`);
}

function documentOf({ evaluations, measurements }: ModelRecords, baseline: string): object {
  return {
    schema: SCHEMA,
    baseline,
    evaluations: evaluations.map(({ head, attempts }) => ({ head, ...scoreboard(attempts, head.suite.areas) })),
    measurements,
  };
}

function textOf({ evaluations, measurements }: ModelRecords): string {
  const title = ({ head: { suite, split, model } }: Evaluated): string =>
    visible(`${model.reference} on the ${split} samples of ${suite.name} ${suite.version}`, 200);
  return [
    ...evaluations.map((evaluated) => {
      return `${title(evaluated)}\n${scoreTable(scoreboard(evaluated.attempts, evaluated.head.suite.areas))}`;
    }),
    ...measurements.map(({ checkpoint, precision, whole, device }) => {
      return `${checkpoint}, ${precision}: p95 ${milliseconds(whole.p95Ms)} of a whole answer on ${device.processor}`;
    }),
  ].join('\n\n');
}
