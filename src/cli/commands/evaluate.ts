/** `proofstill evaluate`: a suite asked of a model. */

import { buildCommand } from '@stricli/core';
import { ProofstillError } from '../../core/errors.ts';
import { type Evaluation, evaluationSchema, type Precision, SCHEMA } from '../../core/records.ts';
import { SPLITS, type Split } from '../../core/sample.ts';
import { type CliContext, printJson } from '../context.ts';
import { count, jsonFlag, precisionFlag, required, seedFlag, text } from '../flags.ts';

interface EvaluateFlags {
  readonly model?: string;
  readonly split: Split;
  readonly attempts: number;
  readonly limit?: number;
  readonly maxTokens: number;
  readonly precision?: Precision;
  readonly seed?: number;
  readonly out?: string;
  readonly json: boolean;
}

export const evaluateCommand = buildCommand<EvaluateFlags, [string], CliContext>({
  docs: {
    brief: 'Score a model on a suite: answer, format and trace, per area, with intervals',
    fullDescription: [
      'Asks a model the samples of a suite and prints answer, format and trace scores apart, per area, each with its n and',
      '95% interval (Wilson). With --out every answer is kept as a line, and an interrupted evaluation goes on there.',
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
        optional: true,
      },
      split: { kind: 'enum', values: SPLITS, brief: 'Which committed samples', default: 'holdout' },
      attempts: { kind: 'parsed', parse: count, brief: 'Outputs for each sample', default: '1' },
      limit: { kind: 'parsed', parse: count, brief: 'Only the first n samples', placeholder: 'n', optional: true },
      maxTokens: { kind: 'parsed', parse: count, brief: 'Longest output, in tokens', default: '256' },
      precision: precisionFlag,
      seed: seedFlag,
      out: {
        kind: 'parsed',
        parse: text,
        brief: 'File for the evaluations, a line each',
        placeholder: 'file',
        optional: true,
      },
      json: jsonFlag,
    },
  },
  loader: async () => {
    const [
      { findModel, findSuite },
      { progressView },
      { evaluate, evaluationKey },
      { scoreboard },
      { openLines },
      { scoreTable },
    ] = await Promise.all([
      import('../resolve.ts'),
      import('../progress.ts'),
      import('../../evaluate/evaluate.ts'),
      import('../../evaluate/aggregate.ts'),
      import('../../run/lines.ts'),
      import('../../report/terminal.ts'),
    ]);
    return async function (this: CliContext, flags: EvaluateFlags, reference: string): Promise<void> {
      const suite = await findSuite(reference);
      const model = await findModel(required(flags.model, '--model'), suite, flags.precision);
      const samples = suite.samples.filter(({ split }) => split === flags.split).slice(0, flags.limit);
      if (samples.length === 0) {
        throw new ProofstillError('suite', `suite ${suite.name} has no committed ${flags.split} samples`, {
          place: '--split',
        });
      }
      const lines = flags.out === undefined ? undefined : openLines(flags.out, evaluationSchema);
      const all: Evaluation[] = [...(lines?.values ?? [])];
      const done = new Map(all.map((evaluation) => [evaluationKey(evaluation), evaluation]));
      const progress = progressView(this.process);
      progress.stage(
        `Evaluate ${model.fingerprint.slice(0, 24)} on ${samples.length} ${flags.split} samples of ${suite.name}`,
      );
      try {
        for await (const evaluation of evaluate({
          suite,
          samples,
          model,
          attempts: flags.attempts,
          maxTokens: flags.maxTokens,
          seed: flags.seed ?? 1,
          signal: this.signal,
          onProgress: (finished, total) => progress.update(finished, total),
          done,
        })) {
          lines?.append(evaluation);
          all.push(evaluation);
        }
      } finally {
        progress.end();
        lines?.close();
        await model.close();
      }
      const { overall, areas } = scoreboard(all, suite.areas);
      const { split } = flags;
      if (flags.json) printJson(this, { schema: SCHEMA, suite: suite.name, model: flags.model, split, overall, areas });
      else this.process.stdout.write(`${scoreTable({ overall, areas })}\n`);
    };
  },
});
