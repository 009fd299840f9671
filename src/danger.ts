/** For a dangerfile: one comment on the pull request that says what the gate decided. `proofstill/danger`. */

import { lstatSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Decision, decisionSchema } from './core/decision.ts';
import { messageOf, ProofstillError } from './core/errors.ts';
import { gateMarkdown } from './report/decision-markdown.ts';
import { proseInMarkdown } from './report/decision-markdown-text.ts';
import { sentenceOf } from './report/decision-text.ts';

/** Far above what a gate writes; a larger file is not read. */
const LARGEST_BYTES = 16 * 1024 * 1024;

export interface CommentOptions {
  /** Path of the `gate.json` that the gate wrote. It may come from a job that ran a stranger's model. */
  readonly file: string;
}

/** What Danger puts into the global scope of a dangerfile. */
interface DangerGlobals {
  fail(message: string): void;
  warn(message: string): void;
  markdown(message: string): void;
}

/**
 * Hands a decision to Danger: `fail` where the gate failed, `warn` where it is inconclusive, and the whole of it as
 * markdown. A file that is missing, no decision, or a pass that its own rules do not bear out is a `fail`, never a pass.
 * Give its promise to Danger's `schedule`.
 *
 * @throws {ProofstillError} `config` where it is called outside of a dangerfile.
 */
export async function commentGate({ file }: CommentOptions): Promise<void> {
  const danger = dangerGlobals();
  let decision: Decision;
  try {
    decision = readDecision(file);
  } catch (error) {
    danger.fail(`Model gate: no decision to show. ${proseInMarkdown(messageOf(error))}`);
    return;
  }
  if (decision.verdict === 'failed') danger.fail(`Model gate failed. ${sentenceOf(decision)}`);
  if (decision.verdict === 'inconclusive') danger.warn(`Model gate inconclusive. ${sentenceOf(decision)}`);
  danger.markdown(gateMarkdown(decision));
}

function readDecision(file: string): Decision {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (!stats?.isFile()) throw new ProofstillError('record', 'expected a gate.json, found none');
  if (stats.size > LARGEST_BYTES) {
    throw new ProofstillError('record', `expected at most ${LARGEST_BYTES} bytes of gate.json, found ${stats.size}`);
  }
  const parsed = decisionSchema.safeParse(jsonOf(readFileSync(file, 'utf8')));
  if (!parsed.success) {
    throw new ProofstillError('record', `expected a gate's decision: ${z.prettifyError(parsed.error)}`);
  }
  const { verdict, rules } = parsed.data;
  if (verdict === 'passed' && (rules.length === 0 || rules.some((rule) => rule.verdict !== 'passed'))) {
    throw new ProofstillError('record', 'expected a pass in which every rule passed, found one without');
  }
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProofstillError('record', 'expected JSON in gate.json', { cause: error });
  }
}

function dangerGlobals(): DangerGlobals {
  const { fail, warn, markdown } = globalThis as Partial<DangerGlobals>;
  if (!fail || !warn || !markdown) {
    throw new ProofstillError('config', 'expected the globals of Danger, found none', {
      place: 'commentGate',
      hint: 'Call it in a dangerfile that Danger runs.',
    });
  }
  return { fail, warn, markdown };
}
