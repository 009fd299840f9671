/** What `proofstill verify` does, once its flags are read: one of three things, told apart by what it is given. */

import { ProofstillError } from '../core/errors.ts';
import type { Split } from '../core/sample.ts';
import type { Policy } from '../core/verdict.ts';
import { requireSandboxIsolation } from '../verify/sandbox/isolation.ts';
import type { CliContext } from './context.ts';
import { flagName, required } from './flags.ts';
import { selfTest } from './self-test.ts';
import { scoreOutputs } from './verify-outputs.ts';
import { gradePairs } from './verify-pairs.ts';

export interface VerifyFlags {
  readonly in?: string;
  readonly split?: Split;
  readonly attempts?: number;
  readonly out?: string;
  readonly policy?: Policy;
  readonly with?: string;
  readonly pairs?: string;
  readonly selfTest: boolean;
  readonly requireIsolation: boolean;
  readonly json: boolean;
}

/** Flags that only outputs have. */
const OUTPUTS = ['in', 'split', 'attempts', 'out'] as const;

export async function verifyVerb(this: CliContext, flags: VerifyFlags, reference?: string): Promise<void> {
  const { policy = 'score', json } = flags;
  if (flags.requireIsolation) requireSandboxIsolation();
  if (flags.selfTest) {
    refuse(flags, [...OUTPUTS, 'pairs', 'policy'], 'has no place in a self-test: it runs the tables that come along');
    if (reference !== undefined) {
      throw new ProofstillError('config', 'a self-test is of verifiers, and takes no suite', {
        place: reference,
        hint: `For a suite's own labelled table: proofstill suites check ${reference}`,
      });
    }
    return selfTest(this, { with: flags.with, json });
  }
  if (reference === undefined) {
    refuse(flags, OUTPUTS, 'takes a suite to score outputs: proofstill verify <suite> --in outputs.jsonl');
    return gradePairs(this, {
      with: required(flags.with, '--with'),
      pairs: required(flags.pairs, '--pairs'),
      policy,
      json,
    });
  }
  refuse(flags, ['with', 'pairs'], 'grades bare pairs, without a suite: leave the suite out');
  const { split = 'holdout', attempts = 1, out } = flags;
  return scoreOutputs(this, { in: required(flags.in, '--in'), split, policy, attempts, out, json }, reference);
}

function refuse(flags: VerifyFlags, keys: readonly (keyof VerifyFlags)[], message: string): void {
  const [given] = keys.filter((key) => flags[key] !== undefined).map(flagName);
  if (given) {
    throw new ProofstillError('config', `${given} ${message}`, { place: given, hint: 'See proofstill verify --help.' });
  }
}
