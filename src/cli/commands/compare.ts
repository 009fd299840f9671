/** `proofstill compare`: two or more runs, sample by sample. */

import { buildCommand } from '@stricli/core';
import type { CompareFlags } from '../compare.ts';
import type { CliContext } from '../context.ts';
import { jsonFlag, seedFlag, switchFlag, text } from '../flags.ts';

export const compareCommand = buildCommand<CompareFlags, string[], CliContext>({
  docs: {
    brief: 'Compare runs sample by sample: what is newly right, what newly wrong, and whether it is chance',
    fullDescription: [
      'Pairs the samples of the first run with those of each other one. Shows differences with their 95% interval, exact',
      'p-values, overall and by area, and the smallest difference that so many samples can show. Runs of different versions of a',
      'suite or its verifier are refused, unless --across-versions pairs the samples that are the same.',
      '',
      'Examples:  proofstill compare runs/old runs/new',
      '           proofstill compare proofstill.baseline.jsonl runs/new --json',
      '           proofstill compare runs/x/evaluations/holdout-before.jsonl runs/x/evaluations/holdout-after.jsonl',
    ].join('\n'),
  },
  parameters: {
    positional: {
      kind: 'array',
      parameter: {
        parse: text,
        brief: 'Run folder, evaluation file or baseline; the earlier one first',
        placeholder: 'run',
      },
    },
    flags: {
      acrossVersions: switchFlag('Pair different versions of a suite, on the samples that are the same'),
      transcripts: switchFlag('Show what was said of samples that are newly wrong: this reveals the holdout'),
      seed: seedFlag,
      json: jsonFlag,
    },
  },
  loader: async () => {
    const { compareVerb } = await import('../compare.ts');
    return compareVerb;
  },
});
