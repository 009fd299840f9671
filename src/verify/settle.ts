/**
 * What becomes of a problem's candidates, given what the stages found: a pure function of records, so that a person's
 * later decision settles them anew without asking anybody again.
 */

import { sha256 } from '../core/hash.ts';
import type { Candidate, Failure, RejectionStage } from '../core/records.ts';
import type { Selection } from '../core/selection.ts';
import { select } from './select.ts';

/** Which stages reject. A stage that is off still says what it found. */
export type Rejection = Readonly<Record<Exclude<RejectionStage, 'person'>, boolean>> & {
  /** Who looks at what would be kept: nobody, a person where there is doubt, or a person always. */
  readonly person: 'off' | 'doubtful' | 'all';
};

export const ALL_STAGES: Rejection = {
  complete: true,
  template: true,
  answer: true,
  trace: true,
  readable: true,
  person: 'off',
};

/** What a person decided about a text. An edit's own text was verified before it was recorded. */
export type Decided = 'accept' | 'reject' | { readonly text: string };
/** By problem, attempt and the text's SHA-256; `undefined` where nobody has looked. */
export type Reviewed = (id: string, attempt: number, hash: string) => Decided | undefined;

export interface SettleOptions {
  readonly rejection: Rejection;
  /** Candidates kept of one problem at most. */
  readonly keep: number;
  readonly selection: Selection;
  readonly review?: Reviewed;
}

/** What settling looks at. */
export type Settleable = Pick<Candidate, 'id' | 'attempt' | 'failures'> &
  Pick<Partial<Candidate>, 'condensed'> & {
    readonly output: { readonly text: string; readonly tokens: { readonly out: number } };
  };

/** A problem of which one of so many attempts passes, or fewer, is one that its expected answer or its verifier may be wrong about. */
const RARE = { passed: 1, of: 8 };
const RARELY_SOLVED: Failure = { stage: 'person', check: 'pass-rate', reason: 'rarely-solved' };
const REJECTED: Failure = { stage: 'person', check: 'review', reason: 'rejected' };

/**
 * Gives each candidate of one problem its fate. Of those that pass, `selection` chooses; a shorter rewriting takes the
 * place of the chosen trace that it was made of. What is chosen and needs a person's decision waits for it; when it is
 * refused, the next one is chosen. What was edited is kept with its new text. A person may also decide where nobody has
 * to: what was accepted or edited is chosen before anything else.
 * **Shapes**: all candidates of the problem; the result has the same order and length.
 */
export function settle<T extends Settleable>(
  candidates: readonly T[],
  { rejection, keep, selection, review }: SettleOptions,
): (T & Pick<Candidate, 'fate' | 'failures'>)[] {
  const drawn = candidates.filter(({ condensed }) => !condensed);
  const solved = drawn.filter(({ failures }) => !isRejected(failures, rejection));
  const isRare = solved.length <= RARE.passed && drawn.length >= RARE.of;
  const looked = candidates.map((original) => {
    const found = original.failures.filter((failure) => ![RARELY_SOLVED, REJECTED].some(isSameFailure(failure)));
    const isSound = !isRejected(found, rejection);
    const decision = isSound ? review?.(original.id, original.attempt, sha256(original.output.text)) : undefined;
    const doubts = isSound && isRare && rejection.person !== 'off' ? [RARELY_SOLVED] : [];
    const isPassing = isSound && decision !== 'reject';
    return { isPassing, decision, ...decided(original, [...found, ...doubts], decision) };
  });
  const passing = looked.filter(({ isPassing }) => isPassing);
  const wanted = passing.filter(({ decision }) => decision !== undefined).map(({ candidate }) => candidate);
  const others = passing.filter(({ decision }) => decision === undefined).map(({ candidate }) => candidate);
  const passRate = { passed: solved.length, of: drawn.length };
  const chosen = select(
    others.filter(({ condensed }) => !condensed),
    { selection, keep: Math.max(0, keep - wanted.length), passRate },
  );
  const rewritten = others.filter(({ condensed }) => condensed);
  const taken = new Set<T>([...wanted, ...chosen.map((one) => shorterOf(one, rewritten))]);
  return looked.map(({ candidate, isPassing, decision, failures }) => {
    const isDoubtful = failures.some(({ stage }) => stage === 'person');
    const needsPerson = rejection.person === 'all' || (rejection.person === 'doubtful' && isDoubtful);
    const fate = (): Candidate['fate'] => {
      if (!isPassing) return 'rejected';
      if (!taken.has(candidate)) return 'spare';
      return needsPerson && decision === undefined ? 'waiting' : 'kept';
    };
    return { ...candidate, fate: fate(), failures };
  });
}

/** A candidate and what is held against it, after a person has looked at it. */
function decided<T extends Settleable>(
  candidate: T,
  found: Failure[],
  decision: Decided | undefined,
): { candidate: T; failures: Failure[] } {
  if (decision === undefined) return { candidate, failures: found };
  if (decision === 'reject') return { candidate, failures: [...found, REJECTED] };
  if (decision === 'accept') return { candidate, failures: found.filter(({ stage }) => stage !== 'person') };
  return { candidate: { ...candidate, output: { ...candidate.output, text: decision.text } }, failures: [] };
}

/** Settles the candidates of many problems, each with those of its own. **Shapes**: as {@link settle}, problem by problem. */
export function settleEach<T extends Settleable>(
  candidates: readonly T[],
  options: SettleOptions,
): (T & Pick<Candidate, 'fate' | 'failures'>)[] {
  const problems = new Map<string, T[]>();
  for (const candidate of candidates) {
    const known = problems.get(candidate.id);
    if (known) known.push(candidate);
    else problems.set(candidate.id, [candidate]);
  }
  return [...problems.values()].flatMap((one) => settle(one, options));
}

/** Whether a stage that is on found fault. `person` rejects by a decision only. */
export function isRejected(failures: readonly Failure[], rejection: Rejection): boolean {
  return failures.some(({ stage }) => stage !== 'person' && rejection[stage]);
}

/** What rejected a candidate: the first fault that a stage which is on found, else the person who refused it. */
export function rejectedBy(
  { fate, failures }: Pick<Candidate, 'fate' | 'failures'>,
  rejection: Rejection,
): Failure | undefined {
  if (fate !== 'rejected') return undefined;
  return failures.find(({ stage, check }) => (stage === 'person' ? check === REJECTED.check : rejection[stage]));
}

const isSameFailure =
  (one: Failure) =>
  (other: Failure): boolean =>
    one.stage === other.stage && one.check === other.check;

/** The shortest of the rewritings of a trace that are shorter than it, else the trace itself. */
function shorterOf<T extends Settleable>(original: T, rewritten: readonly T[]): T {
  return rewritten
    .filter(({ condensed }) => condensed?.from === original.attempt)
    .reduce((least, one) => (one.output.tokens.out < least.output.tokens.out ? one : least), original);
}
