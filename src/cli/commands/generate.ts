/** `proofstill generate`: a teacher's traces for a suite's problems, verified. */

import { buildCommand } from '@stricli/core';
import { DEFAULTS } from '../../run/config.ts';
import type { CliContext } from '../context.ts';
import { count, jsonFlag, optional, optionalText, requireIsolationFlag, seedFlag, switchFlag, text } from '../flags.ts';
import type { GenerateFlags } from '../generate.ts';
import { teacherFlags } from '../teacher-flags.ts';

export const generateCommand = buildCommand<GenerateFlags, [string], CliContext>({
  docs: {
    brief: "Ask a teacher for traces of a suite's problems, and keep what verifies",
    fullDescription: [
      'Asks a teacher for several candidates of each problem, judges them stage by stage (complete, template, answer, trace,',
      'readable, person), asks on where too few pass, and keeps the best of each problem. Every candidate is in the run folder',
      'with what became of it, and every answer of an endpoint is kept the moment it comes: the same command with the same',
      '--run goes on after Ctrl-C, a crash or a spent budget, and pays twice only for what was in flight at a kill.',
      '',
      'Keys come from the environment (DEEPSEEK_API_KEY, OPENAI_API_KEY, …) and go to the host that they are for, never elsewhere.',
      '',
      'Examples:  proofstill generate quadratics --problems 50 --run runs/try',
      '           proofstill generate my.jsonl --teacher openai:deepseek-reasoner@https://api.deepseek.com/v1 --dry-run',
      '           proofstill generate my.jsonl --teacher openai:qwen3@http://localhost:8000/v1 --keep 4 --trials 32 --run runs/qwen3',
      '           proofstill generate my.jsonl --teacher … --run runs/b --batch-out batch.jsonl     for the Batch API or vllm run-batch',
      '           proofstill generate my.jsonl --teacher … --run runs/b --batch-in results.jsonl    what came back',
      'Then:      proofstill review --run <dir>, proofstill curate --run <dir>',
    ].join('\n'),
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: text, brief: 'Built-in suite, or path of a suite.ts, a .jsonl or a .csv', placeholder: 'suite' },
      ],
    },
    flags: {
      ...teacherFlags,
      problems: optional(count, `Problems, over all areas in equal parts [${DEFAULTS.problems}]`, 'n'),
      areas: optionalText('Only these areas, parted by commas [all]', 'names'),
      seed: seedFlag,
      config: optionalText('Config file [proofstill.config.ts or .json, where there is one]', 'file'),
      run: optionalText('Run folder; one that was ended is gone on with [runs/<time>]', 'dir'),
      dryRun: switchFlag('Say what would be asked and what it may cost, and ask nothing'),
      batchOut: optionalText(
        'Write the calls that are to be made into files of the OpenAI Batch format instead',
        'file',
      ),
      batchIn: {
        kind: 'parsed',
        parse: text,
        brief: 'Take the answers of a batch from these files of results',
        placeholder: 'file',
        variadic: true,
        optional: true,
      },
      requireIsolation: requireIsolationFlag,
      json: jsonFlag,
    },
  },
  loader: async () => {
    const { generateVerb } = await import('../generate.ts');
    return generateVerb;
  },
});
