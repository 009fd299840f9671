/** `proofstill report`: a run's report, made again. */

import { buildCommand } from '@stricli/core';
import { type CliContext, printJson } from '../context.ts';
import { jsonFlag, text } from '../flags.ts';

interface ReportFlags {
  readonly json: boolean;
}

export const reportCommand = buildCommand<ReportFlags, [string], CliContext>({
  docs: {
    brief: 'Make the report of a complete run again',
    fullDescription: [
      'Writes report.html into the run folder and prints its tables; with --json, all that they are made from.',
      '',
      'Example:  proofstill report runs/2026-11-24T12-00-00-000Z',
    ].join('\n'),
  },
  parameters: {
    positional: { kind: 'tuple', parameters: [{ parse: text, brief: 'Run folder', placeholder: 'run' }] },
    flags: { json: jsonFlag },
  },
  loader: async () => {
    const [{ findSuite }, { readRun }, { terminalReport }, { viewOfRun, writeReport }] = await Promise.all([
      import('../../resolve.ts'),
      import('../../run/folder.ts'),
      import('../../report/terminal.ts'),
      import('../report-of-run.ts'),
    ]);
    return async function (this: CliContext, { json }: ReportFlags, directory: string): Promise<void> {
      const suite = await findSuite(readRun(directory).config.suites[0] as string);
      const view = viewOfRun(directory, suite);
      const report = writeReport(directory, view);
      if (json) return printJson(this, { report, ...view });
      this.process.stdout.write(`${terminalReport(view)}\nReport: ${report}\n`);
    };
  },
});
