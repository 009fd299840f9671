/** `proofstill evaluate`: a suite asked of a model. */

import { buildCommand } from '@stricli/core';
import { SPLITS } from '../../core/sample.ts';
import type { CliContext } from '../context.ts';
import type { EvaluateFlags } from '../evaluate.ts';
import {
  count,
  jsonFlag,
  ledgerFlag,
  maxUnscoredFlag,
  number,
  precisionFlag,
  requireIsolationFlag,
  seedFlag,
  share,
  text,
} from '../flags.ts';

export const evaluateCommand = buildCommand<EvaluateFlags, [string], CliContext>({
  docs: {
    brief: 'Score a model on a suite: answer, format and trace, per area, with intervals',
    fullDescription: [
      'Asks a model the samples of a suite and prints answer, format and trace scores apart, per area, each with its n and',
      '95% interval (Wilson; several attempts at a sample count as one cluster). Every answer and its verdict is kept in the',
      'run folder, a line each. The same command with the same --run goes on where it was ended, and asks nothing twice.',
      '',
      'Examples:  proofstill evaluate quadratics --model students/nano --run runs/nano',
      '           proofstill evaluate quadratics --model students/nano --attempts 8 --temperature 0.6',
      '           proofstill evaluate quadratics --model students/nano --fresh 2000      samples that nobody has read',
      '           proofstill evaluate quadratics --model replay:outputs.jsonl --json',
      'Then:      proofstill compare runs/old runs/new, proofstill gate runs/new --policy proofstill.policy.json',
    ].join('\n'),
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: text, brief: 'Built-in suite or path of a suite.ts, .jsonl or .csv', placeholder: 'suite' },
      ],
    },
    flags: {
      model: {
        kind: 'parsed',
        parse: text,
        brief: 'Checkpoint directory, reference, or replay:<file.jsonl>',
        placeholder: 'ref',
      },
      split: { kind: 'enum', values: SPLITS, brief: 'Which committed samples', default: 'holdout' },
      attempts: { kind: 'parsed', parse: count, brief: 'Outputs for each sample', placeholder: 'n', default: '1' },
      limit: { kind: 'parsed', parse: count, brief: 'Only the first n samples', placeholder: 'n', optional: true },
      fresh: {
        kind: 'parsed',
        parse: count,
        brief: 'Instead of the committed samples, n new ones, drawn by --seed',
        placeholder: 'n',
        optional: true,
      },
      maxTokens: { kind: 'parsed', parse: count, brief: 'Longest output, in tokens', placeholder: 'n', default: '256' },
      temperature: { kind: 'parsed', parse: temperature, brief: 'Of sampling; 0 is greedy', default: '0' },
      topP: { kind: 'parsed', parse: nucleus, brief: 'Nucleus of sampling; 1 is off', default: '1' },
      precision: precisionFlag,
      maxUnscored: maxUnscoredFlag,
      seed: seedFlag,
      run: {
        kind: 'parsed',
        parse: text,
        brief: 'Folder of the run; one that was ended is gone on with [runs/<time>]',
        placeholder: 'dir',
        optional: true,
      },
      ledger: ledgerFlag,
      requireIsolation: requireIsolationFlag,
      json: jsonFlag,
    },
  },
  loader: async () => {
    const { evaluateVerb } = await import('../evaluate.ts');
    return evaluateVerb;
  },
});

function temperature(input: string): number {
  const value = number(input);
  if (value < 0) throw new SyntaxError(`expected a number from 0, got "${input}"`);
  return value;
}

function nucleus(input: string): number {
  const value = share(input);
  if (value === 0) throw new SyntaxError('expected a share above 0, got "0"');
  return value;
}
