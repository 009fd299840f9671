/** The flags that say whom to ask for traces, how often, and for how much. */

import { SELECTIONS } from '../core/selection.ts';
import { DEFAULTS } from '../run/config.ts';
import { count, maxUnscoredFlag, optional, positive, text } from './flags.ts';

export interface TeacherFlags {
  readonly teacher?: string;
  readonly candidates?: number;
  readonly keep?: number;
  readonly trials?: number;
  readonly selection?: (typeof SELECTIONS)[number];
  readonly maxUsd?: number;
  readonly maxTotalTokens?: number;
  readonly maxUnscored?: number;
}

export const teacherFlags = {
  teacher: optional(
    text,
    `reference (the suite's own solver), openai:<model>@<base URL>, replay:<file> or a checkpoint [${DEFAULTS.teacher}]`,
    'ref',
  ),
  candidates: optional(count, `Teacher outputs asked for at once for each problem [${DEFAULTS.candidates}]`, 'n'),
  keep: optional(count, `Traces kept of each problem; it is asked on until so many pass [${DEFAULTS.keep}]`, 'n'),
  trials: optional(count, `Teacher outputs for each problem at most [${DEFAULTS.trials}]`, 'n'),
  selection: {
    kind: 'enum',
    values: SELECTIONS,
    brief: `Which of the traces that pass are kept [${DEFAULTS.selection}]`,
    optional: true,
  },
  maxUsd: optional(positive, 'Ceiling on what endpoints may cost in this run, in US dollars [none]', 'usd'),
  maxTotalTokens: optional(count, "Ceiling on endpoints' tokens in this run, in and out [none]", 'n'),
  maxUnscored: maxUnscoredFlag,
} as const;
