/** What the importers of other tools' logs share: what they give, how a foreign score is judged, and the file's head. */

import { ProofstillError } from '../../core/errors.ts';
import type { Decoding, EvaluationHead } from '../../core/evaluated.ts';
import { decodingSchema } from '../../core/evaluated.ts';
import { contentHash } from '../../core/hash.ts';
import { type Evaluation, SCHEMA } from '../../core/records.ts';
import { type Check, type Verdict, verdictOf } from '../../core/verdict.ts';

export interface ImportOptions {
  /** inspect_ai: which scorer's values are read. @default the log's first */
  readonly scorer?: string;
  /** lm-eval: which filter's lines are read. @default the log's first */
  readonly filter?: string;
  /** lm-eval: which metric is read. @default the first that is 0 or 1 on every line */
  readonly metric?: string;
  /** The least value that passes. @default only a full 1 passes */
  readonly threshold?: number;
  /** Key of a sample's metadata (inspect_ai) or document (lm-eval) that names its area. @default the task is the only area */
  readonly area?: string;
  /** Finds what a mistyped name probably meant. */
  readonly nearest?: (word: string, choices: readonly string[]) => string | undefined;
}

/** A log as an evaluation of ours. */
export interface Imported {
  readonly head: EvaluationHead;
  /** What a person should know of the import, a sentence each. */
  readonly notes: readonly string[];
  /** One for each attempt, sample by sample; the log is read again while they are drawn. */
  readonly evaluations: AsyncIterable<Evaluation>;
}

/** A foreign score, read: `isGraded` where it is neither nothing nor everything. */
export interface Grade {
  readonly status: 'pass' | 'fail' | 'unscored';
  readonly reason?: string;
  readonly isGraded: boolean;
}

const LABELS: Readonly<Record<string, number>> = { c: 1, i: 0, p: 0.5, n: 0, yes: 1, true: 1, no: 0, false: 0 };

/** A foreign value as a number; `undefined` where it is none. Labels as inspect_ai's `value_to_float` reads them. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const label = value.trim().toLowerCase();
  if (Object.hasOwn(LABELS, label)) return LABELS[label];
  const read = Number(label);
  return label !== '' && Number.isFinite(read) ? read : undefined;
}

/** Judges a foreign value: from `threshold` on it passes, or without one, only a full 1. What is no number is unscored. */
export function gradeOf(value: unknown, threshold: number | undefined): Grade {
  const number = numberOf(value);
  if (number === undefined) return { status: 'unscored', reason: 'no-score', isGraded: false };
  const isGraded = number !== 0 && number !== 1;
  if (number >= (threshold ?? 1) && (threshold !== undefined || !isGraded)) return { status: 'pass', isGraded };
  const reason = isGraded ? 'partial' : value === 'N' ? 'no-answer' : 'wrong';
  return { status: 'fail', reason, isGraded };
}

/** A grade as the verdict of one `answer` check. */
export function importedVerdict(
  name: string,
  { status, reason }: Pick<Grade, 'status' | 'reason'>,
  { answer, detail }: { answer?: string | null | undefined; detail?: string | null | undefined },
): Evaluation['verdict'] {
  const check: Check = { name, score: 'answer', status, ...(reason ? { reason } : {}), ...(detail ? { detail } : {}) };
  const verdict: Verdict = verdictOf([check], answer ?? undefined);
  return { ...verdict, checks: [...verdict.checks] };
}

/** What is said of graded values; nothing where there are none. */
export function gradedNote(name: string, graded: number, threshold: number | undefined): string[] {
  if (threshold !== undefined) return [`Values of ${name} from ${threshold} on count as a pass.`];
  if (graded === 0) return [];
  return [`${graded} values of ${name} are neither 0 nor 1 and count as a fail; --threshold says what passes.`];
}

/** The name that was asked for, or the first. @throws config error where there is none of that name */
export function chosen(
  kind: 'scorer' | 'filter' | 'metric',
  asked: string | undefined,
  known: readonly string[],
  { nearest, place }: { nearest: ImportOptions['nearest']; place: string },
): string {
  if (asked === undefined && known[0] !== undefined) return known[0];
  if (asked !== undefined && known.includes(asked)) return asked;
  const meant = asked === undefined ? undefined : nearest?.(asked, known);
  const list = known.length === 0 ? 'It has none.' : `It has: ${known.join(', ')}.`;
  throw new ProofstillError('config', `the log has no ${kind}${asked === undefined ? '' : ` "${asked}"`}`, {
    place,
    hint: meant === undefined ? list : `Did you mean ${meant}? ${list}`,
  });
}

/** Says which name was taken where the log has several and nobody chose. */
export function choiceNote(kind: string, taken: string, known: readonly string[], asked: string | undefined): string[] {
  const others = known.filter((name) => name !== taken);
  if (asked !== undefined || others.length === 0) return [];
  return [`Read ${kind} ${taken}; the log also has: ${others.join(', ')} (--${kind}).`];
}

/** What is known of a log once it was read. */
export interface LogFacts {
  readonly tool: 'inspect_ai' | 'lm_eval';
  readonly task: string;
  readonly taskVersion: string;
  readonly model: string;
  /** SHA-256 of the log. */
  readonly hash: string;
  /** Scorer, or filter and metric. */
  readonly judge: string;
  readonly threshold: number | undefined;
  /** Each sample in order: its id and the hash of its problem. */
  readonly problems: ReadonlyMap<string, string>;
  /** Samples of the whole dataset, where the log says. */
  readonly of?: number | undefined;
  readonly areas: Iterable<string>;
  readonly chance: number;
  readonly decoding: Partial<Record<keyof Decoding, unknown>>;
  readonly versions: Readonly<Record<string, string>>;
}

/** The head of an imported evaluation; decoding only where the log says all of it. */
export function importedHead(facts: LogFacts): EvaluationHead {
  const { tool, task, taskVersion, threshold, problems } = facts;
  const decoding = decodingSchema.safeParse(facts.decoding);
  return {
    schema: SCHEMA,
    kind: 'evaluation',
    suite: { name: task, version: taskVersion, areas: [...facts.areas], chance: facts.chance },
    verifier: { name: `${tool}/${facts.judge}`, version: threshold === undefined ? '1' : `1, pass from ${threshold}` },
    split: 'holdout',
    samples: { n: problems.size, of: Math.max(problems.size, facts.of ?? 0), hash: contentHash([...problems]) },
    model: { reference: facts.model, fingerprint: `import:${facts.hash}:${facts.model}` },
    ...(decoding.success ? { decoding: decoding.data } : {}),
    versions: facts.versions,
  };
}

/** Probability that a guess is right: the mean of 1 ÷ choices over samples; 0 where any sample is open. */
export class Chance {
  #sum = 0;
  #samples = 0;
  #isOpen = false;

  see(choices: number | undefined): void {
    this.#samples++;
    if (choices === undefined || choices < 2) this.#isOpen = true;
    else this.#sum += 1 / choices;
  }

  get value(): number {
    return this.#isOpen || this.#samples === 0 ? 0 : this.#sum / this.#samples;
  }
}
