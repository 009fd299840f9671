/** `proofstill distill`: the whole loop, from a student and a teacher to a report. */

import { buildCommand } from '@stricli/core';
import { DEFAULTS } from '../../run/config.ts';
import type { CliContext } from '../context.ts';
import type { DistillFlags } from '../distill-flags.ts';
import {
  count,
  jsonFlag,
  number,
  optional,
  precisionFlag,
  requireIsolationFlag,
  seedFlag,
  switchFlag,
  text,
} from '../flags.ts';
import { teacherFlags } from '../teacher-flags.ts';

export const distillCommand = buildCommand<DistillFlags, [], CliContext>({
  docs: {
    brief: 'Distil a teacher into a student until accuracy and latency targets hold',
    fullDescription: [
      'Measures the student, generates and verifies traces for the areas where it falls short, trains, exports and measures',
      'again, until both targets hold on one checkpoint or the budget is used up. Leaves a run folder with report.html.',
      '',
      'Examples:  proofstill distill                                    the demonstration: no key, no GPU, no network',
      '           proofstill distill --target-answer 0.9 --minutes 3    less, sooner',
      '           proofstill distill --resume                           go on after Ctrl-C or a crash',
    ].join('\n'),
  },
  parameters: {
    flags: {
      suite: optional(text, `Built-in suite or path of a suite.ts, .jsonl or .csv [${DEFAULTS.suites.join()}]`, 'name'),
      student: optional(text, `Checkpoint directory [${DEFAULTS.student}]`, 'dir'),
      targetAnswer: optional(
        number,
        `Lower 95% bound of answer accuracy, 0 to 1 [${DEFAULTS.targets.answer}]`,
        'share',
      ),
      targetP95: optional(
        number,
        `95th percentile of a whole answer, in milliseconds [${DEFAULTS.targets.p95Ms}]`,
        'ms',
      ),
      rounds: optional(count, `Rounds at most [${DEFAULTS.budget.rounds}]`, 'n'),
      minutes: optional(number, `Minutes at most [${DEFAULTS.budget.minutes}]`, 'n'),
      problems: optional(count, `New problems in a round [${DEFAULTS.problems}]`, 'n'),
      ...teacherFlags,
      steerSamples: optional(
        count,
        `Fresh steer samples of each area in a round, as far as it has keys [${DEFAULTS.steerSamples}]`,
        'n',
      ),
      epochs: optional(count, `Passes over the dataset in a round [${DEFAULTS.train.epochs}]`, 'n'),
      learningRate: optional(number, `Peak learning rate [${DEFAULTS.train.learningRate}]`, 'rate'),
      precision: precisionFlag,
      seed: seedFlag,
      config: optional(text, 'Config file [proofstill.config.ts or .json, where there is one]', 'file'),
      run: optional(text, 'Run folder [runs/<time>]', 'dir'),
      resume: switchFlag('Go on with the run of --run, or with the newest unfinished one'),
      requireIsolation: requireIsolationFlag,
      json: jsonFlag,
    },
  },
  loader: async () => {
    const { distillVerb } = await import('../distill-verb.ts');
    return distillVerb;
  },
});
