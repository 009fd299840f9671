/**
 * New problems for an area in which the student fails, where the suite cannot make any: the teacher writes them, and its
 * own samples must agree on their answers. A new problem whose answer nobody verified (LLM2LLM, arXiv:2403.15042) teaches
 * the teacher's mistakes.
 */

import { z } from 'zod';
import { ProofstillError, throwIfInterrupted } from '../core/errors.ts';
import type { GenerateOptions, Model, ModelRequest, Output } from '../core/output.ts';
import type { Problem, Sample } from '../core/sample.ts';
import { randomStream } from '../core/seed.ts';
import type { Suite } from '../core/suite.ts';
import { judgesWithoutExpected } from '../verify/gold-free.ts';
import { consensus, VOTERS } from './consensus.ts';
import type { NamedProblem } from './problems.ts';
import type { SteerSample } from './steer.ts';
import { PROBLEMS_AT_ONCE, type Written, writingPrompt, writtenProblems } from './written.ts';

/** Room for a list of problems and the reasoning about it, whatever a trace may take. */
const WRITING_TOKENS = 4_096;
/** Requests sent at once. */
const WAVE = 16;

export interface InventOptions {
  readonly suite: Suite;
  readonly area: string;
  /** From 1. */
  readonly round: number;
  /** Problems wanted; fewer come where the teacher repeats itself or cannot solve what it writes. */
  readonly count: number;
  /** Samples that the student failed, at least one: all that the teacher is shown of the suite. */
  readonly failing: readonly SteerSample[];
  /** Solves the problems, as it does in `generate`. */
  readonly teacher: Model;
  /** Writes the problems: the same without a template for solutions. @default `teacher` */
  readonly writer?: Model | undefined;
  /** How `generate` asks, so that the answers that vote here are those that become candidates there, and paid for once. */
  readonly decoding: Pick<GenerateOptions, 'temperature' | 'topP' | 'maxTokens' | 'seed'>;
  /** Keys of problems that are there already. */
  readonly known: ReadonlySet<string>;
  /** Whether a problem is one that the student is judged on, or too close to one. */
  readonly isForbidden: (prompt: string, key: string) => boolean;
  /** Whether problems of which the teacher's samples are not sure are worth keeping: somebody must look at them. */
  readonly keepsDoubtful: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

const count = z.int().nonnegative();

export const inventedSchema = z.strictObject({
  problems: z.array(
    z.strictObject({
      id: z.string(),
      problem: z.strictObject({
        area: z.string(),
        prompt: z.string(),
        expected: z.string().exactOptional(),
        key: z.string(),
        /** `agreement`: part of the teacher's samples that gave the expected answer; `doubtful` where it is too small. */
        meta: z.strictObject({ agreement: z.number().exactOptional(), doubtful: z.literal(true).exactOptional() }),
      }),
    }),
  ),
  /** Of what was `written`: what fell and why, and what is doubtful, whether it was kept or not. */
  counts: z.strictObject({
    written: count,
    malformed: count,
    duplicates: count,
    forbidden: count,
    undecided: count,
    doubtful: count,
  }),
});
/** What came of asking for problems; its JSON is what a journal keeps. */
export type Invented = z.infer<typeof inventedSchema>;

/**
 * Has the teacher write problems of an area until `count` of them stand: well-formed, new, none that the student is judged
 * on, and with an answer that the suite's verifier can judge by, which is none where it needs none ({@link judgesWithoutExpected}),
 * else the one that the teacher's samples agree on ({@link consensus}). The same options give the same calls.
 * @throws model error where the teacher gives fewer outputs than asked for; interrupted.
 */
export async function invent(options: InventOptions): Promise<Invented> {
  const { area, round, count: wanted, keepsDoubtful, onProgress } = options;
  const counts = { written: 0, malformed: 0, duplicates: 0, forbidden: 0, undecided: 0, doubtful: 0 };
  const problems: Invented['problems'] = [];
  const known = new Set(options.known);
  const open: NamedProblem[] = [];
  // Twice what a teacher needs all of whose problems stand; one that writes nothing useful is not asked for ever.
  const most = options.failing.length === 0 ? 0 : 2 * Math.ceil(wanted / PROBLEMS_AT_ONCE) + 1;
  let [requests, fresh] = [0, 0];
  while (problems.length < wanted) {
    throwIfInterrupted(options.signal);
    if (open.length === 0) {
      const wave = Math.min(Math.ceil((wanted - problems.length) / PROBLEMS_AT_ONCE), most - requests, WAVE);
      if (wave === 0) break;
      const { prompts, malformed } = await written(options, requests, wave);
      requests += wave;
      counts.written += prompts.length + malformed;
      counts.malformed += malformed;
      for (const prompt of prompts) {
        const found = screened(options, prompt, known);
        if (typeof found === 'string') counts[found]++;
        else open.push({ id: `invented-${round}-${area}-${fresh++}`, problem: found });
      }
    }
    for await (const { id, problem } of decided(options, open.splice(0, wanted - problems.length))) {
      if (!problem) counts.undecided++;
      if (problem?.meta.doubtful) counts.doubtful++;
      if (problem && (keepsDoubtful || !problem.meta.doubtful)) problems.push({ id, problem });
      onProgress?.(problems.length, wanted);
    }
  }
  return { problems, counts };
}

/** What `size` requests bring, of which `from` went before. */
async function written(options: InventOptions, from: number, size: number): Promise<Written> {
  const { area, round, failing, teacher, writer = teacher, decoding } = options;
  const requests = Array.from({ length: size }, (_, index): ModelRequest => {
    const id = `write-${round}-${area}-${from + index}`;
    return { id, prompt: writingPrompt(failing, randomStream(decoding.seed, id)) };
  });
  const maxTokens = Math.max(WRITING_TOKENS, decoding.maxTokens);
  const prompts: string[] = [];
  let malformed = 0;
  for await (const [output] of outputsOf(options, requests, { model: writer, attempts: 1, maxTokens })) {
    const read = writtenProblems((output as Output).text);
    prompts.push(...read.prompts);
    malformed += read.malformed;
  }
  return { prompts, malformed };
}

/** The problem of a prompt, or why it is none. Its key is known from now on. */
function screened(
  { suite, area, isForbidden }: InventOptions,
  prompt: string,
  known: Set<string>,
): Problem | 'malformed' | 'duplicates' | 'forbidden' {
  let key: string;
  try {
    key = suite.key({ prompt });
  } catch {
    // A suite may refuse a prompt that it would not have written itself.
    return 'malformed';
  }
  if (isForbidden(prompt, key)) return 'forbidden';
  if (known.has(key)) return 'duplicates';
  known.add(key);
  return { area, prompt, key };
}

type Decided = Invented['problems'][number]['problem'];

/** Each problem with its answer, where it needs one; without a problem where the teacher's samples do not agree. */
async function* decided(
  options: InventOptions,
  named: readonly NamedProblem[],
): AsyncGenerator<{ readonly id: string; readonly problem: Decided | undefined }, void> {
  const { suite, teacher, signal } = options;
  const sampleOf = ({ id, problem }: NamedProblem): Sample => ({ ...problem, id, suite: suite.name, split: 'train' });
  if (await judgesWithoutExpected(suite.verify, options.failing[0] as Sample)) {
    for (const one of named) {
      const isJudged = await judgesWithoutExpected(suite.verify, sampleOf(one));
      yield { id: one.id, problem: isJudged ? { ...one.problem, meta: {} } : undefined };
    }
    return;
  }
  let index = 0;
  const requests = named.map(({ id, problem }) => ({ id, prompt: problem.prompt }));
  for await (const outputs of outputsOf(options, requests, { model: teacher, attempts: VOTERS })) {
    const one = named[index++] as NamedProblem;
    const found = await consensus(suite.verify, sampleOf(one), outputs, signal);
    const meta = found && { agreement: found.share, ...(found.isDoubtful ? { doubtful: true as const } : {}) };
    yield { id: one.id, problem: meta && { ...one.problem, expected: found.expected, meta } };
  }
}

/** A model's outputs, request by request. */
async function* outputsOf(
  { decoding, signal }: InventOptions,
  requests: readonly ModelRequest[],
  { model, ...own }: { readonly model: Model; readonly attempts: number; readonly maxTokens?: number },
): AsyncGenerator<readonly Output[], void> {
  const asked = { ...decoding, ...own, ...(signal ? { signal } : {}) };
  let answered = 0;
  let outputs: Output[] = [];
  for await (const output of model.generate(requests, asked)) {
    throwIfInterrupted(signal);
    outputs.push(output);
    if (outputs.length < own.attempts) continue;
    answered++;
    yield outputs;
    outputs = [];
  }
  if (answered === requests.length) return;
  throw new ProofstillError(
    'model',
    `expected ${own.attempts} outputs for each of ${requests.length} problems, got fewer`,
    {
      place: model.fingerprint,
    },
  );
}
