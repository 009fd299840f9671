/** `proofstill verify`: answers made elsewhere, judged by a suite's verifier or by any other. */

import { readFileSync } from 'node:fs';
import { buildCommand } from '@stricli/core';
import { z } from 'zod';
import { messageOf, ProofstillError } from '../../core/errors.ts';
import { parseJsonLines } from '../../core/json-lines.ts';
import { partsOf } from '../../core/output.ts';
import { type Evaluation, SCHEMA } from '../../core/records.ts';
import { type CliContext, printJson } from '../context.ts';
import { jsonFlag, required, text } from '../flags.ts';

interface VerifyFlags {
  readonly in?: string;
  readonly with?: string;
  readonly pairs?: string;
  readonly json: boolean;
}

const pairSchema = z.looseObject({ id: z.string(), expected: z.string(), output: z.string() });

export const verifyCommand = buildCommand<VerifyFlags, [string?], CliContext>({
  docs: {
    brief: 'Judge answers that were made elsewhere',
    fullDescription: [
      "With a suite: scores a file of outputs, lines of { id, text, finishReason }, by the suite's own verifier.",
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
      in: { kind: 'parsed', parse: text, brief: 'Outputs, a JSON line each', placeholder: 'file', optional: true },
      with: {
        kind: 'parsed',
        parse: text,
        brief: 'Verifier, for example mathAnswer',
        placeholder: 'verifier',
        optional: true,
      },
      pairs: {
        kind: 'parsed',
        parse: text,
        brief: 'Pairs to grade, a JSON line each',
        placeholder: 'file',
        optional: true,
      },
      json: jsonFlag,
    },
  },
  loader: async () => {
    const [
      { findSuite, findVerifier },
      { replayModel },
      { evaluate },
      { scoreboard, reasons },
      { scoreTable },
      { verifyOutput },
    ] = await Promise.all([
      import('../resolve.ts'),
      import('../../model/replay.ts'),
      import('../../evaluate/evaluate.ts'),
      import('../../evaluate/aggregate.ts'),
      import('../../report/terminal.ts'),
      import('../../verify/verify.ts'),
    ]);
    return async function (this: CliContext, flags: VerifyFlags, reference?: string): Promise<void> {
      if (reference === undefined) {
        const verifier = await findVerifier(required(flags.with, '--with'));
        const results = [];
        for (const { id, expected, output } of readPairs(required(flags.pairs, '--pairs'))) {
          const sample = {
            id,
            suite: 'pairs',
            area: 'pairs',
            split: 'holdout',
            prompt: '',
            expected,
            key: id,
          } as const;
          const made = {
            text: output,
            ...partsOf(output),
            finishReason: 'stop',
            tokens: { in: 0, out: 0 },
            timings: { firstTokenMs: 0, totalMs: 0 },
          } as const;
          const { status, reason } = await verifyOutput(verifier, sample, made, {
            policy: 'score',
            signal: this.signal,
          });
          results.push({ id, status, ...(reason ? { reason } : {}) });
        }
        if (flags.json) printJson(this, { results });
        else
          for (const { id, status, reason } of results)
            this.process.stdout.write(`${id}  ${status}  ${reason ?? ''}\n`);
        return;
      }
      const suite = await findSuite(reference);
      const model = await replayModel(required(flags.in, '--in'));
      const known = new Set(idsIn(required(flags.in, '--in')));
      const samples = suite.samples.filter(({ id }) => known.has(id));
      const evaluations: Evaluation[] = [];
      const options = { suite, samples, model, maxTokens: Number.MAX_SAFE_INTEGER, seed: 0, signal: this.signal };
      for await (const evaluation of evaluate(options)) evaluations.push(evaluation);
      const board = scoreboard(evaluations, suite.areas);
      const missing = suite.samples.filter(({ id, split }) => split === 'holdout' && !known.has(id)).length;
      if (flags.json)
        printJson(this, { schema: SCHEMA, suite: suite.name, ...board, reasons: reasons(evaluations), missing });
      else this.process.stdout.write(`${scoreTable(board)}\n${missing} holdout samples have no output.\n`);
    };
  },
});

function readPairs(file: string): z.infer<typeof pairSchema>[] {
  return parseJsonLines(read(file), pairSchema, file);
}

function idsIn(file: string): string[] {
  return parseJsonLines(read(file), z.looseObject({ id: z.string() }), file).map(({ id }) => id);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ProofstillError('record', `cannot read the file: ${messageOf(cause)}`, { place: file, cause });
  }
}
