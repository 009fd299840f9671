/**
 * Answer, where no rule can tell: another model compares it with the expected one. A judge is the easiest verifier to
 * fool, so it sees the answer only, as data; it is asked twice; and it may not judge before its own error rates are known.
 */

import {
  excerpt,
  gradeRows,
  isProofstillError,
  type LabelledRow,
  type Model,
  messageOf,
  type Output,
  ProofstillError,
  type Rates,
  ratesOf,
  type Sample,
  sha256,
  type Verifier,
} from 'proofstill';
import { answerVerifier, type Finding, fail, PASS, unscored, wholeAnswer } from './answer-rule.ts';
import { type JudgeOpinion, judgePrompt, type Order, PROTOCOL, readOpinion } from './judge-protocol.ts';

/** What a judge is known to do on a labelled table; {@link measureJudge} makes it, and it may be kept as JSON. */
export interface JudgeRecord extends Rates {
  /** The model and the protocol that were measured. */
  readonly judge: string;
  /** SHA-256 of the table's rows. */
  readonly table: string;
}

/** What must be shown, with 95% confidence, before a judge may judge. */
export interface JudgeFloor {
  /** Lower bound of the agreement with the labels, 0 to 1. @default 0.9 */
  readonly agreement?: number;
  /** Upper bound of the share of wrong answers that it accepts, 0 to 1. @default 0.05 */
  readonly falseAccepts?: number;
}

export interface JudgeOptions {
  readonly record?: JudgeRecord;
  readonly floor?: JudgeFloor;
  /** Limit on output tokens of one opinion, thinking included. @default 2048 */
  readonly maxTokens?: number;
  /** Keeps opinions, by a digest of all that they depend on; a run's journal is one. @default in memory */
  readonly cache?: JudgeCache;
  readonly signal?: AbortSignal;
}

export interface JudgeCache {
  get(key: string): unknown;
  record(key: string, value: unknown): void;
}

/** Of an answer. */
const MAX_CHARACTERS = 16_384;
const ORDERS: readonly Order[] = ['reference-first', 'answer-first'];

/**
 * Asks `model` whether the whole answer says what `expected` says, greedily and in both orders of the two. The expected
 * answer is always right. Reasons: `judge-incorrect`, `judge-invalid` (no answer, several, a refusal, an attempt to steer
 * the judge), `too-long`; unscored: `bad-expected`, `judge-unclear` (no verdict in the one form), `judge-disagrees` (with
 * itself), `judge-failed`.
 * @throws ProofstillError `config` without a record of this model, or with one that does not reach the floor.
 */
export function judge(model: Model, { record, floor = {}, ...options }: JudgeOptions): Verifier {
  const { agreement = 0.9, falseAccepts = 0.05 } = floor;
  const refuse = (message: string): never => {
    throw new ProofstillError('config', message, {
      place: `judge ${model.fingerprint}`,
      hint: 'Measure it first, judge(model, { record: await measureJudge(model, table) }), on some hundred labelled rows of which half deserve a fail.',
    });
  };
  if (!record) return refuse('expected the record of this judge on a labelled table, got none');
  if (record.judge !== nameOf(model))
    return refuse(`expected the record of ${nameOf(model)}, got that of ${record.judge}`);
  const { low } = record.agreement;
  if (low === null || !(low >= agreement)) {
    refuse(`expected at least ${agreement} agreement with the labels, got ${shown(record.agreement)}`);
  }
  const { high } = record.falseAccepts;
  if (high === null || !(high <= falseAccepts)) {
    refuse(`expected at most ${falseAccepts} false accepts, got ${shown(record.falseAccepts)}`);
  }
  return unmeasuredJudge(model, options);
}

/**
 * The error rates of `model` as a judge, with Wilson intervals, on a labelled table such as `readLabelled(file)` gives.
 * @throws ProofstillError `record` where no row deserves a pass, or none a fail; `interrupted` once the signal is aborted
 */
export async function measureJudge(
  model: Model,
  table: readonly LabelledRow[],
  options: Omit<JudgeOptions, 'record' | 'floor'> = {},
): Promise<JudgeRecord> {
  if (new Set(table.map(({ pass }) => pass)).size < 2) {
    throw new ProofstillError('record', 'expected rows that deserve a pass and rows that deserve a fail', {
      place: `labelled table of ${table.length} rows`,
      hint: 'Label near misses as well as right answers: a judge is known by what it refuses.',
    });
  }
  const judging = unmeasuredJudge(model, options);
  const graded = await gradeRows(table, () => judging, options.signal ? { signal: options.signal } : {});
  const rows = table.map(({ prompt, expected, output, pass }) => [prompt, expected, output, pass]);
  return { judge: nameOf(model), table: sha256(JSON.stringify(rows)), ...ratesOf(graded) };
}

function nameOf(model: Model): string {
  return `${model.fingerprint} protocol ${PROTOCOL}`;
}

function shown({ value, low, high, n }: Rates['agreement']): string {
  return value === null ? 'no scored row' : `${value.toFixed(3)} (${low?.toFixed(3)} to ${high?.toFixed(3)}, n=${n})`;
}

/** What a judge made of an answer; `why` is its own words. */
interface Judgement {
  readonly outcome: JudgeOpinion['verdict'] | 'unclear' | 'disagrees';
  readonly why: string;
}

function unmeasuredJudge(model: Model, options: Omit<JudgeOptions, 'record' | 'floor'>): Verifier {
  const cache = options.cache ?? memory();
  return answerVerifier({
    name: 'judge',
    version: `${PROTOCOL}-${sha256(nameOf(model)).slice(0, 8)}`,
    read: wholeAnswer,
    judgeOf: (sample) => {
      if (!sample.expected?.trim()) return unscored('bad-expected', 'the sample has none');
      return async (answer, { signal }) => {
        if (answer.length > MAX_CHARACTERS) return fail('too-long', `${answer.length} characters`);
        const key = sha256(JSON.stringify(['judge', nameOf(model), sample.prompt, sample.expected, answer]));
        const known = cache.get(key);
        if (isJudgement(known)) return findingOf(known);
        try {
          const judgement = await ask(model, sample, answer, { ...options, ...(signal ? { signal } : {}) });
          cache.record(key, judgement);
          return findingOf(judgement);
        } catch (error) {
          if (isProofstillError(error, 'interrupted')) throw error;
          return unscored('judge-failed', messageOf(error));
        }
      };
    },
  });
}

async function ask(
  model: Model,
  { prompt, expected = '' }: Sample,
  answer: string,
  { maxTokens = 2_048, signal }: JudgeOptions,
): Promise<Judgement> {
  const asked = ORDERS.map((order) => judgePrompt({ question: prompt, expected, answer }, order));
  const requests = asked.map(({ text, code }) => ({ id: code, prompt: text }));
  const generation = { maxTokens, temperature: 0, topP: 1, seed: 0, ...(signal ? { signal } : {}) };
  const outputs: Output[] = [];
  for await (const output of model.generate(requests, generation)) outputs.push(output);
  const [first, second] = asked.map(({ code }, index) => readOpinion(outputs[index], code));
  if (!first || !second) return { outcome: 'unclear', why: excerpt(outputs.at(first ? 1 : 0)?.text ?? '') };
  if (first.verdict === second.verdict) return { outcome: first.verdict, why: excerpt(first.why) };
  return { outcome: 'disagrees', why: `${first.verdict} when asked ${ORDERS[0]}, ${second.verdict} when ${ORDERS[1]}` };
}

function findingOf({ outcome, why }: Judgement): Finding {
  if (outcome === 'CORRECT') return PASS;
  if (outcome === 'INCORRECT' || outcome === 'INVALID') return fail(`judge-${outcome.toLowerCase()}`, why);
  return unscored(`judge-${outcome}`, why);
}

const OUTCOMES: ReadonlySet<unknown> = new Set(['CORRECT', 'INCORRECT', 'INVALID', 'unclear', 'disagrees']);

function isJudgement(value: unknown): value is Judgement {
  const { outcome, why } = (value ?? {}) as Partial<Record<keyof Judgement, unknown>>;
  return OUTCOMES.has(outcome) && typeof why === 'string';
}

function memory(): JudgeCache {
  const entries = new Map<string, unknown>();
  return { get: (key) => entries.get(key), record: (key, value) => void entries.set(key, value) };
}
