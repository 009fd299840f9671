/** What verifiers ask of the sandbox. However hostile the text, each of these ends by its deadline, with a value. */

import { randomBytes } from 'node:crypto';
import { Script } from 'node:vm';
import { ProofstillError } from '../../core/errors.ts';
import { MARKS } from './inside.ts';
import { type Sandbox, sharedSandbox } from './pool.ts';
import type { JobKind, JobOf, ResultOf } from './protocol.ts';
import type { Crashed, Ended, JobOptions } from './warm-child.ts';

export interface InSandbox extends JobOptions {
  /** @default the sandbox that all verifiers share */
  readonly sandbox?: Sandbox;
}

type Done<Result> = Exclude<Result, { readonly kind: 'unavailable' }> | Crashed;

/** The first match, that there is none, that the pattern is none, or how the search was stopped. */
export type MatchEnded = Done<ResultOf<'match'>>;
/** The script, the error in it, or how compiling was stopped. */
export type CompileEnded = Done<ResultOf<'compile'>>;
/** Columns and rows of texts (`run-query.ts` says what each stands for), what is wrong with the SQL, or how it was stopped. */
export type QueryEnded = Done<ResultOf<'query'>>;
export type CallEnded =
  | Exclude<Done<ResultOf<'call'>>, { readonly kind: 'replied' }>
  | { readonly kind: 'returned'; readonly value: unknown }
  /** The value is none that JSON can say: `what` it is. */
  | { readonly kind: 'not-json'; readonly what: string }
  /** Its JSON is longer than a million characters. */
  | { readonly kind: 'too-large' }
  /** The promise that was returned never settles. */
  | { readonly kind: 'unsettled' };

const HOUR_MS = 3_600_000;
const MAXIMUM_CHARACTERS = 1_000_000;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const HINTS: { readonly [Kind in JobKind]?: string } = {
  call: 'Install isolated-vm where Python 3, make and a C++ compiler are, for it is compiled: npm install isolated-vm@5 on Node 20, @6 on 22, @7 on 24.',
};

/**
 * Searches `text` for a regular expression in a child, for a pattern can take for ever. Needs no isolated-vm.
 * @throws ProofstillError `interrupted` once the signal is aborted; `verifier` where no child can be started.
 */
export function matchInSandbox(pattern: string, flags: string, text: string, options: InSandbox): Promise<MatchEnded> {
  return ended({ kind: 'match', pattern, flags, text }, options);
}

/** Makes a plain script of TypeScript, or of JavaScript that is written as a module. @throws as {@link matchInSandbox}. */
export function compileInSandbox(source: string, isTypeScript: boolean, options: InSandbox): Promise<CompileEnded> {
  return ended({ kind: 'compile', source, isTypeScript }, options);
}

/**
 * Runs a statement on a fresh SQLite database that the script `setup` has filled. At most 10,000 rows come back.
 * @throws as {@link matchInSandbox}.
 */
export function queryInSandbox(setup: string, query: string, options: InSandbox): Promise<QueryEnded> {
  return ended({ kind: 'query', setup, query, maximumRows: 10_000 }, options);
}

/**
 * Calls `entry` of a plain script with JSON values in a fresh isolate. The value comes back as its JSON says it, so -0 is
 * 0, a Date is its text and a member that is undefined is absent; NaN, infinities, BigInts, Maps and the like are `not-json`.
 * What is expected stays here: the candidate's code never meets it.
 * @param entry a name as {@link isFunctionName} has it
 * @throws ProofstillError `verifier` where isolated-vm is missing; else as {@link matchInSandbox}.
 */
export async function callInSandbox(
  script: string,
  entry: string,
  args: readonly unknown[],
  { memoryMb, ...options }: InSandbox & { readonly memoryMb: number },
): Promise<CallEnded> {
  if (!isFunctionName(entry)) {
    throw new ProofstillError('verifier', `expected the name of a function, got ${JSON.stringify(entry)}`);
  }
  const nonce = randomBytes(16).toString('hex');
  const limits = { maximum: MAXIMUM_CHARACTERS, memoryMb };
  const result = await ended({ kind: 'call', script, entry, args: JSON.stringify(args), nonce, ...limits }, options);
  return result.kind === 'replied' ? opened(result.reply, nonce) : result;
}

/** Whether `name` can be a function's: `class` looks like a name and is none. */
export function isFunctionName(name: string): boolean {
  if (!IDENTIFIER.test(name)) return false;
  try {
    new Script(`'use strict'; function ${name}() {}`);
    return true;
  } catch {
    return false;
  }
}

/** What a reply says. Only our own code in the isolate knew the nonce: a reply without it is no reply. */
function opened(reply: string, nonce: string): CallEnded {
  if (!reply.startsWith(nonce)) return { kind: 'unsettled' };
  const mark = reply[nonce.length];
  const content = reply.slice(nonce.length + 1);
  if (mark === MARKS.value) return { kind: 'returned', value: JSON.parse(content) as unknown };
  if (mark === MARKS.foreign) return { kind: 'not-json', what: content };
  return mark === MARKS.large ? { kind: 'too-large' } : { kind: 'threw', message: content };
}

async function ended<Kind extends JobKind>(job: JobOf<Kind>, options: InSandbox): Promise<Done<Ended<Kind>>> {
  const { sandbox = sharedSandbox(), deadlineMs, signal } = options;
  if (!(deadlineMs > 0 && deadlineMs <= HOUR_MS)) {
    throw new ProofstillError('config', `expected a deadline above 0 and of at most an hour, got ${deadlineMs} ms`);
  }
  const result = await sandbox.run(job, { deadlineMs, signal });
  if (result.kind !== 'unavailable') return result as Done<Ended<Kind>>;
  const { message } = result as { readonly message: string };
  throw new ProofstillError('verifier', `expected the sandbox to load what a ${job.kind} needs, got: ${message}`, {
    hint: HINTS[job.kind] ?? 'Install the package anew: npm ci.',
  });
}
