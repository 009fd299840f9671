/** What `proofstill runs list` does. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isProofstillError } from '../core/errors.ts';
import type { Proportion } from '../core/statistics/proportion.ts';
import { scores } from '../evaluate/aggregate.ts';
import { visible } from '../report/decision-text.ts';
import { percent } from '../report/format.ts';
import { surveyEvaluation } from '../run/evaluation-file.ts';
import { type RunState, readRun } from '../run/folder.ts';
import { readSummary } from '../run/load.ts';
import { evaluationFiles } from '../run/records.ts';
import { type CliContext, printJson } from './context.ts';

export interface RunsListFlags {
  readonly json: boolean;
}

interface Run {
  readonly folder: string;
  readonly created: string;
  readonly state: RunState;
  readonly suites: readonly string[];
  /** Answer accuracy on holdout; these and what follows are `null` until the run is complete. */
  readonly before: Proportion | null;
  readonly after: Proportion | null;
  readonly rounds: number | null;
  readonly targetsMet: boolean | null;
}

/** A folder of `evaluate`. */
interface EvaluatedFolder {
  readonly folder: string;
  readonly state: 'evaluated' | 'running';
  readonly evaluations: readonly {
    readonly suite: string;
    readonly split: string;
    readonly model: string;
    /** Attempts there are, of those asked for. */
    readonly done: number;
    readonly asked: number;
    readonly answer: Proportion;
  }[];
}

interface Unreadable {
  readonly folder: string;
  readonly state: 'unreadable';
  readonly message: string;
}

const LONGEST_LINE = 4000;

export function runsList(this: CliContext, { json }: RunsListFlags, root: string): void {
  const runs = (existsSync(root) ? readdirSync(root) : [])
    .map((name) => join(root, name))
    .filter((folder) => existsSync(join(folder, 'run.json')) || existsSync(join(folder, 'evaluations')))
    .map((folder): Run | EvaluatedFolder | Unreadable => {
      try {
        return describe(folder);
      } catch (error) {
        // One spoilt run must not hide the others.
        if (isProofstillError(error)) return { folder, state: 'unreadable', message: error.message };
        throw error;
      }
    });
  const { stdout } = this.process;
  if (json) printJson(this, { runs });
  else if (runs.length === 0) stdout.write(`no runs in ${root}\n`);
  // Names in other people's records, and a terminal obeys what it is sent.
  else for (const run of runs) stdout.write(`${visible(lineOf(run), LONGEST_LINE)}\n`);
}

function evaluatedIn(folder: string): EvaluatedFolder {
  const evaluations = evaluationFiles(folder).map(({ file }) => {
    const { head, attempts } = surveyEvaluation(file);
    const { suite, split, model, samples, decoding } = head;
    return {
      suite: suite.name,
      split,
      model: model.reference,
      done: attempts.length,
      asked: samples.n * (decoding?.attempts ?? 1),
      answer: scores(attempts).answer,
    };
  });
  const isDone = evaluations.every(({ done, asked }) => done >= asked);
  return { folder, state: isDone ? 'evaluated' : 'running', evaluations };
}

function describe(folder: string): Run | EvaluatedFolder {
  if (!existsSync(join(folder, 'run.json'))) return evaluatedIn(folder);
  const { state, config, created } = readRun(folder);
  const summary = readSummary(folder);
  return {
    folder,
    created,
    state,
    suites: config.suites,
    before: summary?.before.holdout.answer ?? null,
    after: summary?.after.holdout.answer ?? null,
    rounds: summary?.rounds ?? null,
    targetsMet: summary?.targetsMet ?? null,
  };
}
function lineOf(run: Run | EvaluatedFolder | Unreadable): string {
  if ('evaluations' in run) {
    const each = run.evaluations.map(({ suite, split, model, done, asked, answer }) => {
      const state = done < asked ? `, ${done} of ${asked} attempts` : '';
      return `${split} of ${suite} by ${model}: ${percent(answer.value)} (n=${answer.n})${state}`;
    });
    return `${run.folder}  ${run.state}  ${each.join('; ')}`;
  }
  if (run.state === 'unreadable') return `${run.folder}  unreadable: ${run.message.replaceAll('\n', ' ')}`;
  const { folder, state, suites, before, after, rounds, targetsMet } = run;
  const begun = `${folder}  ${state}  ${suites.join(', ')}`;
  if (before === null || after === null) return begun;
  const result = `${percent(before.value)} → ${percent(after.value)} (n=${after.n})`;
  return `${begun}  ${result} in ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, targets ${targetsMet ? 'met' : 'not met'}`;
}
