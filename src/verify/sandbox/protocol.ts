/**
 * What is said between the harness and a sandbox child, one job and one reply at a time. Every value is JSON. What a child
 * says is checked before it is believed: the child has run hostile text.
 */

import { z } from 'zod';

/** What a child can be asked for; the key is the job's `kind`. */
export interface Jobs {
  /** Finds the first match of a regular expression. */
  match: { readonly pattern: string; readonly flags: string; readonly text: string };
  /** Turns TypeScript, or JavaScript written as a module, into a plain script. */
  compile: { readonly source: string; readonly isTypeScript: boolean };
  /**
   * Calls the function `entry` of a script in a fresh isolate. `args` is a JSON array; the reply carries `nonce` in front,
   * and holds at most `maximum` characters of JSON.
   */
  call: {
    readonly script: string;
    readonly entry: string;
    readonly args: string;
    readonly nonce: string;
    readonly maximum: number;
    readonly memoryMb: number;
  };
  /** Fills a fresh SQLite database by `setup` and runs one statement on it. */
  query: { readonly setup: string; readonly query: string; readonly maximumRows: number };
}

export type JobKind = keyof Jobs;
export type JobOf<Kind extends JobKind> = { readonly kind: Kind } & Jobs[Kind];
/** A job as it is sent: `deadlineMs` is for the child, which ends most jobs by itself and stays warm. */
export type Request = {
  [Kind in JobKind]: JobOf<Kind> & { readonly id: number; readonly deadlineMs: number };
}[JobKind];

const kind = <Kind extends string>(name: Kind) => z.strictObject({ kind: z.literal(name) });
const message = z.string().max(4_096);
const told = <Kind extends string>(name: Kind) => kind(name).extend({ message });

/** How any job can end without a result. `unavailable`: the library that it needs cannot be loaded. */
const STOPS = [kind('timed-out'), kind('out-of-memory'), told('unavailable')] as const;

/** The results of each kind of job. */
export const RESULTS = {
  match: z.discriminatedUnion('kind', [
    kind('matched').extend({ index: z.int().nonnegative(), match: z.string() }),
    kind('unmatched'),
    told('bad-pattern'),
    ...STOPS,
  ]),
  compile: z.discriminatedUnion('kind', [
    kind('compiled').extend({ script: z.string() }),
    told('syntax-error'),
    ...STOPS,
  ]),
  call: z.discriminatedUnion('kind', [
    kind('replied').extend({ reply: z.string() }),
    told('syntax-error'),
    told('threw'),
    kind('missing-entry'),
    ...STOPS,
  ]),
  query: z.discriminatedUnion('kind', [
    kind('rows').extend({ columns: z.int().nonnegative(), rows: z.array(z.array(z.string())) }),
    told('bad-setup'),
    told('bad-query'),
    kind('no-statement'),
    kind('several-statements'),
    kind('too-many-rows'),
    ...STOPS,
  ]),
} as const satisfies Record<JobKind, z.ZodType>;

export type ResultOf<Kind extends JobKind> = z.infer<(typeof RESULTS)[Kind]>;

/** What a child says: that it is ready, once, and then one reply to each request. */
export const saidSchema = z.union([
  kind('ready'),
  z.strictObject({ kind: z.literal('reply'), id: z.int(), result: z.unknown() }),
]);
export type Said = z.infer<typeof saidSchema>;

/** Where the child finds what it loads; each only when a job first needs it. */
export interface Libraries {
  /** Absent where it is not installed. */
  readonly isolatedVm?: string;
  readonly sqlJs: string;
  readonly jiti: string;
}
