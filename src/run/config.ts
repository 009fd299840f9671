/** `proofstill.config`: what a run is to do. Flags override the file, the file overrides the defaults; nothing is ignored. */

import { z } from 'zod';
import { ProofstillError } from '../core/errors.ts';
import { PRECISIONS } from '../core/records.ts';
import { isSuite, type Suite } from '../core/suite.ts';
import { MAX_UNSCORED } from '../evaluate/evaluate.ts';
import { loadConfigFile } from './config-file.ts';
import { nearest } from './nearest.ts';

const whole = z.int().positive();

/** Without a user's name or password in a URL: the config is recorded in `run.json`. */
const modelReference = z
  .string()
  .min(1)
  .refine((reference) => !/:\/\/[^/\s]*@/.test(reference), 'a model reference holds no user name or password');

const configSchema = z.strictObject({
  /** A built-in suite's name, a path, or a suite; at least one. */
  suites: z.array(z.union([z.string().min(1), z.custom<Suite>(isSuite)], 'expected a name, a path or a suite')).min(1),
  /** `reference` (the suite's own solver) or another model reference. */
  teacher: modelReference,
  /** A checkpoint directory. */
  student: z.string().min(1),
  train: z.strictObject({
    via: z.enum(['embedded']),
    method: z.enum(['sft']),
    /** Passes over the dataset in a round. */
    epochs: whole,
    /** Peak, after warm-up. */
    learningRate: z.number().positive(),
    /** Tokens in one step of the optimiser, padding included. */
    batchTokens: whole,
    /** Longest prompt and answer together, in tokens. */
    rowLength: whole,
  }),
  targets: z.strictObject({
    /** Lower 95% bound of answer accuracy. It is below 1 for any number of samples, hence so is the target. */
    answer: z.number().gt(0).lt(1),
    /** Milliseconds for a whole answer, 95th percentile, on `device`. */
    p95Ms: z.number().positive(),
  }),
  /** The loop ends when either is used up. */
  budget: z.strictObject({ rounds: whole, minutes: z.number().positive() }),
  mix: z.strictObject({
    /** Part of the rows of a dataset that comes from the student's `general.jsonl`, so that it keeps what it could do. */
    general: z.number().min(0).lt(1),
  }),
  unscored: z.strictObject({
    /** Share of an evaluation's or a round's outputs that may go unscored, by a fault of verifier or suite, before the run ends. */
    max: z.number().min(0).max(1),
  }),
  /** New problems in a round, over all areas. */
  problems: whole,
  /** Teacher outputs for each problem. */
  candidates: whole,
  /** Fresh steer samples of each area in a round. */
  steerSamples: whole,
  /** Limit on output tokens, of teacher and student. */
  maxTokens: whole,
  device: z.strictObject({ profile: z.enum(['one-thread']), precision: z.enum(PRECISIONS) }),
  seed: z
    .int()
    .nonnegative()
    .max(2 ** 32 - 1),
});

/** A config with every key. */
export type Config = z.infer<typeof configSchema>;

/** What a person writes: any keys, at both levels. */
export type ConfigInput = {
  readonly [K in keyof Config]?: Config[K] extends readonly unknown[] ? Config[K] : Some<Config[K]>;
};
type Some<T> = T extends object ? { readonly [K in keyof T]?: T[K] } : T;
type Loose<T> = { readonly [K in keyof T]?: (T[K] extends object ? Loose<T[K]> : T[K]) | undefined };

/** The config as `run.json` keeps it: a suite object is named `name@version`. */
export const recordedConfigSchema = configSchema.extend({ suites: z.array(z.string()).min(1) });
export type RecordedConfig = z.infer<typeof recordedConfigSchema>;

/** The self-contained demonstration: no key, no GPU, no network. */
export const DEFAULTS: Config = {
  suites: ['quadratics'],
  teacher: 'reference',
  student: 'students/nano',
  train: { via: 'embedded', method: 'sft', epochs: 2, learningRate: 1e-3, batchTokens: 1024, rowLength: 256 },
  targets: { answer: 0.95, p95Ms: 200 },
  budget: { rounds: 6, minutes: 6 },
  mix: { general: 0.3 },
  unscored: { max: MAX_UNSCORED },
  problems: 1500,
  candidates: 8,
  steerSamples: 120,
  maxTokens: 256,
  device: { profile: 'one-thread', precision: 'fp32' },
  seed: 1,
};

/** Declares a config; the identity, for its types. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

/** What may be given at each key, by whoever gives only some of them. */
const inputSchema = someOf(configSchema);

export interface ConfigSources {
  /** Path of a config file. */
  readonly file?: string;
  /** What flags say. A key that is `undefined` counts as not given, as argument parsers leave it. */
  readonly flags?: Loose<Omit<Config, 'suites'>> & { readonly suites?: Config['suites'] | undefined };
}

/**
 * The whole config: flag over file over default, key by key.
 * @throws config error for an unknown key (with the key that was probably meant), a value out of its range, NaN, an
 * empty list or section, and a file that cannot be read or exports nothing.
 */
export async function resolveConfig({ file, flags = {} }: ConfigSources): Promise<Config> {
  const written = file === undefined ? {} : checked(await loadConfigFile(file), file);
  return merge(merge(DEFAULTS, written), checked(given(flags), 'command line'));
}

/** The config without objects that a file cannot hold. */
export function recordConfig(config: Config): RecordedConfig {
  const named = (suite: string | Suite) => (typeof suite === 'string' ? suite : `${suite.name}@${suite.version}`);
  return { ...config, suites: config.suites.map(named) };
}

/** The schema of objects that hold some of the keys; a section that is given holds at least one. */
function someOf(schema: z.ZodObject): z.ZodObject {
  const shape = Object.entries(schema.shape).map(([key, member]) => {
    return [key, z.exactOptional(member instanceof z.ZodObject ? notEmpty(someOf(member)) : member)];
  });
  return z.strictObject(Object.fromEntries(shape));
}

function notEmpty(section: z.ZodObject): z.ZodObject {
  // Keys that are not known have been taken out by now, and say more than that nothing else is there.
  const when = ({ issues }: { issues: readonly unknown[] }) => issues.length === 0;
  return section.refine((value) => Object.keys(value).length > 0, { error: 'expected at least one key', when });
}

function checked(input: unknown, source: string): ConfigInput {
  const result = inputSchema.safeParse(input);
  if (result.success) return result.data as ConfigInput;
  const complaints = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `unknown key ${dotted([...issue.path, key])}`)
      : [`${dotted(issue.path)}: ${issue.message}`],
  );
  const unknown = result.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const meant = [...new Set(unknown.flatMap((key) => suggestion(key) ?? []))];
  throw new ProofstillError('config', complaints.join('; '), {
    place: source,
    hint: meant.length > 0 ? `Did you mean ${meant.join(', ')}?` : `The keys are ${KEYS.join(', ')}.`,
  });
}

const SECTIONS: ReadonlySet<string> = new Set(
  Object.entries(configSchema.shape).flatMap(([key, member]) => (member instanceof z.ZodObject ? [key] : [])),
);

const KEYS: readonly string[] = Object.entries(configSchema.shape).flatMap(([key, member]) =>
  member instanceof z.ZodObject ? Object.keys(member.shape).map((inner) => `${key}.${inner}`) : [key],
);

/** The key that was probably meant, wherever it belongs: `epoch` at the top is `train.epochs`. */
function suggestion(key: string): string | undefined {
  const places = new Map(
    KEYS.flatMap((full) =>
      full.split('.').map((part, depth, parts) => [part, parts.slice(0, depth + 1).join('.')] as const),
    ),
  );
  const near = nearest(key, [...places.keys()]);
  return near && places.get(near);
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.') || 'config';
}

/** `over` over `under`, section by section. */
function merge(under: Config, over: ConfigInput): Config {
  return {
    ...under,
    ...over,
    train: { ...under.train, ...over.train },
    targets: { ...under.targets, ...over.targets },
    budget: { ...under.budget, ...over.budget },
    mix: { ...under.mix, ...over.mix },
    unscored: { ...under.unscored, ...over.unscored },
    device: { ...under.device, ...over.device },
  };
}

/** The flags that were given; a section of which none was given is left out. */
function given(flags: object): object {
  const entries = Object.entries(flags).flatMap(([key, value]) => {
    if (!SECTIONS.has(key)) return value === undefined ? [] : [[key, value]];
    const members = Object.entries(Object(value)).filter(([, member]) => member !== undefined);
    const isUntouched = members.length === 0 && Object.keys(Object(value)).length > 0;
    return value === undefined || isUntouched ? [] : [[key, Object.fromEntries(members)]];
  });
  return Object.fromEntries(entries);
}
