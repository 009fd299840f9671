/** `proofstill purge`: a run without what models and people wrote. */

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { jsonFlag, switchFlag, text } from '../flags.ts';
import type { PurgeFlags } from '../purge.ts';

export const purgeCommand = buildCommand<PurgeFlags, [], CliContext>({
  docs: {
    brief: "Delete a run's texts, which may hold personal data, and keep its figures",
    fullDescription: [
      'Deletes what models and people wrote: answered calls, candidates, datasets, decisions of reviewers, the report with its',
      'examples, the journal. Of evaluations it keeps heads and verdicts: runs list, compare and gate still work, report and',
      'rescore do not, and the run cannot be gone on with. Summary, rounds, measurements and gate.json stay; absolute paths in',
      "records become names, for they may hold a person's. purged.json says when and what.",
      '',
      'It does not do everything. These stay: sample ids, names of areas and reason codes, as suite and verifier give them; a',
      'checkpoint, which may say again what it learnt from a text, and general.jsonl in it (--checkpoints deletes them all);',
      'files in the folder that Proofstill did not make, which it names; and whatever is elsewhere: the suite, exported',
      'datasets, batch files, baselines, backups, the servers that were asked. Files are deleted, not overwritten.',
      '',
      'Examples:  proofstill purge --run runs/x --dry-run',
      '           proofstill purge --run runs/x --checkpoints --yes',
    ].join('\n'),
  },
  parameters: {
    flags: {
      run: { kind: 'parsed', parse: text, brief: 'Run folder', placeholder: 'dir' },
      checkpoints: switchFlag('Delete the checkpoints too'),
      yes: switchFlag('Do it: deleted is deleted'),
      dryRun: switchFlag('Delete nothing: show what would go'),
      json: jsonFlag,
    },
  },
  loader: async () => {
    const { purgeVerb } = await import('../purge.ts');
    return purgeVerb;
  },
});
