/** What `proofstill gate` does, once its flags are read. */

import { appendFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Decision, GateVerdict } from '../core/decision.ts';
import { messageOf, ProofstillError } from '../core/errors.ts';
import { gate } from '../gate/gate.ts';
import type { Recheck } from '../gate/record-rules.ts';
import { baselineFor, readPolicies, readsOfAll } from '../gate-files.ts';
import { gateAnnotations } from '../report/annotations.ts';
import { gateMarkdown } from '../report/decision-markdown.ts';
import { gateTerminal } from '../report/decision-terminal.ts';
import { junitReport } from '../report/junit.ts';
import { writeWhole } from '../run/files.ts';
import { LEDGER } from '../run/ledger.ts';
import { readRecords } from '../run/records.ts';
import { requireSandboxIsolation } from '../verify/sandbox/isolation.ts';
import { type CliContext, printJson } from './context.ts';
import { EXIT } from './failure.ts';
import { flagName } from './flags.ts';
import { gateSelfTest } from './gate-self-test.ts';
import { gateUntilDecided } from './gate-until-decided.ts';
import { recheckOutputs } from './recheck.ts';

export interface GateFlags {
  readonly policy: string;
  readonly baseline?: string;
  readonly junit?: string;
  readonly markdown?: string;
  readonly annotate: boolean;
  readonly recheck?: string;
  readonly untilDecided: boolean;
  readonly model?: string;
  readonly baselineModel?: string;
  readonly maxSamples?: number;
  readonly seed?: number;
  readonly selfTest: boolean;
  readonly suite?: string;
  readonly ledger?: string;
  readonly requireIsolation: boolean;
  readonly json: boolean;
}

const EXIT_CODES: Record<GateVerdict, number> = {
  passed: EXIT.done,
  failed: EXIT.missed,
  inconclusive: EXIT.inconclusive,
};

export async function gateVerb(this: CliContext, flags: GateFlags, run: string): Promise<void> {
  refuseStray(flags);
  if (flags.requireIsolation) requireSandboxIsolation();
  const policies = readPolicies(flags.policy);
  if (flags.untilDecided)
    return show(this, flags, { run, decision: await gateUntilDecided(this, flags, { policies, run }) });
  const candidate = readRecords(run);
  const baseline = baselineFor(policies, flags.baseline);
  if (flags.selfTest) return gateSelfTest(this, flags, { policies, candidate, baseline });
  const rechecks: Recheck[] = flags.recheck === undefined ? [] : await recheckOutputs(this, flags, { run, policies });
  const reads = readsOfAll(candidate, flags.ledger ?? LEDGER);
  show(this, flags, {
    run,
    decision: gate({ policies, candidate, ...(baseline ? { baseline } : {}), reads, rechecks }),
  });
}

/** Writes `gate.json` and whatever else is asked for, and sets the exit code. */
function show(
  context: CliContext,
  { json, junit, markdown, annotate }: GateFlags,
  { run, decision }: { run: string; decision: Decision },
): void {
  const { process } = context;
  if (statSync(run).isDirectory()) writeWhole(join(run, 'gate.json'), `${JSON.stringify(decision, null, 2)}\n`);
  if (junit !== undefined) put('--junit', junit, (file) => writeFileSync(file, junitReport(decision)));
  if (markdown !== undefined)
    put('--markdown', markdown, (file) => appendFileSync(file, `${gateMarkdown(decision)}\n`));
  if (annotate) (json ? process.stderr : process.stdout).write(gateAnnotations(decision));
  if (json) printJson(context, decision);
  else process.stdout.write(gateTerminal(decision));
  process.exitCode = EXIT_CODES[decision.verdict];
}

const LIVE = ['model', 'baselineModel', 'maxSamples', 'seed'] as const;

function refuseStray(flags: GateFlags): void {
  const complain = (flag: string, message: string): never => {
    throw new ProofstillError('config', message, { place: flag, hint: 'See proofstill gate --help.' });
  };
  const [live] = LIVE.filter((key) => flags[key] !== undefined);
  if (live && !flags.untilDecided && !(flags.selfTest && live === 'seed') && !(flags.recheck && live === 'seed')) {
    complain(flagName(live), `${flagName(live)} is for --until-decided, which asks models itself`);
  }
  if (flags.suite !== undefined && !flags.untilDecided && flags.recheck === undefined) {
    complain('--suite', '--suite is for --until-decided and --recheck, which ask a model');
  }
  if (flags.untilDecided && (flags.recheck || flags.selfTest || flags.baseline)) {
    complain(
      '--until-decided',
      '--until-decided asks both models anew: it takes no --recheck, --self-test or --baseline',
    );
  }
}

/** Writes the file that a flag names. @throws config error where the system refuses */
function put(flag: string, file: string, write: (file: string) => void): void {
  try {
    write(file);
  } catch (cause) {
    throw new ProofstillError('config', `cannot write ${flag}: ${messageOf(cause)}`, {
      place: file,
      hint: 'Look at the path and its permissions: its folder must be there.',
      cause,
    });
  }
}
