/** `proofstill verify`: answers made elsewhere, judged by a suite's verifier or by any other; and the verifiers themselves. */

import { buildCommand } from '@stricli/core';
import { SPLITS } from '../../core/sample.ts';
import { POLICIES } from '../../core/verdict.ts';
import type { CliContext } from '../context.ts';
import { count, jsonFlag, optionalText, requireIsolationFlag, switchFlag, text } from '../flags.ts';
import type { VerifyFlags } from '../verify-verb.ts';

export const verifyCommand = buildCommand<VerifyFlags, [string?], CliContext>({
  docs: {
    brief: 'Judge answers that were made elsewhere, or the verifiers themselves',
    fullDescription: [
      "With a suite: scores a file of outputs, lines of { id, text, finishReason }, by the suite's own verifier, and lists",
      'the samples that have none. No model is asked. With --out every output and its verdict is kept, a line each.',
      'With a verifier: grades lines of { id, expected, output } into { results: [{ id, status, reason }] }. An output is a',
      'completion, or a bare answer without tags.',
      'With --self-test: agreement, false accepts and false rejects of each verifier on the labelled tables that come along.',
      '',
      'Examples:  proofstill verify quadratics --in outputs.jsonl',
      '           proofstill verify --with mathAnswer --pairs pairs.jsonl --json',
      '           proofstill verify --self-test',
    ].join('\n'),
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: text,
          brief: 'Built-in suite or path of a suite.ts, .jsonl or .csv',
          placeholder: 'suite',
          optional: true,
        },
      ],
    },
    flags: {
      in: optionalText('Outputs, a JSON line each', 'file'),
      split: { kind: 'enum', values: SPLITS, brief: 'Which samples count; with --in [holdout]', optional: true },
      attempts: {
        kind: 'parsed',
        parse: count,
        brief: 'Outputs of one sample at most, its attempts; with --in [1]',
        placeholder: 'n',
        optional: true,
      },
      out: optionalText('New file for the evaluations, a JSON line each; with --in', 'file'),
      policy: {
        kind: 'enum',
        values: POLICIES,
        brief: 'Read answers leniently, or only what a student may learn [score]',
        optional: true,
      },
      with: optionalText('Verifier, for example mathAnswer', 'verifier'),
      pairs: optionalText('Pairs to grade, a JSON line each', 'file'),
      selfTest: switchFlag('Error rates of the verifiers, or of that of --with'),
      requireIsolation: requireIsolationFlag,
      json: jsonFlag,
    },
  },
  loader: async () => {
    const { verifyVerb } = await import('../verify-verb.ts');
    return verifyVerb;
  },
});
