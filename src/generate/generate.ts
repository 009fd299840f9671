/** Problems → the teacher's candidates for each, judged: asked in waves, until enough of them pass or enough were tried. */

import { isProofstillError, ProofstillError, throwIfInterrupted } from '../core/errors.ts';
import type { Model, ModelRequest, Output } from '../core/output.ts';
import type { Candidate } from '../core/records.ts';
import { UnscoredTolerance } from '../verify/tolerance.ts';
import { AskedProblem, type AskOptions } from './asked-problem.ts';
import { condensingPrompt, REWRITINGS } from './condense.ts';
import { inOrder } from './in-order.ts';
import type { NamedProblem } from './problems.ts';

export interface GenerateOptions extends Omit<AskOptions, 'trials'> {
  /** Their ids unique. */
  readonly problems: Iterable<NamedProblem>;
  /** Outputs asked for at once for each problem. */
  readonly candidates: number;
  /** Outputs for each problem at most, where fewer than `keep` pass. @default `candidates`: one wave */
  readonly trials?: number;
  /** Share of `candidates` for each problem, 0 to 1 and rounded up, that may go unscored before generation ends. @default 1 */
  readonly maxUnscored?: number;
  /** Ids of problems that are done: neither asked for nor yielded again. */
  readonly skip?: ReadonlySet<string>;
  /** Called after every problem, with how many of `total` are done, those skipped included. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Generated extends NamedProblem {
  /** In the order of attempts, rewritings last. Their fates are final but for what a person decides. */
  readonly candidates: readonly Candidate[];
}

/**
 * Asks the teacher for candidates and judges each once. A problem of which fewer than `keep` different candidates pass is
 * asked on, `candidates` at a time, up to `trials`. The records depend on seed, problems and options, and not on the order
 * in which answers come.
 * @returns the problems in their order.
 * @throws model error where the teacher gives fewer outputs than asked for; verifier error after the problem with which too
 * many outputs are unscored; `budget` error once a ceiling is reached, after every problem that is done by then;
 * `interrupted` once the signal is aborted.
 */
export async function* generate(options: GenerateOptions): AsyncGenerator<Generated, void> {
  const { problems, candidates, trials = candidates, skip, maxUnscored = 1, signal, onProgress } = options;
  const all = [...problems];
  const open = skip ? all.filter(({ id }) => !skip.has(id)) : all;
  const unscored = new UnscoredTolerance(all.length * candidates, maxUnscored);
  let done = all.length - open.length;
  const ask = (chunk: readonly NamedProblem[], tell: Tell, ended: AbortSignal): Promise<void> =>
    askTogether(chunk, tell, { ...options, trials, signal: ended });
  for await (const [named, asked] of inOrder(open, ask, signal)) {
    throwIfInterrupted(signal);
    yield { ...named, candidates: asked.settled() };
    onProgress?.(++done, all.length);
    for (const verdict of asked.verdicts) unscored.take(verdict, `problem ${named.id}`);
  }
}

type Tell = (index: number, asked: AskedProblem) => void;
type ChunkOptions = AskOptions & Pick<GenerateOptions, 'candidates'>;

/** A trace to be rewritten, and the index of its problem. */
interface Long {
  readonly index: number;
  readonly record: Candidate;
}

/** Asks about each of the problems until it has enough, then for what is to be rewritten. */
async function askTogether(problems: readonly NamedProblem[], tell: Tell, options: ChunkOptions): Promise<void> {
  const asked = problems.map((named) => new AskedProblem(named, options));
  const long: Long[] = [];
  try {
    await inWaves(asked, options, (index) => {
      const records = asked[index]!.long;
      if (records.length === 0) tell(index, asked[index]!);
      else long.push(...records.map((record) => ({ index, record })));
    });
    await rewrite(long, asked, options);
  } catch (error) {
    // They have all they need but a shorter wording.
    if (!isProofstillError(error, 'budget')) throw error;
    for (const { index } of long) tell(index, asked[index]!);
    throw error;
  }
  for (const { index } of long) tell(index, asked[index]!);
}

async function inWaves(
  asked: readonly AskedProblem[],
  options: ChunkOptions,
  end: (index: number) => void,
): Promise<void> {
  const { teacher, candidates, trials } = options;
  let open = [...asked.keys()];
  for (let firstAttempt = 0; open.length > 0; firstAttempt += candidates) {
    const attempts = Math.min(candidates, trials - firstAttempt);
    const isLastWave = firstAttempt + attempts === trials;
    const requests = open.map((index) => asked[index]!.sample).map(({ id, prompt }) => ({ id, prompt }));
    const next: number[] = [];
    for await (const { request, attempt, output } of outputsOf(teacher, requests, {
      ...options,
      attempts,
      firstAttempt,
    })) {
      const index = open[request]!;
      await asked[index]!.add(attempt, output);
      if (attempt < firstAttempt + attempts - 1) continue;
      if (isLastWave || asked[index]!.hasEnough) end(index);
      else next.push(index);
    }
    open = next;
  }
}

async function rewrite(
  long: readonly Long[],
  asked: readonly AskedProblem[],
  { condense, ...options }: ChunkOptions,
): Promise<void> {
  if (!condense || long.length === 0) return;
  const requests = long.map(({ record: { id, attempt, prompt, output } }) => {
    return { id: `${id}#${attempt}`, prompt: condensingPrompt(prompt, output.text) };
  });
  const replies = outputsOf(condense.teacher, requests, { ...options, attempts: REWRITINGS, firstAttempt: 0 });
  for await (const { request, attempt, output } of replies) {
    const { index, record } = long[request]!;
    await asked[index]!.addRewriting(record, attempt, output);
  }
}

/** A model's outputs, each with the index of its request and its attempt. @throws model error where there are fewer */
async function* outputsOf(
  model: Model,
  requests: readonly ModelRequest[],
  options: Pick<AskOptions, 'seed' | 'temperature' | 'topP' | 'maxTokens' | 'signal'> & {
    readonly attempts: number;
    readonly firstAttempt: number;
  },
): AsyncGenerator<{ request: number; attempt: number; output: Output }, void> {
  const { seed, temperature, topP, maxTokens, attempts, firstAttempt, signal } = options;
  const settings = { attempts, firstAttempt, maxTokens, temperature, topP, seed, ...(signal ? { signal } : {}) };
  let received = 0;
  for await (const output of model.generate(requests, settings)) {
    // An output that came after the signal may be cut short.
    throwIfInterrupted(signal);
    yield { request: Math.floor(received / attempts), attempt: firstAttempt + (received % attempts), output };
    received++;
  }
  if (received >= requests.length * attempts) return;
  const message = `expected ${attempts} outputs for each of ${requests.length} requests, got ${received} in all`;
  throw new ProofstillError('model', message, { place: model.fingerprint });
}
