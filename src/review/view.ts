/** What a person sees of a queued candidate, as a plain JSON value: the page only sets it. */

import { partsOf } from '../core/output.ts';
import type { Candidate, Failure, Review } from '../core/records.ts';

/** A stretch of an output's text; joined they are the text, but for the template's tags and blank stretches between them. */
export interface Part {
  readonly kind: 'trace' | 'answer' | 'rest';
  readonly text: string;
}

/** One output for a problem. */
export interface AttemptView {
  readonly attempt: number;
  readonly fate: Candidate['fate'];
  readonly failures: readonly Failure[];
  readonly parts: readonly Part[];
  readonly tokens: number;
  /** The attempt that it is a shorter rewriting of. */
  readonly condensedFrom: number | null;
}

export interface ItemView extends AttemptView {
  /** Its place in the queue, from 0. */
  readonly n: number;
  readonly id: string;
  readonly area: string;
  readonly prompt: string;
  readonly expected: string | null;
  /** The whole text that decisions are about, and its hash. */
  readonly text: string;
  readonly hash: string;
  /** Why somebody is to look at it: what made it doubtful, else that all are looked at. */
  readonly why: readonly string[];
  readonly teacher: string;
  readonly verifier: string;
  /** What was decided, with the text that an edit made of it, in parts too. */
  readonly decision: {
    readonly decision: 'accept' | 'reject' | 'edit';
    readonly text: string | null;
    readonly parts: readonly Part[] | null;
    readonly note: string | null;
  } | null;
  readonly others: readonly AttemptView[];
}

export interface ItemContext {
  readonly n: number;
  readonly hash: string;
  readonly others: readonly Candidate[];
  /** The decision that stands. */
  readonly review: Review | undefined;
}

export function itemView(candidate: Candidate, { n, hash, others, review }: ItemContext): ItemView {
  const { id, area, prompt, expected, output, teacher, verifier } = candidate;
  return {
    ...attemptView(candidate),
    n,
    id,
    area,
    prompt,
    expected: expected ?? null,
    text: output.text,
    hash,
    why: whyQueued(candidate),
    teacher,
    verifier,
    decision: decisionView(review),
    others: others.map(attemptView),
  };
}

function attemptView({ attempt, fate, failures, output, condensed }: Candidate): AttemptView {
  const { text, tokens } = output;
  return {
    attempt,
    fate,
    failures,
    parts: partsShown(text),
    tokens: tokens.out,
    condensedFrom: condensed?.from ?? null,
  };
}

function decisionView(review: Review | undefined): ItemView['decision'] {
  if (review === undefined || review.decision === 'undo') return null;
  const { decision, text, note } = review;
  return { decision, text: text ?? null, parts: text === undefined ? null : partsShown(text), note: note ?? null };
}

function whyQueued({ fate, failures }: Candidate): string[] {
  const doubts = failures.filter(({ stage }) => stage === 'person').map(({ check, reason }) => `${check}: ${reason}`);
  if (doubts.length > 0) return doubts;
  return [fate === 'kept' ? 'spot check: it was kept without a person' : 'every trace waits for a person'];
}

/** The text cut into trace, answer and what stands around them. One without the template is all `rest`. */
export function partsShown(text: string): Part[] {
  const { think, answer } = partsOf(text);
  const [before, afterTrace] =
    think === undefined ? ['', text] : around(text, text.indexOf(trace(think)), trace(think));
  const written = answer === undefined ? undefined : `<answer>${answer}</answer>`;
  const [between, after] =
    written === undefined ? ['', afterTrace] : around(afterTrace, afterTrace.lastIndexOf(written), written);
  const parts: Part[] = [
    { kind: 'rest', text: before },
    ...(think === undefined ? [] : [{ kind: 'trace', text: think } as const]),
    { kind: 'rest', text: between },
    ...(answer === undefined ? [] : [{ kind: 'answer', text: answer } as const]),
    { kind: 'rest', text: after },
  ];
  return parts.filter(({ kind, text }) => kind !== 'rest' || text.trim() !== '');
}

const trace = (think: string): string => `<think>${think}</think>`;

function around(text: string, index: number, middle: string): [string, string] {
  return [text.slice(0, index), text.slice(index + middle.length)];
}
