/** `proofstill runs`: what was run here. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildCommand, buildRouteMap } from '@stricli/core';
import { isProofstillError } from '../../core/errors.ts';
import type { Proportion } from '../../core/statistics/proportion.ts';
import type { RunState } from '../../run/folder.ts';
import { type CliContext, printJson } from '../context.ts';
import { jsonFlag, text } from '../flags.ts';

interface RunsFlags {
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

const listCommand = buildCommand<RunsFlags, [string], CliContext>({
  docs: {
    brief: 'Runs in a folder, with their state and result',
    fullDescription: 'One line for each run.\n\nExample:  proofstill runs list',
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ parse: text, brief: 'Folder of runs', placeholder: 'folder', default: 'runs' }],
    },
    flags: { json: jsonFlag },
  },
  loader: async () => {
    const [{ readRun }, { readSummary }, { percent }, { evaluationFiles }, { surveyEvaluation }, { scores }] =
      await Promise.all([
        import('../../run/folder.ts'),
        import('../../run/load.ts'),
        import('../../report/format.ts'),
        import('../../run/records.ts'),
        import('../../run/evaluation-file.ts'),
        import('../../evaluate/aggregate.ts'),
      ]);
    const evaluatedIn = (folder: string): EvaluatedFolder => {
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
    };
    const describe = (folder: string): Run | EvaluatedFolder => {
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
    };
    return async function (this: CliContext, { json }: RunsFlags, root: string): Promise<void> {
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
      if (json) return printJson(this, { runs });
      if (runs.length === 0) this.process.stdout.write(`no runs in ${root}\n`);
      for (const run of runs) this.process.stdout.write(`${lineOf(run, percent)}\n`);
    };
  },
});

function lineOf(run: Run | EvaluatedFolder | Unreadable, percent: (share: number | null) => string): string {
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

export const runsCommands = buildRouteMap({ routes: { list: listCommand }, docs: { brief: 'What was run here' } });
