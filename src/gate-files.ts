/** The files that a gate reads, where a team keeps them, and what in them is of the matter at hand. */

import { existsSync, readFileSync } from 'node:fs';
import type { Decision } from './core/decision.ts';
import { isProofstillError, messageOf, ProofstillError } from './core/errors.ts';
import type { ModelRecords } from './core/evaluated.ts';
import { POLICY_KEYS, type Policy, parsePolicy } from './gate/policy.ts';
import { readsOf } from './run/ledger.ts';
import { nearest } from './run/nearest.ts';
import { readRecords } from './run/records.ts';

/** Where a team keeps what it has accepted, unless it says otherwise. */
export const BASELINE = 'proofstill.baseline.jsonl';

/** @throws config error where the file is not there, is no JSON, or is no policy */
export function readPolicies(file: string): Policy[] {
  try {
    return parsePolicy(JSON.parse(readFileSync(file, 'utf8')), file);
  } catch (cause) {
    if (isProofstillError(cause)) throw withSuggestion(cause);
    throw new ProofstillError('config', `cannot read the policy: ${messageOf(cause)}`, {
      place: file,
      hint: 'Write one: {"suite":"quadratics","answer":{"floor":0.9,"margin":0.05}}, or name it with --policy.',
      cause,
    });
  }
}

function withSuggestion(error: ProofstillError): ProofstillError {
  const [, key] = /Unrecognized key: "([^"]+)"/.exec(error.message) ?? [];
  const meant = key === undefined ? undefined : nearest(key, POLICY_KEYS);
  if (meant === undefined) return error;
  const { place, message } = error;
  return new ProofstillError('config', message, { hint: `Did you mean ${meant}?`, ...(place ? { place } : {}) });
}

/**
 * What the candidate is held against: what is named, else what a team has set, where it has something of these policies.
 * @throws record error where a named one is not there, or it cannot be read
 */
export function baselineFor(policies: readonly Policy[], path?: string): ModelRecords | undefined {
  if (path !== undefined) return ofPolicies(readRecords(path), policies);
  if (!existsSync(BASELINE)) return undefined;
  const records = ofPolicies(readRecords(BASELINE), policies);
  return records.evaluations.length === 0 ? undefined : records;
}

/** Without the suites that the policies say nothing of. */
export function ofPolicies(records: ModelRecords, policies: readonly Policy[]): ModelRecords {
  const suites = policies.map(({ suite }) => suite);
  return { ...records, evaluations: records.evaluations.filter(({ head }) => suites.includes(head.suite.name)) };
}

/** How often the sets of samples of these records were read. */
export function readsOfAll({ evaluations }: ModelRecords, ledger: string): Decision['reads'] {
  return evaluations.map(({ head }) => {
    const { suite, samples } = head;
    return { suite: suite.name, set: samples.hash, ...readsOf(ledger, samples.hash) };
  });
}
