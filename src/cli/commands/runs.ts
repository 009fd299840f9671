/** `proofstill runs`: what was run here. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildCommand, buildRouteMap } from '@stricli/core';
import { type CliContext, printJson } from '../context.ts';
import { jsonFlag, text } from '../flags.ts';

interface RunsFlags {
  readonly json: boolean;
}

const listCommand = buildCommand<RunsFlags, [string], CliContext>({
  docs: { brief: 'Runs in a folder, with their state and result' },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ parse: text, brief: 'Folder of runs', placeholder: 'folder', default: 'runs' }],
    },
    flags: { json: jsonFlag },
  },
  loader: async () => {
    const [{ readRun }, { readSummary }, { percent }] = await Promise.all([
      import('../../run/folder.ts'),
      import('../../run/load.ts'),
      import('../../report/format.ts'),
    ]);
    return async function (this: CliContext, { json }: RunsFlags, root: string): Promise<void> {
      const folders = existsSync(root) ? readdirSync(root).map((name) => join(root, name)) : [];
      const runs = folders
        .filter((folder) => existsSync(join(folder, 'run.json')))
        .map((folder) => {
          const { state, config, created } = readRun(folder);
          const summary = readSummary(folder);
          return {
            folder,
            created,
            state,
            suites: config.suites,
            before: summary?.before.holdout.answer.value ?? null,
            after: summary?.after.holdout.answer.value ?? null,
            rounds: summary?.rounds ?? null,
            targetsMet: summary?.targetsMet ?? null,
          };
        });
      if (json) return printJson(this, { runs });
      if (runs.length === 0) this.process.stdout.write(`no runs in ${root}\n`);
      for (const { folder, state, suites, before, after, rounds, targetsMet } of runs) {
        const result =
          targetsMet === null
            ? ''
            : `  ${percent(before)} → ${percent(after)} in ${rounds} rounds, targets ${targetsMet ? 'met' : 'missed'}`;
        this.process.stdout.write(`${folder}  ${state}  ${suites.join(', ')}${result}\n`);
      }
    };
  },
});

export const runsCommands = buildRouteMap({ routes: { list: listCommand }, docs: { brief: 'What was run here' } });
