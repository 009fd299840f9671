/** What `proofstill purge` does. */

import { ProofstillError } from '../core/errors.ts';
import { visible } from '../report/decision-text.ts';
import { type PurgePlan, purge, purgePlan } from '../run/purge.ts';
import { type CliContext, printJson } from './context.ts';

export interface PurgeFlags {
  readonly run: string;
  readonly checkpoints: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** @throws config error without --yes; record error where there is no run, it is in use, or the system refuses */
export function purgeVerb(this: CliContext, { run, checkpoints, yes, dryRun, json }: PurgeFlags): void {
  const plan = purgePlan(run, { checkpoints });
  if (!dryRun && !yes) {
    const message = `this deletes ${plan.deleted.length} files and folders and the texts of ${plan.reduced.length} evaluations, for good`;
    throw new ProofstillError('config', message, {
      place: run,
      hint: 'Look at them with --dry-run, then say --yes.',
    });
  }
  const done: PurgePlan = dryRun ? plan : purge(run, { checkpoints });
  if (json) printJson(this, { run, dryRun, ...done });
  else this.process.stdout.write(`${linesOf(done, dryRun).join('\n')}\n`);
}

function linesOf({ deleted, reduced, unknown }: PurgePlan, isDryRun: boolean): string[] {
  const line = (what: string) => (name: string) => `${visible(name, 200)}  ${what}`;
  const nothing = deleted.length + reduced.length === 0 ? ['there are no texts in this run'] : [];
  return [
    ...deleted.map(line(isDryRun ? 'would go' : 'deleted')),
    ...reduced.map(line(isDryRun ? 'would keep its verdicts only' : 'verdicts kept, texts deleted')),
    ...unknown.map(line('stays: not made by Proofstill, look at it yourself')),
    ...nothing,
  ];
}
