/** `proofstill runs`: what was run here, and what of it is kept. */

import { buildCommand, buildRouteMap } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { count, jsonFlag, number, optionalText, switchFlag, text } from '../flags.ts';
import type { RunsListFlags } from '../runs-list.ts';
import type { RunsPruneFlags } from '../runs-prune.ts';

const listCommand = buildCommand<RunsListFlags, [string], CliContext>({
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
    const { runsList } = await import('../runs-list.ts');
    return runsList;
  },
});

const pruneCommand = buildCommand<RunsPruneFlags, [string], CliContext>({
  docs: {
    brief: 'Delete the checkpoints of complete runs that nobody will ask for',
    fullDescription: [
      'Keeps of each complete run the student that it began with, the best by the lower bound of its steer accuracy, and the',
      'last; also what the baseline was set from, and what an unfinished run began with. A run that is not complete is left',
      'alone, for going on with it needs every checkpoint. Records and reports stay; a pruned run cannot be gone on with.',
      '',
      'Examples:  proofstill runs prune --dry-run             what would go, and how large it is',
      '           proofstill runs prune --older-than 30       only of runs that began over 30 days ago',
      '           proofstill runs prune runs/x --keep 3       of one run, with its last three',
    ].join('\n'),
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ parse: text, brief: 'Folder of runs, or one run', placeholder: 'folder', default: 'runs' }],
    },
    flags: {
      keep: {
        kind: 'parsed',
        parse: count,
        brief: 'Last checkpoints of each run that stay',
        placeholder: 'n',
        default: '1',
      },
      olderThan: {
        kind: 'parsed',
        parse: number,
        brief: 'Only of runs that began more days ago than this',
        placeholder: 'days',
        optional: true,
      },
      baseline: optionalText(
        'Run, evaluation or baseline file whose checkpoint stays [proofstill.baseline.jsonl, where it is there]',
        'path',
      ),
      dryRun: switchFlag('Delete nothing: show what would go'),
      json: jsonFlag,
    },
  },
  loader: async () => {
    const { runsPrune } = await import('../runs-prune.ts');
    return runsPrune;
  },
});

export const runsCommands = buildRouteMap({
  routes: { list: listCommand, prune: pruneCommand },
  docs: { brief: 'What was run here, and what of it is kept' },
});
