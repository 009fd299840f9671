/** `proofstill import`: logs of other tools as evaluations that compare and gate read. */

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { jsonFlag, number, text } from '../flags.ts';
import type { ImportFlags } from '../import.ts';

export const importCommand = buildCommand<ImportFlags, [string, ...string[]], CliContext>({
  docs: {
    brief: 'Read logs of inspect_ai or lm-evaluation-harness, to compare and gate runs made there',
    fullDescription: [
      'Turns logs of other tools into evaluations in a run folder, one for each task. Scores stay what that tool gave: a full',
      'score passes, anything less fails unless --threshold says otherwise; an attempt without a score, or that ended in an',
      'error, counts as unscored and never as wrong. Epochs become attempts. Use one folder for each model.',
      '',
      'Examples:  proofstill import logs/2026-11-24_gsm8k.eval --run runs/old            inspect_ai: .eval or .json',
      '           proofstill import logs/new.eval --run runs/new --scorer match --area subject',
      '           proofstill import out/model/samples_*.jsonl --run runs/new             lm-eval run with --log_samples',
      '           proofstill import samples_gsm8k_2026-11-24T12-00-00.0.jsonl --run runs/new --filter flexible-extract',
      'Then:      proofstill compare runs/old runs/new, proofstill gate runs/new --policy proofstill.policy.json',
    ].join('\n'),
  },
  parameters: {
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { parse: text, brief: '.eval or .json of inspect_ai, samples_*.jsonl of lm-eval', placeholder: 'log' },
    },
    flags: {
      run: { kind: 'parsed', parse: text, brief: 'Folder of the run', placeholder: 'dir' },
      scorer: named('inspect_ai: whose scores are read [the first]'),
      filter: named('lm-eval: the filter whose lines are read [the first]'),
      metric: named('lm-eval: the metric that is read [the first that is always 0 or 1]'),
      threshold: {
        kind: 'parsed',
        parse: number,
        brief: 'The least score that passes [a full 1]',
        placeholder: 'x',
        optional: true,
      },
      area: {
        kind: 'parsed',
        parse: text,
        brief: "Key of a sample's metadata or document that names its area [the task is the only area]",
        placeholder: 'key',
        optional: true,
      },
      json: jsonFlag,
    },
  },
  loader: async () => {
    const { importVerb } = await import('../import.ts');
    return importVerb;
  },
});

function named(brief: string) {
  return { kind: 'parsed', parse: text, brief, placeholder: 'name', optional: true } as const;
}
