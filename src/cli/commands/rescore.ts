/** `proofstill rescore`: a finished run judged again, without any model. */

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { jsonFlag, requireIsolationFlag, text } from '../flags.ts';
import type { RescoreFlags } from '../rescore.ts';

export const rescoreCommand = buildCommand<RescoreFlags, [], CliContext>({
  docs: {
    brief: 'Judge the outputs of a finished run again, without asking any model',
    fullDescription: [
      "Runs the suite's verifier as it is now on every recorded output, shows which verdicts changed, and the new figures beside",
      'the old. New verdicts go to rescored/ in the run folder, by verifier version; nothing that the run recorded is changed.',
      '',
      'Example:  proofstill rescore --run runs/2026-11-24T12-00-00-000Z',
    ].join('\n'),
  },
  parameters: {
    flags: {
      run: { kind: 'parsed', parse: text, brief: 'Run folder', placeholder: 'dir' },
      suite: {
        kind: 'parsed',
        parse: text,
        brief: 'Suite that judges, built in or the path of a suite.ts, .jsonl or .csv [that of the run]',
        placeholder: 'suite',
        optional: true,
      },
      requireIsolation: requireIsolationFlag,
      json: jsonFlag,
    },
  },
  loader: async () => {
    const { rescoreVerb } = await import('../rescore.ts');
    return rescoreVerb;
  },
});
