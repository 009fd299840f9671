/** One problem while the teacher is asked about it: its candidates so far, and what is still to be asked. */

import type { Model, Output } from '../core/output.ts';
import { type Candidate, type Failure, SCHEMA } from '../core/records.ts';
import type { Sample } from '../core/sample.ts';
import type { Suite } from '../core/suite.ts';
import type { Verdict, Verifier } from '../core/verdict.ts';
import { inOrderOfStages, inspect } from '../verify/reject.ts';
import { isRejected, type SettleOptions, settle } from '../verify/settle.ts';
import { REWRITINGS, rewritingOf } from './condense.ts';
import type { NamedProblem } from './problems.ts';

export interface AskOptions extends Omit<SettleOptions, 'review'> {
  readonly suite: Suite;
  readonly teacher: Model;
  /** Outputs for each problem at most, where fewer than `keep` pass. */
  readonly trials: number;
  /** Judges whether a trace can be read, where the suite's verifier does not: `readable` of `proofstill/verifiers`. */
  readonly readable?: Verifier | undefined;
  /** Kept traces of more output tokens than `above` are rewritten by `teacher`, which no template instructs. */
  readonly condense?: { readonly above: number; readonly teacher: Model } | undefined;
  readonly seed: number;
  readonly temperature: number;
  readonly topP: number;
  /** Limit on output tokens of one candidate. */
  readonly maxTokens: number;
  readonly signal?: AbortSignal | undefined;
}

export class AskedProblem {
  readonly sample: Sample;
  /** In the order of attempts, rewritings last; their fates are not settled. */
  readonly #records: Candidate[] = [];
  /** A verdict for each record. */
  readonly verdicts: Verdict[] = [];
  readonly #options: AskOptions;

  constructor({ id, problem }: NamedProblem, options: AskOptions) {
    this.sample = { ...problem, id, suite: options.suite.name, split: 'train' };
    this.#options = options;
  }

  /** Whether as many different texts pass as are kept. */
  get hasEnough(): boolean {
    const { rejection, keep } = this.#options;
    const passing = this.#records.filter(({ failures }) => !isRejected(failures, rejection));
    return new Set(passing.map(({ output }) => output.text)).size >= keep;
  }

  /** What would be kept but is long. */
  get long(): Candidate[] {
    const { condense } = this.#options;
    if (!condense) return [];
    return this.settled().filter(
      ({ fate, output }) => (fate === 'kept' || fate === 'waiting') && output.tokens.out > condense.above,
    );
  }

  settled(): Candidate[] {
    return settle(this.#records, this.#options);
  }

  async add(attempt: number, output: Output): Promise<void> {
    const { verdict, verifier, failures } = await inspect(this.sample, output, this.#options);
    this.#record({ attempt, output, verifier, failures, teacher: this.#options.teacher });
    this.verdicts.push(verdict);
  }

  /** Takes a rewriting of a long trace: attempts go on after the trials, {@link REWRITINGS} for each trace. */
  async addRewriting({ attempt, output: { tokens } }: Candidate, index: number, reply: Output): Promise<void> {
    const { condense, teacher, trials } = this.#options;
    const { output, isWhole } = rewritingOf(reply);
    const { verdict, verifier, failures } = await inspect(this.sample, output, this.#options);
    const found: Failure[] = isWhole ? [] : [{ stage: 'template', check: 'condense', reason: 'no-steps' }];
    this.#record({
      attempt: trials + attempt * REWRITINGS + index,
      output,
      verifier,
      failures: inOrderOfStages([...found, ...failures]),
      teacher: condense?.teacher ?? teacher,
      condensed: { from: attempt, tokens: tokens.out },
    });
    this.verdicts.push(verdict);
  }

  #record({
    output: { text, finishReason, tokens, served },
    teacher,
    ...known
  }: Pick<Candidate, 'attempt' | 'verifier' | 'failures' | 'condensed'> & { output: Output; teacher: Model }): void {
    const { temperature, topP, maxTokens, seed } = this.#options;
    const { id, key, area, prompt, expected } = this.sample;
    this.#records.push({
      schema: SCHEMA,
      id,
      key,
      area,
      prompt,
      ...(expected === undefined ? {} : { expected }),
      ...known,
      output: { text, finishReason, tokens: { in: tokens.in, out: tokens.out } },
      teacher: teacher.fingerprint,
      decoding: { temperature, topP, maxTokens, seed },
      ...(served ? { served } : {}),
      fate: 'spare',
    });
  }
}
