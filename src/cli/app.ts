/** The verbs, and how they end. Commands are loaded when they are called, so that help is quick. */

import { type Application, buildApplication, buildRouteMap, run, text_en } from '@stricli/core';
import { VERSION } from '../run/version.ts';
import { distillCommand } from './commands/distill.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { measureCommand } from './commands/measure.ts';
import { reportCommand } from './commands/report.ts';
import { runsCommands } from './commands/runs.ts';
import { suitesCommands } from './commands/suites.ts';
import { verifyCommand } from './commands/verify.ts';
import type { CliContext } from './context.ts';
import { describeFailure, EXIT, exitCodeOf } from './failure.ts';

const routes = buildRouteMap({
  routes: {
    distill: distillCommand,
    evaluate: evaluateCommand,
    verify: verifyCommand,
    suites: suitesCommands,
    measure: measureCommand,
    export: exportCommand,
    report: reportCommand,
    runs: runsCommands,
  },
  docs: {
    brief: 'Measure a small model, distil a reasoning teacher into it, and prove that it got better',
    fullDescription: [
      'Measure a small model, distil a reasoning teacher into it, and prove on this device that it got better.',
      '',
      'Begin with:  proofstill distill                               the self-contained demonstration',
      '             proofstill evaluate quadratics --model reference  what the teacher itself can do',
      '             proofstill suites list                          what can be asked',
      '',
      'Every verb takes --help, and --verbose for the stack of an error.',
      'Exit codes: 0 done, targets met · 1 targets not met within the budget · 2 usage or bad input · 70 a bug · 130 interrupted',
    ].join('\n'),
  },
});

function application(verbose: boolean): Application<CliContext> {
  const describe = (error: unknown): string => describeFailure(error, verbose);
  return buildApplication(routes, {
    name: 'proofstill',
    versionInfo: { currentVersion: VERSION },
    scanner: { caseStyle: 'allow-kebab-for-camel' },
    determineExitCode: exitCodeOf,
    localization: {
      text: {
        ...text_en,
        exceptionWhileRunningCommand: describe,
        commandErrorResult: describe,
        exceptionWhileLoadingCommandFunction: describe,
      },
    },
  });
}

/** Runs one command line and sets `process.exitCode`. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<void> {
  // Known before anything is parsed: parsing may be what fails.
  const verbose = argv.includes('--verbose');
  await run(
    application(verbose),
    argv.filter((argument) => argument !== '--verbose'),
    context,
  );
  // The argument parser's own codes are negative: a usage error, whichever it is.
  const { exitCode } = context.process;
  if (typeof exitCode === 'number' && exitCode < 0) context.process.exitCode = EXIT.usage;
}
