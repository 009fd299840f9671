/** `proofstill verify`: answers made elsewhere, judged by a suite's verifier or by any other. */

import { buildCommand } from '@stricli/core';
import { SPLITS } from '../../core/sample.ts';
import type { CliContext } from '../context.ts';
import { jsonFlag, text } from '../flags.ts';
import type { VerifyFlags } from '../verify-verb.ts';

const optional = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', parse: text, brief, placeholder, optional: true }) as const;

export const verifyCommand = buildCommand<VerifyFlags, [string?], CliContext>({
  docs: {
    brief: 'Judge answers that were made elsewhere',
    fullDescription: [
      "With a suite: scores a file of outputs, lines of { id, text, finishReason }, by the suite's own verifier. The k-th line",
      'of one id is its k-th attempt.',
      'With a verifier: grades lines of { id, expected, output } into { results: [{ id, status, reason }] }.',
      '',
      'Examples:  proofstill verify quadratics --in outputs.jsonl',
      '           proofstill verify --with mathAnswer --pairs pairs.jsonl --json',
    ].join('\n'),
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: text, brief: 'Built-in suite or path of a suite.ts', placeholder: 'suite', optional: true },
      ],
    },
    flags: {
      in: optional('Outputs, a JSON line each', 'file'),
      split: { kind: 'enum', values: SPLITS, brief: 'Which samples count; with --in [holdout]', optional: true },
      with: optional('Verifier, for example mathAnswer', 'verifier'),
      pairs: optional('Pairs to grade, a JSON line each', 'file'),
      json: jsonFlag,
    },
  },
  loader: async () => {
    const { verifyVerb } = await import('../verify-verb.ts');
    return verifyVerb;
  },
});
