/** The flags of `proofstill distill`, and which key of the config each of them sets. */

import { isDeepStrictEqual } from 'node:util';
import { ProofstillError } from '../core/errors.ts';
import { isCheckpointOf } from '../resolve.ts';
import { type ConfigSources, DEFAULTS, type RecordedConfig } from '../run/config.ts';
import { flagName } from './flags.ts';
import type { TeacherFlags } from './teacher-flags.ts';

export interface DistillFlags extends TeacherFlags {
  readonly suite?: string;
  readonly student?: string;
  readonly targetAnswer?: number;
  readonly targetP95?: number;
  readonly rounds?: number;
  readonly minutes?: number;
  readonly problems?: number;
  readonly steerSamples?: number;
  readonly epochs?: number;
  readonly learningRate?: number;
  readonly precision?: 'fp32' | 'int8';
  readonly seed?: number;
  readonly config?: string;
  readonly run?: string;
  readonly resume: boolean;
  readonly requireIsolation: boolean;
  readonly json: boolean;
}

type ConfigFlags = NonNullable<ConfigSources['flags']>;

/** What the flags say, as the config has it; `undefined` where they say nothing. */
export function configOf(flags: Partial<DistillFlags>): ConfigFlags {
  const { suite, teacher, student, problems, candidates, keep, trials, selection, steerSamples, seed } = flags;
  return {
    suites: suite === undefined ? undefined : [suite],
    teacher,
    student,
    problems,
    candidates,
    keep,
    trials,
    selection,
    steerSamples,
    seed,
    train: { epochs: flags.epochs, learningRate: flags.learningRate },
    targets: { answer: flags.targetAnswer, p95Ms: flags.targetP95 },
    budget: { rounds: flags.rounds, minutes: flags.minutes, usd: flags.maxUsd, tokens: flags.maxTotalTokens },
    unscored: { max: flags.maxUnscored },
    device: { precision: flags.precision },
  };
}

/** The flag of each config key that has one. */
const FLAGS: Readonly<Record<string, keyof DistillFlags>> = {
  suites: 'suite',
  teacher: 'teacher',
  student: 'student',
  'targets.answer': 'targetAnswer',
  'targets.p95Ms': 'targetP95',
  'budget.rounds': 'rounds',
  'budget.minutes': 'minutes',
  'budget.usd': 'maxUsd',
  'budget.tokens': 'maxTotalTokens',
  problems: 'problems',
  candidates: 'candidates',
  keep: 'keep',
  trials: 'trials',
  selection: 'selection',
  steerSamples: 'steerSamples',
  'train.epochs': 'epochs',
  'train.learningRate': 'learningRate',
  'unscored.max': 'maxUnscored',
  'device.precision': 'precision',
  seed: 'seed',
};

/** A resumed run goes on with the config that it began with. @throws config error naming a flag that says otherwise */
export function refuseContradiction(flags: ConfigFlags, recorded: RecordedConfig): void {
  const began = leavesOf(recorded);
  for (const [key, value] of leavesOf(flags)) {
    if (value === undefined || isDeepStrictEqual(value, began.get(key))) continue;
    const flag = flagName(FLAGS[key] ?? key);
    throw new ProofstillError('config', `the run began with ${shown(began.get(key))}, the flag says ${shown(value)}`, {
      place: flag,
      hint: `Leave ${flag} out, or start a new run without --resume.`,
    });
  }
}

/** What to type to run a config again: its seed, and every flag that is not at its default. */
export function commandOf(config: RecordedConfig): string {
  const defaults = leavesOf(DEFAULTS);
  const words = ['proofstill', 'distill'];
  const inFile: string[] = [];
  for (const [key, value] of leavesOf(config)) {
    const isDefault =
      key === 'student'
        ? isCheckpointOf(DEFAULTS.student, config.student)
        : isDeepStrictEqual(value, defaults.get(key));
    if (isDefault && key !== 'seed') continue;
    const flag = FLAGS[key];
    if (flag) words.push(flagName(flag), quoted(shown(value)));
    else inFile.push(`${key} ${shown(value)}`);
  }
  const command = words.join(' ');
  return inFile.length === 0 ? command : `${command}  # with ${inFile.join(', ')} in the config file`;
}

/** Every value that is not a section, by its dotted key. */
function leavesOf(config: object): Map<string, unknown> {
  return new Map(
    Object.entries(config).flatMap(([key, value]): [string, unknown][] =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? [...leavesOf(value)].map(([inner, member]) => [`${key}.${inner}`, member])
        : [[key, value]],
    ),
  );
}

function shown(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}

/** One word of a POSIX shell. */
function quoted(word: string): string {
  return /^[\w./:,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
