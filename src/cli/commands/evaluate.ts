/** `proofstill evaluate`: a suite asked of a model. */

import { buildCommand } from '@stricli/core';
import { ProofstillError } from '../../core/errors.ts';
import { type Evaluation, type Precision, SCHEMA } from '../../core/records.ts';
import { SPLITS, type Split } from '../../core/sample.ts';
import { type CliContext, printJson } from '../context.ts';
import { count, jsonFlag, maxUnscoredFlag, precisionFlag, requireIsolationFlag, seedFlag, text } from '../flags.ts';

interface EvaluateFlags {
  readonly model: string;
  readonly split: Split;
  readonly attempts: number;
  readonly limit?: number;
  readonly maxTokens: number;
  readonly precision?: Precision;
  readonly maxUnscored?: number;
  readonly seed?: number;
  readonly out?: string;
  readonly requireIsolation: boolean;
  readonly json: boolean;
}

export const evaluateCommand = buildCommand<EvaluateFlags, [string], CliContext>({
  docs: {
    brief: 'Score a model on a suite: answer, format and trace, per area, with intervals',
    fullDescription: [
      'Asks a model the samples of a suite and prints answer, format and trace scores apart, per area, each with its n and',
      '95% interval (Wilson). With --out every answer and its verdict is kept too, a line each.',
      '',
      'Examples:  proofstill evaluate quadratics --model students/nano',
      '           proofstill evaluate quadratics --model replay:outputs.jsonl --json',
    ].join('\n'),
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ parse: text, brief: 'Built-in suite or path of a suite.ts', placeholder: 'suite' }],
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
      maxTokens: { kind: 'parsed', parse: count, brief: 'Longest output, in tokens', placeholder: 'n', default: '256' },
      precision: precisionFlag,
      maxUnscored: maxUnscoredFlag,
      seed: seedFlag,
      out: {
        kind: 'parsed',
        parse: text,
        brief: 'New file for the evaluations, a JSON line each',
        placeholder: 'file',
        optional: true,
      },
      requireIsolation: requireIsolationFlag,
      json: jsonFlag,
    },
  },
  loader: async () => {
    const [
      { findModel, findSuite },
      { progressView },
      { newEvaluationsFile },
      { evaluate },
      { scoreboard },
      { scoreTable },
      { requireSandboxIsolation },
    ] = await Promise.all([
      import('../resolve.ts'),
      import('../progress.ts'),
      import('../evaluations-file.ts'),
      import('../../evaluate/evaluate.ts'),
      import('../../evaluate/aggregate.ts'),
      import('../../report/terminal.ts'),
      import('../../verify/sandbox/isolation.ts'),
    ]);
    return async function (this: CliContext, flags: EvaluateFlags, reference: string): Promise<void> {
      const { split, out, json } = flags;
      if (flags.requireIsolation) requireSandboxIsolation();
      const suite = await findSuite(reference);
      const samples = suite.samples.filter((sample) => sample.split === split).slice(0, flags.limit);
      if (samples.length === 0) {
        const others = SPLITS.filter((other) => suite.samples.some((sample) => sample.split === other));
        throw new ProofstillError('suite', `suite ${suite.name} has no committed ${split} samples`, {
          place: '--split',
          hint: `It has samples of: ${others.join(', ') || 'no split'}.`,
        });
      }
      const model = await findModel(flags.model, suite, flags.precision);
      const progress = progressView(this.process);
      const evaluations: Evaluation[] = [];
      try {
        const lines = out === undefined ? undefined : newEvaluationsFile(out);
        progress.stage(`Evaluate ${flags.model} on ${samples.length} ${split} samples of ${suite.name}`);
        const { attempts, maxTokens, seed = 1 } = flags;
        const onProgress = (done: number, total: number): void => progress.update(done, total);
        const options = { suite, samples, model, attempts, maxTokens, seed, signal: this.signal, onProgress };
        const tolerance = flags.maxUnscored === undefined ? {} : { maxUnscored: flags.maxUnscored };
        for await (const evaluation of evaluate({ ...options, ...tolerance })) {
          lines?.append(evaluation);
          evaluations.push(evaluation);
        }
        lines?.close();
      } finally {
        progress.end();
        await model.close();
      }
      const board = scoreboard(evaluations, suite.areas);
      if (json) printJson(this, { schema: SCHEMA, suite: suite.name, model: flags.model, split, ...board });
      else this.process.stdout.write(`${scoreTable(board)}\n`);
    };
  },
});
