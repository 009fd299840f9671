/** `proofstill baseline`: the run that a team has accepted. */

import { buildCommand, buildRouteMap } from '@stricli/core';
import type { BaselineFlags } from '../baseline.ts';
import type { CliContext } from '../context.ts';
import { jsonFlag, text } from '../flags.ts';

const flags = {
  baseline: {
    kind: 'parsed',
    parse: text,
    brief: 'The file, to be kept in git',
    placeholder: 'file',
    default: 'proofstill.baseline.jsonl',
  },
  json: jsonFlag,
} as const;

const setCommand = buildCommand<BaselineFlags, [string], CliContext>({
  docs: {
    brief: 'Accept a run: what later checkpoints are held against',
    fullDescription: [
      'Writes heads, verdicts and measurements of a run into one small file. It holds no prompt and no output, so it shows',
      'nothing of the holdout.',
      '',
      'Example:  proofstill baseline set runs/new && git add proofstill.baseline.jsonl',
    ].join('\n'),
  },
  parameters: {
    positional: { kind: 'tuple', parameters: [{ parse: text, brief: 'Run folder', placeholder: 'run' }] },
    flags,
  },
  loader: async () => {
    const { setBaseline } = await import('../baseline.ts');
    return setBaseline;
  },
});

const showCommand = buildCommand<BaselineFlags, [], CliContext>({
  docs: {
    brief: 'What the baseline is: model, suites and scores',
    fullDescription: 'Prints the scores of the accepted run.\n\nExample:  proofstill baseline show',
  },
  parameters: { flags },
  loader: async () => {
    const { showBaseline } = await import('../baseline.ts');
    return showBaseline;
  },
});

export const baselineCommands = buildRouteMap({
  routes: { set: setCommand, show: showCommand },
  docs: { brief: 'The run that a team has accepted' },
});
