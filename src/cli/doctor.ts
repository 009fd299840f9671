/** What `proofstill doctor` does. */

import { styleText } from 'node:util';
import { isProofstillError, messageOf } from '../core/errors.ts';
import { visible } from '../report/decision-text.ts';
import { type CliContext, printJson } from './context.ts';
import { type Check, checksOf, type Finding } from './doctor-checks.ts';
import { EXIT } from './failure.ts';

export interface DoctorFlags {
  readonly json: boolean;
}

type Examined = { readonly name: string } & Finding;

/** Makes every check in turn, prints what was found, and sets the exit code. */
export async function doctorVerb(this: CliContext, { json }: DoctorFlags): Promise<void> {
  const { process } = this;
  const findings: Examined[] = [];
  for (const { name, check } of checksOf(process.env ?? {})) {
    const finding: Examined = { name, ...(await found(check)) };
    findings.push(finding);
    if (!json) for (const line of linesOf(finding)) process.stdout.write(`${line}\n`);
  }
  const isHealthy = findings.every(({ status }) => status !== 'fail');
  if (json) printJson(this, { healthy: isHealthy, findings });
  process.exitCode = isHealthy ? EXIT.done : EXIT.usage;
}

/** What a check found; one that throws has failed. */
async function found(check: Check['check']): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    const mend = isProofstillError(error) && error.hint !== undefined ? { mend: error.hint } : {};
    return { status: 'fail', found: messageOf(error), ...mend };
  }
}

const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const;
const LONGEST = 600;

function linesOf({ name, status, found: what, mend }: Examined): string[] {
  const mark = styleText(COLOURS[status], status.padEnd(5), { stream: process.stdout });
  const lines = [`${mark} ${name.padEnd(16)} ${visible(what.replaceAll('\n', ' '), LONGEST)}`];
  return mend === undefined ? lines : [...lines, `${' '.repeat(23)}${visible(mend, LONGEST)}`];
}
