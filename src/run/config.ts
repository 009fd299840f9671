/** `proofstill.config`: what a run is to do. Flags override the file, the file overrides the defaults; nothing is ignored. */

import { z } from 'zod';
import { endpointSchema, isEndpointReference, parseEndpoint } from '../core/endpoint.ts';
import { isProofstillError, ProofstillError } from '../core/errors.ts';
import { PRECISIONS } from '../core/records.ts';
import { SELECTIONS } from '../core/selection.ts';
import { isSuite, type Suite } from '../core/suite.ts';
import { MAX_UNSCORED } from '../evaluate/evaluate.ts';
import { loadConfigFile } from './config-file.ts';
import { nearest } from './nearest.ts';

const whole = z.int().positive();

/** Without a user's name or password in a URL: the config is recorded in `run.json`. */
const modelReference = z
  .string()
  .min(1)
  .refine((reference) => !/:\/\/[^/\s]*@/.test(reference), 'a model reference holds no user name or password')
  .superRefine((reference, context) => {
    if (!isEndpointReference(reference)) return;
    try {
      parseEndpoint(reference);
    } catch (error) {
      if (!isProofstillError(error)) throw error;
      context.addIssue({ code: 'custom', message: `${error.message}. ${error.hint ?? ''}` });
    }
  });

/** A model by its reference, or an endpoint with its settings. */
const modelSchema = z.union([modelReference, endpointSchema]);
/** As configs and `run.json` hold it. */
export type ModelConfig = z.infer<typeof modelSchema>;

const configSchema = z.strictObject({
  /** A built-in suite's name, a path, or a suite; at least one. */
  suites: z.array(z.union([z.string().min(1), z.custom<Suite>(isSuite)], 'expected a name, a path or a suite')).min(1),
  /** `reference` (the suite's own solver), another model reference, or an endpoint with its settings. */
  teacher: modelSchema,
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
  /** The loop ends when one of them is used up. */
  budget: z.strictObject({
    rounds: whole,
    minutes: z.number().positive(),
    /** US dollars for calls of endpoints, over the whole run. */
    usd: z.number().positive().exactOptional(),
    /** Tokens of endpoints, in and out. */
    tokens: whole.exactOptional(),
  }),
  mix: z.strictObject({
    /** Part of the rows of a dataset that is general: from the student's `general.jsonl` or from `teacher`, so that it keeps what it could do. */
    general: z.number().min(0).lt(1),
    /** A file of general prompts, one a line or `{"prompt":…}`, that `mix.teacher` answers. */
    prompts: z.string().min(1).exactOptional(),
    /** @default the teacher */
    teacher: modelSchema.exactOptional(),
    /** Part of the reasoning rows that may be long: small students learn better from a mix (arXiv:2502.12143). 1 is off. */
    long: z.number().min(0).max(1),
    /** Output tokens from which a row counts as long. */
    longAbove: whole,
  }),
  rejection: z.strictObject({
    complete: z.boolean(),
    template: z.boolean(),
    answer: z.boolean(),
    trace: z.boolean(),
    readable: z.boolean(),
    /** Whose traces wait for a person's decision by `proofstill review`: nobody's, the doubtful ones', or all. */
    person: z.enum(['off', 'doubtful', 'all']),
  }),
  /** Which of a problem's passing candidates are kept. */
  selection: z.enum(SELECTIONS),
  condense: z.strictObject({
    /** The teacher rewrites kept traces of more output tokens than this shorter, and they are verified again. 0 is off. */
    above: z.int().nonnegative(),
  }),
  curate: z.strictObject({
    /** Estimated Jaccard similarity from which a row is a near-duplicate of an earlier one. 1 drops exact ones only. */
    nearDuplicates: z.number().gt(0).max(1),
  }),
  unscored: z.strictObject({
    /** Share of an evaluation's or a round's outputs that may go unscored, by a fault of verifier or suite, before the run ends. */
    max: z.number().min(0).max(1),
  }),
  /** New problems in a round, over all areas. */
  problems: whole,
  /** Teacher outputs asked for at once for each problem. */
  candidates: whole,
  /** Traces kept of each problem at most; the teacher is asked on until so many pass. */
  keep: whole,
  /** Teacher outputs for each problem at most, where fewer than `keep` pass; at least `candidates`. */
  trials: whole,
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
  readonly [K in keyof Config]?: IsSection<Config[K]> extends true ? Partial<Config[K]> : Config[K];
};
/** A list is none, nor is what may be a name instead. */
type IsSection<T> = T extends readonly unknown[] ? false : T extends object ? true : false;
type Loose<T> = { readonly [K in keyof T]?: (IsSection<T[K]> extends true ? Loose<T[K]> : T[K]) | undefined };

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
  mix: { general: 0.3, long: 1, longAbove: 1024 },
  rejection: { complete: true, template: true, answer: true, trace: true, readable: true, person: 'off' },
  selection: 'shortest',
  condense: { above: 0 },
  curate: { nearDuplicates: 0.9 },
  unscored: { max: MAX_UNSCORED },
  problems: 1500,
  candidates: 8,
  keep: 1,
  trials: 8,
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
  const config = merge(merge(DEFAULTS, written), checked(given(flags), 'command line'));
  // Whoever gives candidates alone wants no fewer.
  return { ...config, trials: Math.max(config.trials, config.candidates) };
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
  const issues = result.error.issues.flatMap((issue) => meantIssues(issue));
  const complaints = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `unknown key ${dotted([...issue.path, key])}`)
      : [`${dotted(issue.path)}: ${issue.message}`],
  );
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const meant = [...new Set(unknown.flatMap((key) => suggestion(key) ?? []))];
  throw new ProofstillError('config', complaints.join('; '), {
    place: source,
    ...(unknown.length > 0 ? { hint: hintFor(meant) } : {}),
  });
}

type Issue = z.core.$ZodIssue;

/** Of a value that may be a name or settings, what is wrong with the one that was written. */
function meantIssues(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const isOfType = (branch: readonly Issue[]) =>
    branch.every(({ code, path }) => code !== 'invalid_type' || path.length > 0);
  const meant = issue.errors.find(isOfType);
  return meant ? meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) : [issue];
}

const SECTIONS: ReadonlySet<string> = new Set(
  Object.entries(configSchema.shape).flatMap(([key, member]) => (member instanceof z.ZodObject ? [key] : [])),
);

const KEYS: readonly string[] = Object.entries(configSchema.shape).flatMap(([key, member]) =>
  member instanceof z.ZodObject ? Object.keys(member.shape).map((inner) => `${key}.${inner}`) : [key],
);

function hintFor(meant: readonly string[]): string {
  return meant.length > 0 ? `Did you mean ${meant.join(', ')}?` : `The keys are ${KEYS.join(', ')}.`;
}

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
  const sections = [...SECTIONS].map((key) => {
    return [key, { ...(under[key as keyof Config] as object), ...(over[key as keyof Config] as object) }];
  });
  return { ...under, ...over, ...Object.fromEntries(sections) };
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
