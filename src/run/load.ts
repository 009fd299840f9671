/** Reads a finished run's records back, for a report. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { ProofstillError } from '../core/errors.ts';
import { parseJson } from '../core/json-lines.ts';
import {
  type Evaluation,
  type Measurement,
  type Round,
  roundSchema,
  type Summary,
  summarySchema,
} from '../core/records.ts';
import { evaluationIn } from './evaluation-file.ts';
import { orExplain } from './files.ts';
import { type RunRecord, readRun } from './folder.ts';
import { readLines } from './lines.ts';
import { readMeasurements } from './measurement-file.ts';

export interface RunRecords {
  readonly run: RunRecord;
  readonly summary: Summary;
  readonly rounds: readonly Round[];
  readonly evaluations: Readonly<Record<'before' | 'after' | 'teacher', readonly Evaluation[]>>;
  readonly measurements: readonly Measurement[];
}

/** `summary.json`, where the run is complete. @throws record error where it is there but corrupt */
export function readSummary(directory: string): Summary | undefined {
  const file = join(directory, 'summary.json');
  return existsSync(file) ? readRecord(file, summarySchema) : undefined;
}

/** @throws record error where there is no run, it is not complete, or a record is corrupt */
export function loadRun(directory: string): RunRecords {
  const run = readRun(directory);
  const summary = readSummary(directory);
  if (run.by === 'generate') {
    throw new ProofstillError('record', 'this run only generated candidates: there is no student to report on', {
      place: directory,
      hint: `See what became of them with the command that made it, or make a dataset: proofstill curate --run ${directory}`,
    });
  }
  if (!summary) {
    throw new ProofstillError('record', 'this run is not complete: it has no summary.json', {
      place: directory,
      hint: `Go on with it: proofstill distill --resume --run ${directory}`,
    });
  }
  const evaluation = (name: string): Evaluation[] => [
    ...evaluationIn(join(directory, 'evaluations', `holdout-${name}.jsonl`)).evaluations,
  ];
  const rounds = existsSync(join(directory, 'rounds.jsonl'))
    ? readLines(join(directory, 'rounds.jsonl'), roundSchema)
    : [];
  return {
    run,
    summary,
    rounds,
    evaluations: { before: evaluation('before'), after: evaluation('after'), teacher: evaluation('teacher') },
    measurements: readMeasurements(directory),
  };
}

function readRecord<T>(file: string, schema: z.ZodType<T>): T {
  const content = orExplain(file, () => readFileSync(file, 'utf8'));
  return parseJson(content, schema, file);
}
