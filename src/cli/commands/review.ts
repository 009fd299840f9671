/** `proofstill review`: a person decides about queued traces. */

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { count, jsonFlag, optionalText, port, switchFlag, text } from '../flags.ts';
import type { ReviewFlags } from '../review.ts';

export const reviewCommand = buildCommand<ReviewFlags, [], CliContext>({
  docs: {
    brief: 'Accept, reject or edit queued traces in the browser, by keyboard',
    fullDescription: [
      'Opens a page of this machine with the traces of a run that wait for a person: A accepts, R rejects, E edits, U undoes,',
      "? lists the keys. An edited trace must pass the suite's verifier. Each decision is in reviews.jsonl of the run folder",
      'before the next trace is shown, and the last one about a trace counts; a run may be going on meanwhile.',
      'The address holds a key: whoever has it can read and decide. Ctrl-C ends it, as the page does.',
      '',
      'Examples:  proofstill review --run runs/2026-11-24T12-00-00-000Z',
      '           proofstill review --run runs/my-run --sample 50     also a spot check of 50 kept traces',
    ].join('\n'),
  },
  parameters: {
    flags: {
      run: { kind: 'parsed', parse: text, brief: 'Run folder', placeholder: 'dir' },
      all: switchFlag('Kept traces too'),
      sample: {
        kind: 'parsed',
        parse: count,
        brief: 'Kept traces to look at too, drawn by the seed of the run',
        placeholder: 'n',
        optional: true,
      },
      suite: optionalText('Suite that verifies edits, built in or the path of a suite.ts [that of the run]', 'suite'),
      port: {
        kind: 'parsed',
        parse: port,
        brief: 'Port of 127.0.0.1 [any that is free]',
        placeholder: 'n',
        optional: true,
      },
      open: { kind: 'boolean', brief: 'Open the browser', default: true },
      json: jsonFlag,
    },
  },
  loader: async () => {
    const { reviewVerb } = await import('../review.ts');
    return reviewVerb;
  },
});
