/** `proofstill report`: a run's report, made again. */

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { text } from '../flags.ts';

export const reportCommand = buildCommand<Record<never, never>, [string], CliContext>({
  docs: {
    brief: 'Make the report of a complete run again',
    fullDescription:
      'Writes report.html into the run folder and prints its tables.\n\nExample:  proofstill report runs/2026-11-24T12-00-00-000Z',
  },
  parameters: {
    positional: { kind: 'tuple', parameters: [{ parse: text, brief: 'Run folder', placeholder: 'run' }] },
  },
  loader: async () => {
    const [{ findSuite }, { readRun }, { terminalReport }, { viewOfRun, writeReport }] = await Promise.all([
      import('../resolve.ts'),
      import('../../run/folder.ts'),
      import('../../report/terminal.ts'),
      import('../report-of-run.ts'),
    ]);
    return async function (this: CliContext, _flags: Record<never, never>, directory: string): Promise<void> {
      const suite = await findSuite(readRun(directory).config.suites[0] as string);
      this.process.stdout.write(
        `${terminalReport(viewOfRun(directory, suite))}\nReport: ${writeReport(directory, suite)}\n`,
      );
    };
  },
});
